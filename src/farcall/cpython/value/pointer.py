"""Pointers: an address with the type of what lies there."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

from ... import seed
from ...ctype import CType, Function, Void, compatible, is_const, is_modifiable, sizeof, unqualified
from ...ctype import Pointer as PointerType
from ...errors import FreedMemoryError, IncompleteTypeError, NullPointerError, UnsupportedTypeError
from ..facts.host import WORD, host_target
from .base import Value, address, alive, native, own, owner, peek, point, poke, target, view
from .given import index_of

__all__ = ["Pointer", "place_of", "pointer_at", "target_keeper"]

Data = bytes  # whose name a method has
#: The end of the address space.
ADDRESSES = 1 << 8 * WORD


@native
class Pointer(Value):
    """A C pointer. `int(p)` is the address, `bool(p)` is False for NULL, `p[i]` what it points to; the members of a
    record it points to are its attributes: `p.x` is C's `p->x`.

    Two pointers are equal if their addresses are; a pointer keeps alive what it was made from, where farcall
    made that. Reading through a pointer that C has freed cannot be told from a good read.
    """

    __slots__ = ()
    __ctype__: ClassVar[PointerType]

    def __init__(self, target: object = None, /) -> None:
        from ..callable.marshal import to_pointer

        made = to_pointer(self.__ctype__, target, f"{type(self).__name__}()")
        poke(address(self), int(made).to_bytes(WORD, sys.byteorder))
        own(self, owner(made))

    def __int__(self) -> int:
        return target(self)

    def __bool__(self) -> bool:
        return int(self) != 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Pointer):
            return int(self) == int(other)
        return int(self) == 0 if other is None else NotImplemented

    def __lt__(self, other: Any) -> bool:
        return int(self) < _comparable(self, other)

    def __le__(self, other: Any) -> bool:
        return int(self) <= _comparable(self, other)

    def __gt__(self, other: Any) -> bool:
        return int(self) > _comparable(self, other)

    def __ge__(self, other: Any) -> bool:
        return int(self) >= _comparable(self, other)

    def __hash__(self) -> int:
        return hash(int(self))

    def __repr__(self) -> str:
        if not alive(owner(self)):
            return f"<{self.__ctype__} freed>"
        place = int(self)
        return f"<{self.__ctype__} {place:#x}>" if place else f"<{self.__ctype__} NULL>"

    def __add__(self, count: int) -> Any:
        own_class = "__ctype__" in type(self).__dict__  # not one that Python has derived
        place, keep = item_place(self, count), target_keeper(self)
        return point(type(self), place, keep) if own_class else pointer_at(self.__ctype__, place, keep)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, Pointer):
            distance, stride = int(self) - _comparable(self, other), _stride(self)
            if not stride or distance % stride:
                raise ValueError(f"{self!r} and {other!r} are not a whole number of items apart")
            return distance // stride
        return Pointer.__add__(self, -index_of(other))

    def __getitem__(self, index: Any) -> Any:
        from .access import read_at

        if isinstance(index, slice):
            return [Pointer.__getitem__(self, i) for i in _span(self, index)]
        index = index_of(index)  # which may run Python code: the pointer is read behind it
        place_of(self)
        return read_at(_target(self), item_place(self, index), target_keeper(self, itself=True))

    __iter__ = None  # a pointer does not say how many items there are

    def __setitem__(self, index: Any, value: Any) -> None:
        from .access import write_at

        if is_const(self.__ctype__.target):
            raise TypeError(f"{self!r} points to const: it cannot be written through")
        if not is_modifiable(self.__ctype__.target):
            raise TypeError(f"{self.__ctype__}: item {index} has const members: it cannot be set as a whole")
        if isinstance(index, slice):
            from .array import listed

            places = _span(self, index)
            for place, item in zip(places, listed(self.__ctype__.target, value, len(places)), strict=True):
                Pointer.__setitem__(self, place, item)
            return
        index = index_of(index)
        place_of(self)
        write_at(_target(self), item_place(self, index), value, self, f"{self.__ctype__}: item {index}")

    def __bytes__(self) -> Data:
        return peek(address(self), host_target().model.pointer)

    def __reduce__(self) -> Any:
        raise TypeError(f"{self!r} cannot be pickled or copied: an address means nothing elsewhere")

    @property
    def contents(self) -> Any:
        """What it points to, as a value in memory: also of numbers, whose `.value` can be set."""
        from .classes import class_of

        return view(class_of(_target(self)), place_of(self), target_keeper(self, itself=True))

    def cast(self, type: CType | type[Value]) -> Any:
        """The same address as another pointer type (a ctype or a pointer class)."""
        ctype = type if isinstance(type, CType) else type.__ctype__
        if not isinstance(ctype, PointerType):
            raise TypeError(f"a pointer can be cast only to a pointer type, not to {ctype}")
        return pointer_at(ctype, int(self), target_keeper(self))

    def string(self) -> str:
        """The C string here: of wide characters (wchar_t, char16_t, char32_t) as these, of others as UTF-8 with
        surrogateescape."""
        from .text import string

        return string(self)

    def bytes(self) -> bytes:
        """The bytes here up to the first NUL."""
        return seed.c_string(place_of(self))


def pointer_at(ctype: PointerType, place: int, keep: object = None) -> Any:
    """A pointer object of type `ctype` with the address `place`, keeping `keep` alive."""
    from .classes import class_of

    return point(class_of(ctype), place, keep)


def place_of(pointer: Any) -> int:
    """Where a pointer points to. Raises NullPointerError for NULL, FreedMemoryError where that was freed."""
    place = target(pointer)
    if not place:
        raise NullPointerError(f"{pointer!r} cannot be dereferenced")
    if not alive(owner(pointer)):
        raise FreedMemoryError(f"{pointer!r} points to memory that was freed")
    return place


def target_keeper(pointer: Any, *, itself: bool = False) -> object:
    """What keeps the target of a pointer alive, None if nothing does; with `itself` the pointer then, which so keeps
    what is stored there."""
    found = owner(pointer)
    return pointer if found is None and itself else found


def item_place(pointer: Any, index: Any) -> int:
    """The address of an item."""
    offset = index_of(index) * _stride(pointer)
    place = target(pointer) + offset
    if not 0 <= place < ADDRESSES:
        raise OverflowError(f"item {index} of {pointer!r} is outside the address space")
    return place


def _target(pointer: Any) -> CType:
    """The target's type, with its qualifiers, where it can be read."""
    target: CType = pointer.__ctype__.target
    plain = unqualified(target)
    if isinstance(plain, (Void, Function)):
        raise UnsupportedTypeError(f"{pointer!r}: {plain} has no size; cast the pointer first")
    if getattr(plain, "fields", ()) is None:
        raise IncompleteTypeError(f"{pointer!r} points to an opaque type, whose members are not declared")
    return target


def _stride(pointer: Any) -> int:
    return sizeof(_target(pointer), host_target().model)


def _comparable(pointer: Any, other: Any) -> int:
    """The address of a pointer that may be compared with another: of the same target (C11 6.5.8)."""
    if not isinstance(other, Pointer):
        raise TypeError(f"{pointer!r} cannot be compared with {type(other).__name__}")
    if not compatible(unqualified(pointer.__ctype__.target), unqualified(other.__ctype__.target), host_target().model):
        raise TypeError(f"{pointer.__ctype__} and {other.__ctype__} point to different types")
    return int(other)


def _span(pointer: Any, index: slice) -> range:
    """The items of a slice, whose end has to be said: a pointer does not know how many there are."""
    if index.stop is None:
        raise ValueError(f"{pointer!r}: a slice of a pointer needs an end")
    step = 1 if index.step is None else index_of(index.step)
    span = range(0 if index.start is None else index_of(index.start), index_of(index.stop), step)
    if span:
        for end in (span[0], span[-1]):
            item_place(pointer, end)  # both ends lie within the address space
    return span
