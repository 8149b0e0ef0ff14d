"""Short vectors: a few lanes of one number type, passed in vector registers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from ...ctype import Vector as VectorType
from ...ctype import sizeof
from ..facts.host import host_target
from .base import Value, address, holder, native, peek, qualified_type
from .copying import copied, reduce

__all__ = ["Vector"]


@native
class Vector(Value):
    """A C vector. Made of its lanes, one by one or as one sequence; missing ones are zero."""

    __slots__ = ()
    __ctype__: ClassVar[VectorType]

    def __init__(self, *lanes: Any) -> None:
        if len(lanes) == 1 and len(self) > 1 and hasattr(lanes[0], "__iter__"):
            lanes = tuple(lanes[0])
        if len(lanes) > len(self):
            raise ValueError(f"{self.__ctype__} has {len(self)} lanes, {len(lanes)} were given")
        for index, lane in enumerate(lanes):
            _write(self, index, lane)

    if TYPE_CHECKING:  # lanes are iterated by `sq_item`

        def __iter__(self) -> Iterator[Any]: ...

    def __len__(self) -> int:
        return self.__ctype__.count

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        from .access import read_at

        return read_at(self.__ctype__.lane, address(self) + _offset(self, index), holder(self))

    def __setitem__(self, index: int, value: Any) -> None:
        if self.__const__:
            raise TypeError(f"this {qualified_type(self)} is const: it cannot be written")
        _write(self, index, value)

    def __copy__(self) -> Any:
        return copied(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return Vector.__copy__(self)

    def __reduce__(self) -> Any:
        return reduce(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (Vector, list, tuple)):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it is mutable

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self))})"

    def __bytes__(self) -> bytes:
        return peek(address(self), sizeof(self.__ctype__, host_target().model))


def _write(vector: Any, index: Any, value: object) -> None:
    from .access import write_at

    place = address(vector) + _offset(vector, index)
    write_at(vector.__ctype__.lane, place, value, vector, f"{vector.__ctype__}: lane {index}")


def _offset(vector: Any, index: Any) -> int:
    place = int(index.__index__())
    if place < 0:
        place += len(vector)
    if not 0 <= place < len(vector):
        raise IndexError(f"lane {index} is outside {vector.__ctype__}")
    return place * sizeof(vector.__ctype__.lane, host_target().model)
