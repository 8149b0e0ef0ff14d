"""Values between Python and C's memory, by cffi's rules."""

from __future__ import annotations

import struct
import sys
from array import array
from typing import Any

from ...cpython.facts.host import WORD, host_target
from ...cpython.value.access import accept, read_at
from ...cpython.value.base import peek, poke
from ...ctype import names
from .cdata import Held, cdata_type, make, place_of
from .number import Number
from .record import CField
from .types import CType

__all__ = [
    "array_length",
    "get",
    "get_field",
    "items_in",
    "put",
    "put_array",
    "put_field",
    "to_address",
    "to_number",
    "to_value",
]

ORDER: Any = sys.byteorder
#: What is too large for a float, rounded.
LARGEST = (2 - 2**-24) * 2.0**127


def get(type: CType, place: int, keep: object) -> Any:
    """What reading a value of a type gives: a number, bytes or str for characters, cdata for all else."""
    how = type._how
    if how in ("signed", "unsigned"):
        return int.from_bytes(peek(place, type._size), ORDER, signed=how == "signed")
    if how == "float":
        return struct.unpack(type._format, peek(place, type._size))[0]
    if how == "pointer" or how == "function":
        return make(type, int.from_bytes(peek(place, WORD), ORDER))
    if how == "array":
        return make(type._decayed, place, keep) if type.length is None else make(type, place, keep)
    if how in ("struct", "union"):
        if type._size < 0:
            raise TypeError(f"cannot return a cdata '{type.cname}'")
        return make(type, place, keep)
    if how == "char":
        return peek(place, 1)
    if how == "bool":
        return bool(_truth(type, peek(place, 1)[0]))
    if how == "wide":
        return character(int.from_bytes(peek(place, type._size), ORDER))
    if how == "longdouble":
        return Number(type, read_at(names.longdouble, place, None))
    if how == "complex":
        return complex(*struct.unpack(type._format, peek(place, type._size)))
    raise TypeError(f"cannot return a cdata '{type.cname}'")


def _truth(type: CType, byte: int) -> int:
    if byte > 1:
        raise ValueError(f"got a _Bool of value {byte}, expected 0 or 1")
    return byte


def character(number: int) -> str:
    """A wide character. Raises ValueError for what is none."""
    if number > sys.maxunicode:
        raise ValueError(f"char32_t out of range for conversion to unicode: {number:#x}")
    return chr(number)


def put(type: CType, place: int, value: Any, keeper: Any = None) -> None:
    """Store a Python value, as cffi takes it for a type. Raises TypeError, OverflowError, IndexError or ValueError."""
    how = type._how
    if how == "array":
        put_array(type, place, value)
    elif how in ("struct", "union"):
        put_record(type, place, value)
    elif how in ("pointer", "function"):
        poke(place, to_address(type, value)[0].to_bytes(WORD, ORDER))
    elif how == "longdouble":
        given = value._v if value.__class__ is Number and value._ct_._how == how else real(value)
        poke(place, bytes(accept(names.longdouble, given, type.cname)))
    else:
        poke(place, packed(type, value))


def packed(type: CType, value: Any) -> bytes:
    """The bytes of a number or character."""
    found, how = to_value(type, value), type._how
    if how == "float":
        try:
            return struct.pack(type._format, found)
        except OverflowError:
            return struct.pack(type._format, as_float(found))
    if how == "complex":
        try:
            return struct.pack(type._format, found.real, found.imag)
        except OverflowError:
            return struct.pack(type._format, *map(as_float, (found.real, found.imag)))
    if how == "char":
        return found  # type: ignore[no-any-return]
    if how == "wide":
        return ord(found).to_bytes(type._size, ORDER)
    return int(found).to_bytes(type._size, ORDER, signed=how == "signed")


def as_float(number: float) -> float:
    """A number as C makes it a float: what is too large is infinite."""
    return number if abs(number) < LARGEST else float("inf") if number > 0 else float("-inf")


def to_value(type: CType, value: Any) -> Any:
    """The number, byte or character that a Python value stands for where a type is wanted."""
    how = type._how
    if how in ("signed", "unsigned", "bool"):
        return to_number(type, value)
    if how == "float":
        return real(value)
    if how == "complex":
        if isinstance(value, (str, bytes)):
            raise TypeError(f"must be a number, not {_named(value)}")
        return complex(value)
    if value.__class__ is Number and value._ct_._how == how and value._ct_._size == type._size:
        return value._v
    if how == "char":
        if isinstance(value, bytes) and len(value) == 1:
            return value
        raise TypeError(f"initializer for ctype 'char' must be a bytes of length 1, not {_named(value)}")
    if isinstance(value, str):
        if len(value) == 1 and ord(value) < 1 << (8 * type._size):
            return value
        raise TypeError(f"initializer for ctype '{type.cname}' must be a unicode string of length 1, not {value!r}")
    raise TypeError(f"initializer for ctype '{type.cname}' must be a unicode string of length 1, not {_named(value)}")


