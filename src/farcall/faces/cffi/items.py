"""Items of numbers, read and written by farcall's own code behind one look at the index."""

from __future__ import annotations

from typing import Any

from .data import Indexed
from .types import CType

__all__ = ["items_of_array", "items_of_pointer"]

#: Items that farcall reads as cffi does, and those that it writes so.
READ = frozenset({"signed", "unsigned", "float", "char", "complex"})
WRITTEN = frozenset({"signed", "unsigned", "float"})


def items_of_pointer(type: CType, native: Any) -> dict[str, Any]:
    """`__getitem__` and `__setitem__` of pointers of a type, whose class of farcall's is `native`."""
    how, read, write = type.item._how, native.__getitem__, native.__setitem__
    otherwise, set_otherwise = Indexed.__getitem__, Indexed.__setitem__

    def getitem(self: Any, index: Any) -> Any:
        return read(self, index) if index.__class__ is int else otherwise(self, index)

    def setitem(self: Any, index: Any, value: Any) -> None:
        if index.__class__ is int:
            write(self, index, value)
        else:
            set_otherwise(self, index, value)

    return _named(getitem if how in READ else None, setitem if how in WRITTEN and type.item._format != "=f" else None)


def items_of_array(type: CType, native: Any) -> dict[str, Any]:
    """The same of arrays, which end somewhere."""
    how, read, write, length = type.item._how, native.__getitem__, native.__setitem__, type.length or 0
    is_open = type.length is None
    otherwise, set_otherwise = Indexed.__getitem__, Indexed.__setitem__

    def getitem(self: Any, index: Any) -> Any:
        if index.__class__ is int and 0 <= index < length:
            return read(self, index)
        return otherwise(self, index)

    def getitem_open(self: Any, index: Any) -> Any:
        if index.__class__ is int and 0 <= index < self._held.length:
            return read(self, index)
        return otherwise(self, index)

    def setitem(self: Any, index: Any, value: Any) -> None:
        if index.__class__ is int and 0 <= index < (self._held.length if is_open else length):
            write(self, index, value)
        else:
            set_otherwise(self, index, value)

    got = getitem_open if is_open else getitem
    return _named(got if how in READ else None, setitem if how in WRITTEN and type.item._format != "=f" else None)


def _named(getitem: Any, setitem: Any) -> dict[str, Any]:
    found = {"__getitem__": getitem, "__setitem__": setitem}
    return {name: function for name, function in found.items() if function is not None}
