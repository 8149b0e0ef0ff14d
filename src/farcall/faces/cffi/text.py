"""Text and items out of C's memory: `ffi.string` and `ffi.unpack`."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from typing import Any

from ... import seed
from ...cpython.value.base import owner, peek, target
from .cdata import ADDRESSES, keeper_of, place_of, type_of
from .conversion import array_length, get
from .number import Number, enumerator
from .types import CType

__all__ = ["items_of", "string", "unpack"]

BYTES = ("char", "signed", "unsigned")
#: How many bytes are read at a time where nobody says how many there are: those of a page.
PIECE = 4096


def string(cdata: Any, maxlen: int = -1) -> Any:
    """The text up to the first NUL, at most `maxlen` characters, as bytes, or str of wide characters; the name of an
    enumerator. Raises TypeError for other cdata, RuntimeError for NULL."""
    kind = type_of(cdata)
    item = kind.item if kind.kind in ADDRESSES and kind.kind != "function" else None
    if item is not None and ((item._size == 1 and item._how in BYTES) or item._how == "wide"):
        if maxlen < 0 and item._size == 1 and cdata.__class__ is kind._own and kind.kind == "array":
            memory: Any = owner(cdata)
            if memory.__class__ is bytes:  # an array's own, which is to be copied: it is written to
                end = memory.find(0)
                return memory[:end] if end >= 0 else bytes(bytearray(memory))
        place = target(cdata)
        if not place:
            raise RuntimeError(f"cannot use string() on {cdata!r}")
        length = maxlen
        if length < 0 and kind.kind == "array":
            length = array_length(cdata)
        if item._size == 1:
            if maxlen < 0 <= length <= PIECE:  # of an array, which is there to its end
                data = peek(place, length)
                end = data.find(0)
                return data if end < 0 else data[:end]
            return seed.c_string(place) if length < 0 else _bounded(place, length)
        return _wide(place, item._size, length)
    if cdata.__class__ is Number:
        if kind.kind == "enum":
            return enumerator(cdata)
        if kind._how in ("char", "wide"):
            return cdata._v
        if kind._size == 1 and kind._how in ("signed", "unsigned"):
            return bytes([cdata._v & 0xFF])
    raise TypeError(f"string(): unexpected cdata '{kind.cname}' argument")


def items_of(item: CType, count: int) -> Callable[[bytes], tuple[Any, ...]]:
    """What reads so many numbers of a type from their bytes."""
    key = item._format, count
    found = _unpackers.get(key)
    if found is None:
        if len(_unpackers) >= MOST:
            _unpackers.clear()
        found = _unpackers[key] = struct.Struct(f"{count}{item._format[1:]}").unpack
    return found


_unpackers: dict[tuple[str, int], Callable[[bytes], tuple[Any, ...]]] = {}
#: How many are kept.
MOST = 64


def _bounded(place: int, length: int) -> bytes:
    """The bytes up to the first NUL, of which no more are read than are there."""
    found, at = [], place
    while length > 0:
        some = min(length, PIECE - at % PIECE)
        data = peek(at, some)
        end = data.find(b"\0")
        if end >= 0:
            found.append(data[:end])
            break
        found.append(data)
        at, length = at + some, length - some
    return b"".join(found)


def _wide(place: int, size: int, length: int) -> str:
    count = 0
    zero = bytes(size)
    while count != length and peek(place + count * size, size) != zero:
        count += 1
    return decoded(peek(place, count * size), size)


def decoded(data: bytes, size: int) -> str:
    """Wide characters as text."""
    if size == 4 and any(n > sys.maxunicode for n in memoryview(data).cast("I")):
        raise ValueError("char32_t out of range for conversion to unicode")
    name = "utf-16" if size == 2 else "utf-32"
    return data.decode(f"{name}-{sys.byteorder[0]}e", "surrogatepass")


def unpack(cdata: Any, length: int) -> Any:
    """So many items: bytes or str of characters, a list of others. Raises TypeError for what has none, RuntimeError for NULL,
    ValueError for a negative length."""
    kind = type_of(cdata)
    if kind.kind not in ("pointer", "array"):
        raise TypeError(f"expected a pointer or array, got '{kind.cname}'")
    count = length.__index__()
    if count < 0:
        raise ValueError("'length' cannot be negative")
    place, item = place_of(cdata), kind.item
    if not place:
        raise RuntimeError(f"cannot use unpack() on {cdata!r}")
    if item._how == "char":
        return peek(place, count)
    if item._how == "wide":
        return decoded(peek(place, count * item._size), item._size)
    if item._size < 0:
        raise ValueError(f"'{kind.cname}' points to items of unknown size")
    if item._how in ("signed", "unsigned", "float") and item._size <= 8:
        return list(items_of(item, count)(peek(place, count * item._size)))
    keep = keeper_of(cdata)
    return [get(item, place + index * item._size, keep) for index in range(count)]
