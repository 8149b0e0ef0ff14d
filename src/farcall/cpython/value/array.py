"""Arrays in memory: a fixed number of items of one type."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from ...ctype import Array as ArrayType
from ...ctype import CType, Integer, sizeof, unqualified
from ..facts.host import host_target
from .base import Value, address, holder, native, peek, poke
from .copying import copied, reduce, refuse_pointers
from .text import encode_text, is_text, string, width_of

__all__ = ["Array", "is_byte"]


@native
class Array(Value):
    """A C array. Items and slices are read and written by index; an index out of range raises IndexError."""

    __slots__ = ()
    __ctype__: ClassVar[ArrayType]

    def __init__(self, items: Iterable[object] = (), /) -> None:
        _fill(self, items)

    if TYPE_CHECKING:  # items are iterated by `sq_item`

        def __iter__(self) -> Iterator[Any]: ...

    def __len__(self) -> int:
        return self.__ctype__.length or 0

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        from .access import read_at

        return read_at(self.__ctype__.element, address(self) + _offset(self, index), holder(self))

    def __setitem__(self, index: Any, value: Any) -> None:
        if self.__const__:
            raise TypeError(f"{self.__ctype__} is const: it cannot be written")
        from .access import writable

        writable(self.__ctype__.element, f"{self.__ctype__}: an item")
        if isinstance(index, slice):
            places, values = range(*index.indices(len(self))), _listed(self, value)
            if len(places) != len(values):
                raise ValueError(f"{len(values)} values for a slice of {len(places)} items")
            for place, item in zip(places, values, strict=True):
                _write(self, place, item)
            return
        _write(self, index, value)

    def __repr__(self) -> str:
        return f"<{self.__ctype__} {list(self)!r}>"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (Array, list, tuple)):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it is mutable

    def __contains__(self, thing: object) -> bool:
        return any(item == thing for item in self)

    def __bytes__(self) -> bytes:
        return peek(address(self), sizeof(self.__ctype__, host_target().model))

    def __copy__(self) -> Any:
        return copied(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        refuse_pointers(self, "copied deeply")
        return copied(self)

    def __reduce__(self) -> Any:
        return reduce(self)

    def string(self) -> str:
        """The text in an array of characters, up to the first NUL or the end: of wide characters as these, of bytes as
        UTF-8 with surrogateescape."""
        if not width_of(self.__ctype__.element):
            raise TypeError(f"{self.__ctype__} holds no characters")
        return string(self)

    def bytes(self) -> bytes:
        """The bytes up to the first NUL or the end; `bytes(array)` gives all."""
        return Array.__bytes__(self).partition(b"\0")[0]


def is_byte(element: CType) -> bool:
    """Whether bytes can be written into an array of `element` as they are: char, and integers of its size."""
    element = unqualified(element)
    return isinstance(element, Integer) and element.rank in ("char", "8")


def _fill(array: Any, items: Any) -> None:
    """The first items of an array, from a sequence, bytes or text; a buffer of items of its size is copied."""
    ctype = array.__ctype__
    element, length = ctype.element, len(array)
    if isinstance(items, str) and is_text(element):
        items = encode_text(items, element)
        size = sizeof(element, host_target().model)
        if len(items) > length * size:
            raise ValueError(f"{ctype} has {length} items, the text takes {len(items) // size}")
        poke(address(array), items)
        return
    items = items if isinstance(items, (bytes, bytearray, Array)) else list(items)
    if len(items) > length:
        raise ValueError(f"{ctype} has {length} items, {len(items)} were given")
    if isinstance(items, (bytes, bytearray)) and is_byte(element):
        poke(address(array), bytes(items))
        return
    for index, item in enumerate(items):
        _write(array, index, item)


def _write(array: Any, index: Any, value: Any) -> None:
    from .access import write_at

    place = address(array) + _offset(array, index)
    write_at(array.__ctype__.element, place, value, array, f"{array.__ctype__}: item {index}")


def _listed(array: Any, values: Iterable[Any]) -> list[Any]:
    """The items to be written into a slice; of bytes one by one where the items are chars."""
    element = unqualified(array.__ctype__.element)
    if isinstance(values, (bytes, bytearray)) and isinstance(element, Integer) and element.rank == "char":
        return [values[i : i + 1] for i in range(len(values))] if element.signed is None else list(values)
    return list(values)


def _offset(array: Any, index: Any) -> int:
    place = operator.index(index)
    if place < 0:
        place += len(array)
    if not 0 <= place < len(array):
        raise IndexError(f"index {index} is outside {array.__ctype__}")
    return place * sizeof(array.__ctype__.element, host_target().model)
