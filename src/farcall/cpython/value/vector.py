"""Short vectors: a few lanes of one number type, passed in vector registers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ... import seed
from ...ctype import Vector as VectorType
from ...ctype import sizeof
from ..host import host_target
from .base import Value, address, native

__all__ = ["Vector"]


@native
class Vector(Value):
    """A C vector. Made of its lanes, one by one or as one sequence; missing ones are zero."""

    __slots__ = ()
    __ctype__: VectorType

    def __init__(self, *lanes: Any) -> None:
        if len(lanes) == 1 and len(self) > 1 and hasattr(lanes[0], "__iter__"):
            lanes = tuple(lanes[0])
        if len(lanes) > len(self):
            raise ValueError(f"{self.__ctype__} has {len(self)} lanes, {len(lanes)} were given")
        for index, lane in enumerate(lanes):
            self[index] = lane

    def __len__(self) -> int:
        return self.__ctype__.count

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        from .classes import read_at

        return read_at(self.__ctype__.lane, address(self) + self._offset(index), self)

    def __setitem__(self, index: int, value: Any) -> None:
        from .classes import write_at

        write_at(self.__ctype__.lane, address(self) + self._offset(index), value, self, f"lane {index}")

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (Vector, list, tuple)):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it is mutable

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self))})"

    def __bytes__(self) -> bytes:
        return seed.read(address(self), sizeof(self.__ctype__, host_target().model))

    def _offset(self, index: Any) -> int:
        place = index.__index__()
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError(f"lane {index} is outside {self.__ctype__}")
        return int(place) * sizeof(self.__ctype__.lane, host_target().model)
