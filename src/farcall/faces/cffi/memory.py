"""New memory for cdata, zeroed, and what is stored in it first."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable
from typing import Any

from ... import seed
from ...cpython.link.late import late
from ...cpython.value.base import point, poke
from .cdata import OWN_CLASS, Held, cdata_type, make_own, place_of
from .conversion import items_in, members_in, put, put_array
from .release import gcp
from .types import CType

__all__ = ["new_allocator", "newp"]

#: What the interpreter aligns memory to.
ALIGNED = 8
NUMBERS = frozenset({"signed", "unsigned", "float"})
WITH_NUL = frozenset({"char", "wide"})


def newp(type: CType, init: Any = None) -> Any:
    """New memory: a pointer to what its type points to, or an array. Raises TypeError for other types and unknown sizes, and
    what storing `init` raises."""
    if type.__class__ is not CType:
        raise TypeError(f"expected a ctype, not {type.__class__.__name__}")
    if init is None and type._plain is not None:
        cls, size = type._plain
        memory = bytes(size)  # nobody else has it: it is written to
        return point(cls, id(memory) + seed.BYTES, memory)
    made = _plain(type, init)
    if made is not None:
        return made
    size, length, init = _measured(type, init)
    room = size * 2 if type.kind == "pointer" and type.item._how in WITH_NUL else size
    align = type.item._align if type.kind == "pointer" else type._align
    if align <= ALIGNED:
        memory = bytes(room or 1)  # nobody else has it: it is written to
        place = seed.address_of(memory)
    else:
        memory = bytes(room + align)
        place = -(-seed.address_of(memory) // align) * align
    made = make_own(type, place, Held(memory, length, size, "own"))
    if init is not None:
        _store(type, place, init)
    return made


def _plain(type: CType, init: Any) -> Any:
    """The same of what is aligned as all memory is and has the size that its type or a number says, without what says more of
    it than farcall's owner; None for other types."""
    kind, item = type.kind, getattr(type, "item", None)
    if item is None or item._size <= 0 or item._align > ALIGNED or item._var or kind == "function":
        return None
    if kind == "pointer":
        cls, size = type._own or late(OWN_CLASS)(type), item._size * 2 if item._how in WITH_NUL else item._size
        type._plain = cls, size
        memory = bytes(size)
        made = point(cls, id(memory) + seed.BYTES, memory)
        if init is not None:
            put(item, id(memory) + seed.BYTES, init)
        return made
    length: Any = type.length
    if length is None:
        if init.__class__ is int and 0 <= init <= sys.maxsize // item._size:
            length, init = init, None
        elif init.__class__ is bytes and item._how == "char":
            length = len(init) + 1
        elif init.__class__ is list and item._how in NUMBERS and len(init) * item._size > 1:
            return _listed(type, init)
        else:
            return None
    memory = bytes(length * item._size or 1)
    made = point(type._own or late(OWN_CLASS)(type), id(memory) + seed.BYTES, memory)
    made._length = length
    if init is not None:
        put_array(type, id(memory) + seed.BYTES, init)
    return made


def _listed(type: CType, init: list[Any]) -> Any:
    """An array of numbers; None if one is none, or does not fit."""
    try:
        memory = array(type.item._format[1:], init).tobytes()  # nobody else has it, as it is longer than what is shared
    except (TypeError, OverflowError):
        return None
    made = point(type._own or late(OWN_CLASS)(type), id(memory) + seed.BYTES, memory)
    made._length = len(init)
    return made


def _measured(type: CType, init: Any) -> tuple[int, int, Any]:
    """How many bytes are wanted, how many items of an array, and what to store."""
    if type.kind == "pointer":
        item = type.item
        if item._size < 0:
            raise TypeError(f"cannot instantiate ctype '{item.cname}' of unknown size")
        return (_with_items(item, init) if item._var and init is not None else item._size), -1, init
    if type.kind != "array":
        raise TypeError(f"expected a pointer or array ctype, got '{type.cname}'")
    if type.length is not None:
        return type._size, -1, init
    length, init = items_in(type.item, init)
    size = length * type.item._size
    if size > sys.maxsize:
        raise OverflowError("array size would overflow a Py_ssize_t")
    return size, length, init


def _with_items(type: CType, init: Any) -> int:
    """The size of a struct with the items of its array at the end."""
    if cdata_type(init) is not None:
        return type._size
    size = type._size
    for field, value in members_in(type, init, "list or tuple or dict"):
        inner = field.type
        if inner.kind == "array" and inner.length is None:
            size = max(size, field.offset + items_in(inner.item, value)[0] * inner.item._size)
        elif inner._var and cdata_type(value) is None:
            size = max(size, field.offset + _with_items(inner, value))
    if size > sys.maxsize:
        raise OverflowError("array size would overflow a Py_ssize_t")
    return size


def _store(type: CType, place: int, init: Any) -> None:
    if type.kind == "pointer":
        put(type.item, place, init)
    elif type.length is None and cdata_type(init) is None:
        put_array(_limited(type), place, init)
    else:
        put_array(type, place, init)


def _limited(type: CType) -> CType:
    return type


def new_allocator(alloc: Any = None, free: Any = None, should_clear_after_alloc: bool = True) -> Callable[..., Any]:
    """A function as `ffi.new` that has its memory of `alloc(size)`, and gives it back by `free(cdata)`. Raises TypeError for
    what cannot be called."""
    for name, one in (("alloc", alloc), ("free", free)):
        if one is not None and not callable(one):
            raise TypeError(f"new_allocator(): {name} must be callable, not {one.__class__.__name__}")
    if alloc is None and free is not None:
        raise TypeError("cannot pass 'free' without 'alloc'")

    def allocate(cdecl: CType, init: Any = None) -> Any:
        return _allocated(cdecl, init, alloc, free, bool(should_clear_after_alloc))

    return allocate


def _allocated(type: CType, init: Any, alloc: Any, free: Any, clear: bool) -> Any:
    if alloc is None:
        if clear:
            return newp(type, init)
        return newp(type, init)
    size, length, init = _measured(type, init)
    memory = alloc(size)
    kind = cdata_type(memory)
    if kind is None:
        raise TypeError(f"alloc() must return a cdata object (got {memory.__class__.__name__})")
    if kind.kind not in ("pointer", "array"):
        raise TypeError(f"alloc() must return a cdata pointer, not '{kind.cname}'")
    place = place_of(memory)
    if not place:
        raise MemoryError("alloc() returned NULL")
    if clear:
        poke(place, bytes(size))
    held = Held(memory, length, size, "alloc", memory if free is None else gcp(memory, free))
    made = make_own(type, place, held)
    if init is not None:
        _store(type, place, init)
    return made
