"""Reading and writing by C type at an address. How it is done, each kind of value knows for itself."""

from __future__ import annotations

from ...ctype import CType, is_const, is_modifiable, unqualified
from ...errors import NullPointerError
from .classes import class_of, class_read

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["accept", "read_at", "writable", "write_at"]


def read_at(ctype: CType, place: int, owner: object) -> Any:
    """The Python value of the C value of type `ctype` at an address: a number, a str for `const char *`,
    a pointer object, or a view for structs, unions and arrays, which keeps `owner` alive."""
    if not place:
        raise NullPointerError(f"a {unqualified(ctype)} cannot be read at NULL")
    return class_read(ctype).__read__(unqualified(ctype), place, owner)


def write_at(ctype: CType, place: int, value: object, keeper: Any, where: str = "") -> None:
    """Store a Python value as a C value of type `ctype` at an address; `keeper` keeps what a pointer needs.
    `where` names the place in errors."""
    ctype = unqualified(ctype)
    if not place:
        raise NullPointerError(f"a {ctype} cannot be written at NULL")
    class_of(ctype).__write__(ctype, place, value, keeper, where)


def accept(ctype: CType, value: object, where: str) -> Any:
    """An instance that stands for a Python value where a `ctype` is wanted: of a pointer also what keeps its target alive.
    Raises TypeError, ValueError or OverflowError, naming `where`. A value has no const of its own: it is copied."""
    ctype = unqualified(ctype)
    return class_of(ctype).__accept__(ctype, value, where)


def writable(ctype: CType, where: str) -> None:
    """Raise TypeError if the whole of a value of type `ctype` cannot be assigned, since it or a part of it is const."""
    if is_const(ctype):
        raise TypeError(f"{where} is const: it cannot be set")
    if not is_modifiable(ctype):
        raise TypeError(f"{where} has const members: it cannot be set as a whole")
