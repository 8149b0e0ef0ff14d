"""Classes of arrays and pointers, of whose types there is no end: the last ones asked for are kept, though nobody uses
them, since making one again costs more than a look-up. Others go when they are no longer used."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ..cpython.value import class_of
from ..cpython.value.base import native_class
from ..ctype import Array, CType, Pointer

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
            found = native_class(class_of(ctype))  # of which programs may have derived one
            if len(self._classes) >= MOST:
                with suppress(StopIteration, RuntimeError):  # other threads change it
                    self._classes.pop(next(iter(self._classes)), None)
        self._classes[ctype] = found
        return found
