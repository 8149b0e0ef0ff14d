"""A run of items in C's memory, one behind the other: a slice of an array, or of what a pointer points to."""

from __future__ import annotations

from ...ctype import CType, Enum, sizeof, unqualified
from ..facts.host import host_target
from .base import absorb
from .enum_members import member
from .packed import items_in, number_reader, numbers_at
from .writing import fill_items

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["read_run", "write_run"]


def read_run(element: CType, start: int, span: range) -> list[Any] | None:
    """The items of `span`, counted from the one at `start`, as generated code reads numbers; None for other types."""
    code = number_reader(unqualified(element))
    found = numbers_at(code, start, sizeof(element, host_target().model), span) if code else None
    return [member(element, number) for number in found] if found and isinstance(unqualified(element), Enum) else found


def write_run(element: CType, start: int, span: range, value: Any, keeper: Any) -> bool:
    """Write the items of `span`, counted from the one at `start`, if no item of `value` has to be looked at by Python;
    whether that is done."""
    if span.step != 1:
        return False
    place = start + span.start * sizeof(element, host_target().model)
    if type(value) in (list, tuple):
        return len(value) == len(span) and fill_items(element, place, value, keeper)
    items = items_in(element, value)
    if items is None or len(items) != len(span):
        return False
    absorb(place, items)
    return True
