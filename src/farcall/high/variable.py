"""Where a library's variable is, and the type by which it is read, also where its declaration leaves that open."""

from __future__ import annotations

from ..cpython.facts.host import host_target
from ..ctype import Array, CType, Pointer, Record, sizeof, unqualified
from ..errors import IncompleteTypeError, UnsupportedTypeError
from ..library import SharedObject

__all__ = ["located"]


def located(shared: SharedObject, symbol: str, ctype: CType) -> tuple[CType, int, bool]:
    """The type by which a variable of a library is read, where it lies, and whether there is only its address: the type is
    then of a pointer to it."""
    place = shared.address(symbol, "variable")
    if not is_open(ctype):
        return ctype, place, False
    found, pointer = closed(ctype, shared.size(symbol))
    return found, place, pointer


def is_open(ctype: CType) -> bool:
    """Whether a declaration of this type does not say how large the variable is."""
    plain = unqualified(ctype)
    return (isinstance(plain, Record) and plain.fields is None) or (isinstance(plain, Array) and plain.length is None)


def closed(ctype: CType, size: int) -> tuple[CType, bool]:
    """The type by which to read a variable of an open type, of which the library says that it has `size` bytes (0 where
    it does not); and whether there is only its address, as a pointer of that type.

    `extern char version[];` has as many items as fill its symbol; where nobody knows how many it reads as a pointer
    to the first. A variable of an incomplete struct reads as a pointer to it: C can do no more than take its address.
    """
    plain = unqualified(ctype)
    if not isinstance(plain, Array):
        return Pointer(ctype), True
    try:
        item = sizeof(plain.element, host_target().model)
    except (IncompleteTypeError, UnsupportedTypeError):
        item = 0
    if item and size >= item and not size % item:
        return Array(plain.element, size // item), False
    return Pointer(plain.element), True