def real(value: Any) -> float:
    """The float that a number is. Raises TypeError for other objects."""
    if isinstance(value, (str, bytes)):
        raise TypeError(f"must be real number, not {_named(value)}")
    return float(value)


def to_number(type: CType, value: Any) -> int:
    """The int that a value stands for, in the range of an integer type. Raises TypeError, OverflowError."""
    number: int = value if value.__class__ is int else whole(value)
    least, most = type._limits
    if not least <= number <= most:
        raise OverflowError(f"integer {number} does not fit '{type.cname}'")
    return number


def whole(value: Any) -> int:
    """The int that an object is to cffi: by `__int__`, but for floating numbers. Raises TypeError."""
    if isinstance(value, int):
        return int(value)
    floating = isinstance(value, float) or (value.__class__ is Number and value._ct_._how in ("float", "longdouble"))
    if floating or isinstance(value, (str, bytes)) or not hasattr(type(value), "__int__"):
        if not floating and hasattr(type(value), "__index__"):
            return int(value.__index__())
        raise TypeError(f"an integer is required, not {type(value).__name__}")
    return int(value)


def to_address(type: CType, value: Any) -> tuple[int, object]:
    """The address that a cdata stands for where a pointer of a type is wanted, and what keeps it. Raises TypeError."""
    given: Any = cdata_type(value)
    if given is None:
        refuse(type, value, "cdata pointer")
    if given is type:
        return place_of(value), value
    if given.kind == "array":
        given = given._decayed
    elif given.kind not in ("pointer", "function"):
        refuse(type, value, "pointer or array")
    if given is not type and not _is(type, "void") and not _is(given, "void"):
        if _is(type, "char") or _is(given, "char"):
            same = type.kind == given.kind == "pointer" and type.item._size == given.item._size == 1
            if not same:
                way = "to 'char *' from a" if _is(type, "char") else "from 'char *' to a"
                raise TypeError(
                    f"implicit cast {way} different pointer type: (check that the types are as you expect; use an explicit "
                    "ffi.cast() if they are correct)"
                )
        else:
            refuse(type, value, "pointer to same type")
    return place_of(value), value


def _is(type: CType, how: str) -> bool:
    return type.kind == "pointer" and type.item._how == how


def refuse(type: CType, value: Any, expected: str) -> Any:
    """Raise TypeError for a value that does not fit a type."""
    given = cdata_type(value)
    if given is None:
        raise TypeError(f"initializer for ctype '{type.cname}' must be a {expected}, not {_named(value)}")
    if given.cname != type.cname:
        raise TypeError(f"initializer for ctype '{type.cname}' must be a {expected}, not cdata '{given.cname}'")
    raise TypeError(
        f"initializer for ctype '{type.cname}' appears indeed to be '{given.cname}', but the types are different (check "
        "that you are not e.g. mixing up different ffi instances)"
    )


def _named(value: object) -> str:
    return type(value).__name__


def array_length(cdata: Any) -> int:
    """How many items an array has."""
    kind: CType = cdata._ct_
    if kind.length is not None:
        return kind.length
    found = getattr(cdata, "_length", None)
    if found is not None:
        return found  # type: ignore[no-any-return]
    held = cdata._held
    return held.length if isinstance(held, Held) else 0


def items_in(item: CType, init: Any) -> tuple[int, Any]:
    """How many items an array has that is made of `init`, with a NUL behind text, and what is to be stored in them: None if
    `init` was that number. Raises TypeError, ValueError, OverflowError."""
    if isinstance(init, (list, tuple)):
        return len(init), init
    if isinstance(init, bytes):
        return len(init) + 1, init
    if isinstance(init, str):
        return len(encoded(item, init)) // item._size + 1, init
    try:
        length = init.__index__()
    except AttributeError:
        raise TypeError(f"expected new array length or list/tuple/str, not {_named(init)}") from None
    if length < 0:
        raise ValueError("negative array length")
    if length > sys.maxsize:
        raise OverflowError("cannot fit 'int' into an index-sized integer")
    return length, None


def encoded(item: CType, text: str) -> bytes:
    """Text as characters of so many bytes."""
    name = "utf-16" if item._size == 2 else "utf-32"
    return text.encode(f"{name}-{ORDER[0]}e", "surrogatepass")


