"""How many bytes a datum has by its class alone, or by the slot in which it says how many items it has: for generated code
(`stub.data_fronts`)."""

from __future__ import annotations

import struct
from typing import Any

from ...cpython.facts.host import WORD
from .cdata import cdata_type
from .text import BYTES

__all__ = ["known_bytes", "known_text"]


def known_bytes(known: Any, cdata: Any) -> None:
    """Write down what is said of a datum's class about the bytes that are shown of it, once."""
    cls, kind = type(cdata), cdata_type(cdata)
    if cls in known or kind is None:
        return
    if kind.kind == "pointer" and kind.item._size > 0 and not kind.item._var:
        known[cls] = _cells(kind.item._size)
    elif kind.kind == "array":
        _array(known, cls)


def known_text(known: Any, cdata: Any) -> None:
    """The same about the text that is read of it: of a pointer, to the first NUL."""
    cls, kind = type(cdata), cdata_type(cdata)
    if cls in known or kind is None or kind.kind not in ("pointer", "array"):
        return
    if kind.item._size == 1 and kind.item._how in BYTES:
        if kind.kind == "pointer":
            known[cls] = _cells(-1)
        else:
            _array(known, cls)


def _array(known: Any, cls: Any) -> None:
    kind = cls._ct_
    if kind.length is not None:
        known[cls] = _cells(kind._size)
    elif hasattr(cls, "_length"):
        known[cls] = _cells(kind.item._size, cls.__basicsize__ - WORD)


def _cells(size: int, at: int = 0) -> bytes:
    return struct.pack("3n", 0, size, at)
