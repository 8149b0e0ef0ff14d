"""The kinds of C value: what makes the class of a C type, by the kind of type it is."""

from __future__ import annotations

from collections.abc import Callable

from ...ctype import Array, Complex, CType, Enum, Float, Integer, Pointer, Qualified, Record, Swapped, Vector
from .array import array_class
from .const import const_class
from .number import number_class
from .pointer import pointer_class
from .record import record_class
from .swapped import swapped_class
from .vector import vector_class

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["MAKERS"]

#: There are no values of the types that are not here: void and functions.
MAKERS: dict[type[CType], Callable[[Any], Any]] = {
    Array: array_class,
    Complex: number_class,
    Enum: number_class,
    Float: number_class,
    Integer: number_class,
    Pointer: pointer_class,
    Qualified: const_class,
    Record: record_class,
    Swapped: swapped_class,
    Vector: vector_class,
}