def put_array(type: CType, place: int, init: Any) -> None:
    """The first items of an array, of a list, bytes, text or an array of its type. `type` may be a pointer's, for an array of
    what it points to without a limit."""
    item, length = type.item, getattr(type, "length", None)
    size = item._size
    if isinstance(init, (list, tuple)):
        if length is not None and len(init) > length:
            raise IndexError(f"too many initializers for '{type.cname}' (got {len(init)})")
        if item._how in ("signed", "unsigned", "float"):
            try:  # at once, if all are numbers that fit
                poke(place, array(item._format[1:], init).tobytes())
                return
            except (TypeError, OverflowError):
                pass  # the one that does not is told below
        for index, value in enumerate(init):
            put(item, place + index * size, value)
        return
    if item._how in ("char", "wide") or (size == 1 and item._how in ("signed", "unsigned", "bool")):
        if item._how != "wide":
            if isinstance(init, bytes):
                _put_bytes(type, item, length, place, init)
                return
            expected = "bytes or list or tuple"
        else:
            if isinstance(init, str):
                data = encoded(item, init)
                count = len(data) // size
                if length is not None and count > length:
                    raise IndexError(f"initializer unicode is too long for '{type.cname}' (got {count} characters)")
                poke(place, data + bytes(size) if count != length else data)
                return
            expected = "unicode or list or tuple"
    else:
        expected = "list or tuple"
    if type.kind == "array" and cdata_type(init) is type:
        poke(place, peek(place_of(init), array_length(init) * size))
        return
    refuse(type, init, expected)


def _put_bytes(type: CType, item: CType, length: int | None, place: int, data: bytes) -> None:
    if length is not None and len(data) > length:
        raise IndexError(f"initializer bytes is too long for '{type.cname}' (got {len(data)} characters)")
    if item._how == "bool" and any(byte > 1 for byte in data):
        raise ValueError("an array of _Bool can only contain \\x00 or \\x01")
    poke(place, data + b"\0" if len(data) != length else data)


def put_record(type: CType, place: int, init: Any) -> None:
    """The members of a struct or union, of a list, a dict, or another."""
    if cdata_type(init) is type and type._size >= 0:
        poke(place, peek(place_of(init), type._size))
        return
    if type._fields is None:
        raise TypeError(f"'{type.cname}' is opaque")
    for field, value in members_in(type, init, "list or tuple or dict or struct-cdata"):
        if field.type.kind == "array" and field.type.length is None:
            _, value = items_in(field.type.item, value)
            if value is None:
                continue
        put_field(field, place, value)


def members_in(type: CType, init: Any, expected: str) -> list[tuple[CField, Any]]:
    """The members that a list or dict gives, with their values."""
    if isinstance(init, dict):
        return [(type._fields[name], value) for name, value in init.items()]
    if not isinstance(init, (list, tuple)):
        refuse(type, init, expected)
    fields = [field for field in type._fields.values() if not field.flags]
    if len(init) > len(fields):
        raise ValueError(f"too many initializers for '{type.cname}' (got {len(init)})")
    return list(zip(fields, init, strict=False))


def get_field(field: CField, place: int, keep: object) -> Any:
    """What reading a member gives."""
    if field.bitshift < 0:
        kind = field.type
        if kind.kind == "array" and not kind.length:
            return _open_ended(field, place, keep)
        return get(kind, place + field.offset, keep)
    size = -(-(field.bitshift + field.bitsize) // 8)
    number = int.from_bytes(peek(place + field.offset, max(size, field.type._size)), ORDER)
    number >>= _shift(field, max(size, field.type._size))
    number &= (1 << field.bitsize) - 1
    if field.type._how == "signed" and number >> (field.bitsize - 1):
        number -= 1 << field.bitsize
    return bool(number) if field.type._how == "bool" else number


def _open_ended(field: CField, place: int, keep: object) -> Any:
    """An array at the end of a struct: with the length that it was made with where that is known; else a pointer to its items."""
    kind = field.type
    if kind.length is None and isinstance(keep, Held) and keep.what == "own" and keep.place == place:
        return make(kind, place + field.offset, Held(keep, (keep.size - field.offset) // kind.item._size))
    return make(kind._decayed, place + field.offset, keep)


def _shift(field: CField, size: int) -> int:
    """By how many bits a bit-field is shifted to the left in the `size` bytes that it is in."""
    return host_target().byteorder.shift_of_bits(8 * size, field.bitshift, field.bitsize)


def put_field(field: CField, place: int, value: Any) -> None:
    """Store a member."""
    if field.bitshift < 0:
        put(field.type, place + field.offset, value)
        return
    number, signed = whole(value), field.type._how == "signed"
    least = -(1 << (field.bitsize - 1)) if signed else 0
    most = max((1 << (field.bitsize - signed)) - 1, 1)  # `int x:1` takes 1
    if not least <= number <= most:
        raise OverflowError(f"value {number} outside the range allowed by the bit field width: {least} <= x <= {most}")
    size = max(-(-(field.bitshift + field.bitsize) // 8), field.type._size)
    shift = _shift(field, size)
    mask = ((1 << field.bitsize) - 1) << shift
    before = int.from_bytes(peek(place + field.offset, size), ORDER)
    poke(place + field.offset, (before & ~mask | (number << shift) & mask).to_bytes(size, ORDER))
