"""Classes of arrays and pointers, of whose types there is no end: the last ones asked for are kept, though nobody uses
them, since making one again costs more than a look-up. Others go when they are no longer used."""

from __future__ import annotations

from ..cpython.link.late import later
from ..ctype import Array, CType, Pointer

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from ..cpython import value as values
else:
    values = later("cpython.value")

__all__ = ["Recent", "endless"]

MOST = 128


def endless(ctype: CType) -> bool:
    """Whether a type is one of a kind that programs make of numbers: an array, or a pointer."""
    return isinstance(ctype, (Array, Pointer))


class Recent:
    """The classes asked for last, by type."""

    __slots__ = ("_classes",)

    def __init__(self) -> None:
        self._classes: dict[CType, Any] = {}  # the one unused for the longest first

    def class_of(self, ctype: CType) -> Any:
        found = self._classes.pop(ctype, None)
        if found is None:
            found = values.native_class(values.class_of(ctype))  # of which programs may have derived one
            if len(self._classes) >= MOST:
                try:  # noqa: SIM105  (contextlib is not loaded for this)
                    self._classes.pop(next(iter(self._classes)), None)
                except (StopIteration, RuntimeError):  # other threads change it
                    pass
        self._classes[ctype] = found
        return found
