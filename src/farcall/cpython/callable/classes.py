"""The classes that a function's code compares with or makes instances of. That there are such classes is found out as a function is
bound, but for pointers to numbers and to void, of which there always is one: those are not made before there is code, so that
binding their functions loads nothing of C values."""

from __future__ import annotations

from ...ctype import Complex, CType, Float, Function, Integer, Pointer, Void, unqualified
from ..link.late import later
from .parameter_facts import TypeFacts
from .plan import Wanted, written_type

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from .. import value as values
else:
    values = later("cpython.value")

__all__ = ["can_wait", "classes_of"]


def classes_of(function: Function, wanted: tuple[Wanted, ...], types: list[TypeFacts]) -> tuple[Any, ...]:
    """The classes; `types` are the facts of the result's type and of the parameters'."""
    classes = []
    for _, position, what in wanted:
        if what == "written":
            cls = values.class_of(written_type(function.parameters[position]))
        else:
            cls = types[position + 1].plain() if what else types[position + 1].cls()
        classes.append(cls)
    return tuple(classes)


def can_wait(function: Function, wanted: tuple[Wanted, ...]) -> bool:
    """Whether these can be made later: nothing can be wrong with them, and they will be the same."""
    types = [function.result if at < 0 else function.parameters[at].type for _, at, _ in wanted]
    return all(what != "written" for _, _, what in wanted) and all(map(_always_is, types))


def _always_is(type: CType) -> bool:
    type = unqualified(type)
    return isinstance(type, Pointer) and isinstance(unqualified(type.target), (Complex, Float, Integer, Void))
