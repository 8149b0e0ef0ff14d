"""Short vectors: a few lanes of one number type, passed in vector registers."""

from __future__ import annotations

from collections.abc import Iterator

from ...ctype import Vector as VectorType
from ...ctype import sizeof
from ..facts.host import host_target
from ..link.late import late
from ..link.native import SQ_LENGTH, Kept, bound, make_type
from .accepting import is_row, is_sequence, to_instance, write_whole
from .access import read_at, write_at
from .base import Value, address, holder, native, qualified_type
from .copying import copied, reduce
from .given import index_of, items_of, shown, too_many
from .making import finished, item_slots, python_name

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["Vector", "vector_class"]

#: What describes the memory to other packages; few programs ask for it.
TENSOR = "cpython.value.dlpack:tensor"


@native
class Vector(Value):
    """A C vector. Made of its lanes, one by one or as one sequence; missing ones are zero."""

    __slots__ = ()
    __ctype__: ClassVar[VectorType]

    __write__ = classmethod(write_whole)
    __accept__ = classmethod(to_instance)

    @classmethod
    def __made_of__(cls, value: Any) -> Any:
        """A vector of a sequence of its lanes, or of a row of NumPy's."""
        return cls(*items_of(value, cls.__ctype__.count)) if is_sequence(value) or is_row(value) else None

    def __init__(self, /, *lanes: Any) -> None:
        count, given, found = Vector.__len__(self), lanes, list(lanes)
        if len(lanes) == 1 and count > 1 and hasattr(lanes[0], "__iter__"):
            given, found = lanes[0], items_of(lanes[0], count)
        if len(found) > count:
            raise ValueError(f"{self.__ctype__} has {count} lanes, {too_many(given, found)}")
        for index, lane in enumerate(found):
            _write(self, index, lane)

    if TYPE_CHECKING:  # lanes are iterated by `sq_item`

        def __iter__(self) -> Iterator[Any]: ...

    def __len__(self) -> int:
        return self.__ctype__.count

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [Vector.__getitem__(self, i) for i in range(*index.indices(Vector.__len__(self)))]
        offset = _offset(self, index)
        return read_at(self.__ctype__.lane, address(self) + offset, holder(self))

    def __setitem__(self, index: int, value: Any) -> None:
        if self.__const__:
            raise TypeError(f"this {qualified_type(self)} is const: it cannot be written")
        _write(self, index, value)

    def __dlpack__(
        self, *, stream: object = None, max_version: Any = None, dl_device: Any = None, copy: bool | None = None
    ) -> Any:
        """A DLPack capsule of the memory, or of a copy. Raises BufferError for what DLPack cannot describe."""
        return late(TENSOR)(self, stream, max_version, dl_device, copy)

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)  # the CPU

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


def _write(vector: Any, index: Any, value: object) -> None:
    place = address(vector) + _offset(vector, index)
    write_at(vector.__ctype__.lane, place, value, vector, f"{vector.__ctype__}: lane {index}")


def _offset(vector: Any, index: Any) -> int:
    number, length = index_of(index), Vector.__len__(vector)
    place = number + length if number < 0 else number
    if not 0 <= place < length:
        raise IndexError(f"lane {shown(number)} is outside {vector.__ctype__}")
    return place * sizeof(vector.__ctype__.lane, host_target().model)


def vector_class(ctype: VectorType) -> Any:
    """The class of a vector type."""
    kept = Kept()
    slots = item_slots(ctype.lane, ctype.count, kept)
    slots.append((SQ_LENGTH, kept.code(bound("length", own={"length": ctype.count}))))
    size = sizeof(ctype, host_target().model)
    name, doc = python_name(str(ctype)), f"The C type {ctype}."
    return finished(make_type(name, (Vector,), size, doc, (), slots, kept=kept, referred=True), ctype)
