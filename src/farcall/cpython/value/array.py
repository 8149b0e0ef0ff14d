"""Arrays in memory: a fixed number of items of one type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from ... import seed
from ...ctype import Array as ArrayType, sizeof
from ..host import host_target
from .base import Value, address, native

__all__ = ["Array"]


@native
class Array(Value):
    """A C array. Items and slices are read and written by index; an index out of range raises IndexError."""

    __slots__ = ()
    __ctype__: ClassVar[ArrayType]

    def __init__(self, items: Iterable[object] = (), /) -> None:
        items = list(items)
        if len(items) > len(self):
            raise ValueError(f"{self.__ctype__} has {len(self)} items, {len(items)} were given")
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

        offset = self._offset(index)
        write_at(self.__ctype__.element, address(self) + offset, value, self, offset, f"[{index}]")

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

    def _offset(self, index: Any) -> int:
        place = index.__index__()
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError(f"index {index} is outside {self.__ctype__}")
        return int(place) * sizeof(self.__ctype__.element, host_target().model)
