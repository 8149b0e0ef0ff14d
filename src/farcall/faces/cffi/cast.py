"""C's casts."""

from __future__ import annotations

import struct
import sys
from types import BuiltinFunctionType
from typing import Any

from ...cpython.value.base import target
from ...cpython.value.classes import class_of
from ...ctype import is_signed, names
from .cdata import ADDRESSES, cdata_type, make, memory_of, place_of
from .conversion import packed, whole
from .number import Number
from .stream import is_stream, stream_of
from .types import MODEL, CType

__all__ = ["cast"]

POINTER_BITS = 8 * MODEL.pointer
#: Integers, which an int of their range is cast to as it is.
WHOLE = frozenset({"signed", "unsigned"})


def cast(type: CType, value: Any) -> Any:
    """A value as another type: addresses from pointers and integers, integers cut to their size. Raises TypeError for what C
    cannot cast."""
    if type.__class__ is not CType:
        raise TypeError(f"expected a ctype, not {type.__class__.__name__}")
    how = type._how
    if value.__class__ is int and how in WHOLE:
        least, most = type._limits
        return Number(type, value if least <= value <= most else _cut(type, value))
    if type.kind in ADDRESSES and type._size >= 0:
        return _to_pointer(type, value)
    if how in ("signed", "unsigned", "bool", "char", "wide"):
        return Number(type, _cut(type, _integer(type, value)))
    if how in ("float", "longdouble", "complex"):
        return Number(type, _floating(type, value))
    raise TypeError(f"cannot cast to ctype '{type.cname}'")


def _to_pointer(type: CType, value: Any) -> Any:
    given = cdata_type(value)
    if given is not None and given.kind in ADDRESSES:
        if value.__class__ is BuiltinFunctionType:
            return make(type, place_of(value), value)
        return make(type, target(value), memory_of(value))
    if is_stream(type, value):
        return make(type, stream_of(value), value)
    if isinstance(value, (str, bytes)) or (given is not None and given.kind not in ("primitive", "enum")):
        _refuse(type, value)
    return make(type, whole(value) % (1 << (8 * type._size if type.kind != "array" else POINTER_BITS)))


def _integer(type: CType, value: Any) -> int:
    given = cdata_type(value)
    if given is not None and given.kind in ADDRESSES:
        return place_of(value)
    if isinstance(value, str):
        if len(value) != 1:
            raise TypeError(f"cannot cast unicode string of length {len(value)} to ctype '{type.cname}'")
        return ord(value)
    if isinstance(value, bytes):
        if len(value) != 1:
            raise TypeError(f"cannot cast string of length {len(value)} to ctype '{type.cname}'")
        return value[0]
    if type._how == "bool":
        return int(bool(value))
    if value.__class__ is Number:
        return int(value)
    if isinstance(value, float) or hasattr(value.__class__, "__float__"):
        return int(value)
    return whole(value)


def _cut(type: CType, number: int) -> Any:
    """A number in the size of a type."""
    how = type._how
    if how == "bool":
        return bool(number)
    number &= (1 << (8 * type._size)) - 1
    if how == "char":
        return bytes([number])
    if how == "wide":
        if number <= sys.maxunicode:
            return chr(number)
        # no character, which raises when it is read as one
        return number - (1 << (8 * type._size)) if is_signed(type._type, MODEL) else number
    return number - (1 << (8 * type._size)) if number > type._limits[1] else number


def _floating(type: CType, value: Any) -> Any:
    given = cdata_type(value)
    if given is not None and given.kind not in ("primitive", "enum"):
        _refuse(type, value)
    if type._how == "longdouble" and given is not None and given._how == "longdouble":
        return value._v
    if value.__class__ is Number:
        value = value._v
    if isinstance(value, (str, bytes)):
        if len(value) != 1:
            _refuse(type, value)
        value = ord(value)
    if type._how == "complex":
        number = complex(value)
        return complex(*struct.unpack(type._format, packed(type, number)))
    number = float(value)
    if type._how == "longdouble":
        return class_of(names.longdouble)(number)
    if type._size == 4:
        try:
            return struct.unpack("=f", struct.pack("=f", number))[0]
        except OverflowError:
            return float("inf") if number > 0 else float("-inf")
    return number


def _refuse(type: CType, value: Any) -> None:
    given = cdata_type(value)
    if given is not None:
        raise TypeError(f"cannot cast ctype '{given.cname}' to ctype '{type.cname}'")
    raise TypeError(f"cannot cast {value.__class__.__name__} object to ctype '{type.cname}'")
