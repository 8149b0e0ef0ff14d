"""Questions about types and data: sizes, offsets, addresses of members, names."""

from __future__ import annotations

import sys
from typing import Any

from .cdata import Held, cdata_type, keeper_of, make, place_of, type_of
from .conversion import array_length
from .types import CType, insert

__all__ = ["alignof", "getcname", "rawaddressof", "sizeof", "typeof", "typeoffsetof"]

MOST = sys.maxsize


def typeof(cdata: Any) -> CType:
    """The type of a cdata. Raises TypeError for other objects."""
    return type_of(cdata)


def sizeof(thing: Any) -> int:
    """The bytes of a cdata, or of values of a type. Raises ValueError for a type of unknown size."""
    if isinstance(thing, CType):
        if thing._size < 0:
            raise ValueError(f"ctype '{thing.cname}' is of unknown size")
        return thing._size
    kind = type_of(thing)
    if kind.kind == "array":
        return int(array_length(thing) * kind.item._size)
    if kind._var:
        held = keeper_of(thing)
        if isinstance(held, Held) and held.what == "own" and type(thing) is kind._own:
            return held.size
    if kind._size < 0:
        raise ValueError(f"ctype '{kind.cname}' is of unknown size")
    return kind._size


def alignof(type: CType) -> int:
    """The alignment of a type. Raises ValueError where that is unknown."""
    if not isinstance(type, CType):
        raise TypeError(f"expected a 'CType' object, not {type.__class__.__name__}")
    if type._align < 1:
        raise ValueError(f"ctype '{type.cname}' is of unknown alignment")
    return type._align


def typeoffsetof(type: CType, name: Any, following: int = 0) -> tuple[CType, int]:
    """The type and offset of a member or an item. Raises TypeError where there are none, KeyError for no such member."""
    if isinstance(name, str):
        if not following and type.kind == "pointer":
            type = type.item
        if type.kind not in ("struct", "union"):
            raise TypeError("with a field name argument, expected a struct or union ctype")
        if type._fields is None:
            raise TypeError("struct/union is opaque")
        field = type._fields[name]
        if field.bitshift >= 0:
            raise TypeError("not supported for bitfields")
        return field.type, field.offset
    try:
        index = name.__index__()
    except AttributeError:
        raise TypeError("field name or array index expected") from None
    if type.kind not in ("array", "pointer") or type.item._size < 0:
        raise TypeError("with an integer argument, expected an array ctype or a pointer to non-opaque")
    offset = index * type.item._size
    if abs(offset) > MOST:
        raise OverflowError("array offset would overflow a Py_ssize_t")
    return type.item, offset


def rawaddressof(type: CType, cdata: Any, offset: int) -> Any:
    """A pointer to what lies so many bytes behind the beginning of a cdata."""
    kind = cdata_type(cdata)
    if kind is None or kind.kind not in ("struct", "union", "array", "pointer"):
        raise TypeError("expected a cdata struct/union/array/pointer object")
    if type.kind != "pointer":
        raise TypeError("expected a pointer ctype")
    return make(type, place_of(cdata) + offset, keeper_of(cdata))


def getcname(type: CType, text: str) -> str:
    """The name of a type with a text where a declared name goes."""
    return insert(type, text)
