"""`ffi.buffer`: C's memory as an object with a buffer; `ffi.from_buffer` and `ffi.memmove`."""

from __future__ import annotations

import struct
import sys
import warnings
from functools import lru_cache
from typing import Any

from ... import seed
from ...cpython.facts.host import WORD
from ...cpython.link.late import late
from ...cpython.link.linker import linker
from ...cpython.link.native import BF_GETBUFFER, Kept, bound, entry, make_type
from ...cpython.link.typeobject import Unspecialised, set_items, set_vectorcall, settable
from ...cpython.value.base import Value, address, peek, point, poke, view
from ...cpython.value.making import finished
from ...ctype import Array, Record, layout, names
from .cdata import OWN_CLASS, Held, cdata_type, keeper_of, make_own, place_of, type_of
from .conversion import array_length
from .extent import known_bytes
from .types import MODEL, CType

__all__ = ["buffer_class", "from_buffer", "memmove", "seen_at"]

ORDER: Any = sys.byteorder
#: Where in an object the number of its bytes is.
COUNT = linker().facts.value_payload


class Bytes:
    """The bytes of a cdata, read and written in place. Items are bytes of length 1, slices are bytes; it has the buffer
    protocol, for `memoryview` and all that takes one."""

    __slots__ = ()

    def __new__(cls, cdata: Any, size: int = -1) -> Any:
        return _bytes(cdata, size)

    def __init__(self, cdata: Any, size: int = -1) -> None: ...

    def __len__(self) -> int:
        return _size(self)

    def __getitem__(self, index: Any) -> bytes:
        if isinstance(index, slice):
            start, stop, step = index.indices(_size(self))
            if step != 1:
                return bytes(self)[index]
            return peek(address(self) + start, max(stop - start, 0))  # type: ignore[arg-type]
        return peek(address(self) + _offset(self, index, ""), 1)  # type: ignore[arg-type]

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            start, stop, step = index.indices(_size(self))
            data = bytes(memoryview(value))
            if step != 1 or len(data) != max(stop - start, 0):
                raise ValueError("right operand length must match slice length")
            poke(address(self) + start, data)  # type: ignore[arg-type]
            return
        if not isinstance(value, bytes) or len(value) != 1:
            raise TypeError(f"must assign a bytes of length 1, not {type(value).__name__}")
        poke(address(self) + _offset(self, index, "assignment "), value)  # type: ignore[arg-type]

    def __delitem__(self, index: Any) -> None:
        raise TypeError("'buffer' object doesn't support item deletion")

    def __bytes__(self) -> bytes:
        return peek(address(self), _size(self))  # type: ignore[arg-type]

    def __eq__(self, other: Any) -> Any:
        return _order(self, other, "__eq__")

    def __ne__(self, other: Any) -> Any:
        return _order(self, other, "__ne__")

    def __lt__(self, other: Any) -> Any:
        return _order(self, other, "__lt__")

    def __le__(self, other: Any) -> Any:
        return _order(self, other, "__le__")

    def __gt__(self, other: Any) -> Any:
        return _order(self, other, "__gt__")

    def __ge__(self, other: Any) -> Any:
        return _order(self, other, "__ge__")

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<_cffi_backend.buffer object at {address(self):#x}>"  # type: ignore[arg-type]


Bytes.__getitem__ = Unspecialised(Bytes.__getitem__)  # type: ignore[method-assign, assignment]


@lru_cache(maxsize=1)
def buffer_class() -> Any:
    """The class `buffer`: farcall's class of so many bytes as each instance has, and what cffi's does beside."""
    kept = Kept()
    slots = [(BF_GETBUFFER, entry("data_buffer"))]
    native: Any = make_type("buffer", (Value,), WORD, Bytes.__doc__ or "", (), slots, kept=kept, referred=True)
    native.__open_ended__, native.__layout__ = True, layout(Record("struct", fields=()), MODEL)
    finished(native, Array(names.uchar, 0))
    made = type("buffer", (Bytes, native), {"__slots__": (), "__module__": "_cffi_backend"})
    if settable():
        made._kept_ = kept  # type: ignore[attr-defined]
        own = {"function": id(_shown), "class:known": id(_known), "class:item": id(made)}
        set_vectorcall(made, kept.code(bound("data_bytes", own=own)))
        set_items(made, kept.code(bound("data_slice", own={"function": id(Bytes.__getitem__)})), 0, 0)
    return made


#: What is known of the classes of which bytes are shown.
_known: dict[Any, bytes] = {}


def _shown(cdata: Any, size: int = -1) -> Any:
    """The bytes of a cdata, as the class gives them."""
    known_bytes(_known, cdata)
    return _bytes(cdata, size)


def _size(of: Any) -> int:
    return int.from_bytes(peek(id(of) + COUNT, WORD), ORDER)


def _offset(of: Any, index: Any, word: str) -> int:
    size, number = _size(of), index.__index__()
    number += size if number < 0 else 0
    if not 0 <= number < size:
        raise IndexError(f"buffer {word}index out of range")
    return int(number)


def _order(one: Any, other: Any, how: str) -> Any:
    try:
        data = bytes(memoryview(other))
    except TypeError:
        return NotImplemented
    return getattr(bytes(one), how)(data)


def _bytes(cdata: Any, size: int) -> Any:
    """The bytes of a cdata; so many, or as many as its type says. Raises TypeError for one without a size."""
    kind = type_of(cdata)
    if kind.kind not in ("pointer", "array"):
        raise TypeError(f"expected a pointer or array cdata, got '{kind.cname}'")
    count = size.__index__()
    if count < 0:
        if kind.kind == "array":
            count = array_length(cdata) * kind.item._size
        else:
            count = kind.item._size
            if type(cdata) is kind._own and kind.item._var:
                held = keeper_of(cdata)
                count = held.size if isinstance(held, Held) and held.what == "own" else count
        if count < 0:
            raise TypeError(f"don't know the size pointed to by '{kind.cname}'")
    elif type(cdata) is kind._own and kind._own is not None:
        _warn_of(cdata, count)
    place = place_of(cdata)
    made = view(buffer_class(), place, cdata)
    poke(id(made) + COUNT, count.to_bytes(WORD, ORDER))
    return made


def _warn_of(cdata: Any, count: int) -> None:
    """Warn of more bytes than a cdata owns."""
    held = keeper_of(cdata)
    if isinstance(held, Held) and held.what == "own" and count > held.size:
        warnings.warn(
            f"ffi.buffer(cdata, bytes): creating a buffer of {count} bytes over a cdata that owns only {held.size} bytes.  This "
            "will crash if you access the extra memory",
            UserWarning,
            stacklevel=4,
        )


def from_buffer(type: CType, thing: Any, require_writable: bool = False) -> Any:
    """A cdata of a pointer or array type over the memory of an object, which it keeps. Raises TypeError for objects without a
    buffer, BufferError for one that is not contiguous or, if that is wanted, not writable, ValueError for one too small."""
    if type.kind not in ("pointer", "array"):
        raise TypeError(f"expected a pointer or array ctype, got '{type.cname}'")
    if isinstance(thing, str):
        raise TypeError("from_buffer() cannot return the address of a unicode object")
    seen = memoryview(thing)
    if not seen.contiguous:
        raise BufferError("contiguous buffer expected")
    if require_writable and seen.readonly:
        raise BufferError("Object is not writable.")
    length = -1
    if type.kind == "array":
        if type.length is None:
            if not type.item._size:
                raise ZeroDivisionError(
                    f"from_buffer('{type.cname}', ..): the actual length of the array cannot be computed"
                )
            length = seen.nbytes // type.item._size
        elif seen.nbytes < type._size:
            raise ValueError(f"buffer is too small ({seen.nbytes} bytes) for '{type.cname}' ({type._size} bytes)")
    place = (
        id(thing) + seed.BYTES if thing.__class__ is bytes else int.from_bytes(peek(id(seen) + seen_at(), WORD), ORDER)
    )
    if type.kind == "array" and thing.__class__ is not memoryview:
        keep = (thing,) if thing.__class__ is bytes else seen
        made = point(type._own or late(OWN_CLASS)(type), place, keep)  # more is said of it when somebody asks
        made._length = type.length if length < 0 else length
        return made
    return make_own(type, place, Held(seen, length, seen.nbytes, "buffer", thing))


@lru_cache(maxsize=1)
def seen_at() -> int:
    """Where in a memoryview the address of what it shows is: the first word that is one of bytes' that are known."""
    some = bytes(WORD)
    seen = memoryview(some)
    words = struct.unpack("16P", peek(id(seen), 16 * WORD))
    return WORD * words.index(seed.address_of(some))


def memmove(dest: Any, src: Any, n: int) -> None:
    """Copy `n` bytes between cdata and buffers, which may overlap. Raises ValueError for a negative number, TypeError for what
    has no memory."""
    count = n.__index__()
    if count < 0:
        raise ValueError("negative size")
    data = peek(_memory(src), count) if cdata_type(src) is not None else _copied(src, count)
    if cdata_type(dest) is not None:
        poke(_memory(dest), data)
        return
    seen = memoryview(dest)
    if seen.readonly:
        raise BufferError("Object is not writable.")
    seen.cast("B")[:count] = data


def _memory(cdata: Any) -> int:
    kind = type_of(cdata)
    if kind.kind not in ("pointer", "array"):
        raise TypeError(f"expected a pointer or array ctype, got '{kind.cname}'")
    return place_of(cdata)


def _copied(thing: Any, count: int) -> bytes:
    seen = memoryview(thing)
    if not seen.contiguous:
        raise BufferError("contiguous buffer expected")
    return peek(seed.address_of(seen), count)
