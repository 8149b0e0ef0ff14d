"""Arguments for pointers: what cffi takes for one beside a cdata, which is memory for the call alone."""

from __future__ import annotations

from typing import Any

from ... import seed
from ...cpython.link.late import late
from ...cpython.value.base import point
from .cdata import CLASS, cdata_type
from .conversion import items_in, put_array, to_address
from .stream import is_stream, stream_of
from .types import CType

__all__ = ["to_pointer"]


def to_pointer(type: CType, value: Any, where: str = "") -> Any:
    """The pointer that stands for an argument: of a cdata its address, of bytes theirs where C wants characters, of a list, a
    tuple or text that of an array with its items, which is made for the call, of a file its stream. Raises TypeError and what
    storing an item raises."""
    place, keep = _temporary(type, value) or to_address(type, value)
    return point(type._cls or late(CLASS)(type), place, keep)


def _temporary(type: CType, value: Any) -> tuple[int, object] | None:
    """Where what stands for an argument lies, and what keeps it; None for other arguments."""
    if type.kind != "pointer" or cdata_type(value) is not None:
        return None
    item = type.item
    if isinstance(value, bytes):
        if item._how in ("void", "char") or (item._size == 1 and item._how in ("signed", "unsigned", "bool")):
            if item._how == "bool" and any(byte > 1 for byte in value):
                raise ValueError("an array of _Bool can only contain \\x00 or \\x01")
            return seed.address_of(value), value
        return None
    if is_stream(type, value):
        return stream_of(value), value
    if not isinstance(value, (list, tuple, str)) or item._size <= 0:
        return None
    if isinstance(value, str) and item._how != "wide":
        return None
    memory = bytearray(max(items_in(item, value)[0] * item._size, 1))
    place = seed.address_of(memory)
    put_array(type, place, value)
    return place, memory
