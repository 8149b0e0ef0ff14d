"""Arrays in memory: a fixed number of items of one type."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from ... import seed
from ...ctype import Array as ArrayType
from ...ctype import CType, Integer, sizeof, unqualified
from ..host import host_target
from .base import Value, address, adopt, native

__all__ = ["Array", "is_byte"]


@native
class Array(Value):
    """A C array. Items and slices are read and written by index; an index out of range raises IndexError."""

    __slots__ = ()
    __ctype__: ClassVar[ArrayType]

    def __init__(self, items: Iterable[object] = (), /) -> None:
        items = items if isinstance(items, (bytes, bytearray)) else list(items)
        if len(items) > len(self):
            raise ValueError(f"{self.__ctype__} has {len(self)} items, {len(items)} were given")
        if isinstance(items, (bytes, bytearray)) and is_byte(self.__ctype__.element):
            seed.write(address(self), bytes(items))
            return
        for index, item in enumerate(items):
            self[index] = item

    def __len__(self) -> int:
        return self.__ctype__.length or 0

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        from .classes import read_at

        return read_at(self.__ctype__.element, address(self) + self._offset(index), self)

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            places, values = range(*index.indices(len(self))), list(value)
            if len(places) != len(values):
                raise ValueError(f"{len(values)} values for a slice of {len(places)} items")
            for place, item in zip(places, values, strict=True):
                self[place] = item
            return
        from .classes import write_at

        place = address(self) + self._offset(index)
        write_at(self.__ctype__.element, place, value, self, f"{self.__ctype__}: item {index}")

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"<{self.__ctype__} {list(self)!r}>"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (Array, list, tuple)):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it is mutable

    def __bytes__(self) -> bytes:
        return seed.read(address(self), sizeof(self.__ctype__, host_target().model))

    def __copy__(self) -> Any:
        made = type(self).__new__(type(self))
        data = bytes(self)
        seed.write(address(made), data)
        adopt(made, address(made), self, len(data))
        return made

    def __reduce__(self) -> Any:
        raise TypeError(f"{self.__ctype__} cannot be pickled; pickle its items, or its bytes()")

    def _offset(self, index: Any) -> int:
        place = operator.index(index)
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError(f"index {index} is outside {self.__ctype__}")
        return place * sizeof(self.__ctype__.element, host_target().model)


def is_byte(element: CType) -> bool:
    """Whether bytes can be written into an array of `element` as they are: char, and integers of its size."""
    element = unqualified(element)
    return isinstance(element, Integer) and element.rank in ("char", "8")
