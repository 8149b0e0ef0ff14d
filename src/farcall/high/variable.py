"""Where a library's variable is, and the type by which it is read, also where its declaration leaves that open; views of it,
and writing it."""

from __future__ import annotations

from ..cdecl import parse_variable
from ..cpython.facts.host import host_target
from ..cpython.link.late import later
from ..ctype import Array, CType, Pointer, Record, sizeof, unqualified
from ..errors import IncompleteTypeError, SymbolError, UnsupportedTypeError
from ..library import SharedObject
from .read_variables import keep_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from ..cpython import value as values
    from .library import Library
else:
    values = later("cpython.value")

__all__ = ["assign", "is_name", "located", "seen"]


def is_name(declaration: str) -> bool:
    """Whether a declaration is a name alone."""
    return declaration[:1].isascii() and declaration.isidentifier()


def seen(library: Library, declaration: str) -> Any:
    """A view of a variable, given by its declaration, or by name if it is declared."""
    word, scope = declaration.strip(), library._scope
    if is_name(word):
        scope.find(word)
    if word in scope.variables:
        name, given = word, scope.variables[word]
    else:
        name, given = parse_variable(declaration, scope)
    ctype, place, pointer = library._variable(name, given)
    library.lend()
    if pointer:
        return values.pointer_at(ctype, place, keep_of(library))
    return values.view(values.class_of(ctype), place, keep_of(library))


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


def assign(library: Library, name: str, value: object) -> None:
    """Write a variable of a library's. SymbolError for what is none; TypeError for one that is const or has no known size."""
    scope = library._scope
    scope.find(name)
    if name not in scope.variables:
        what = "a function" if name in scope.functions else "not a declared variable"
        raise SymbolError(f"{library.name}: {name!r} is {what}; only variables can be set")
    where = f"{library.name}: variable {name!r}"
    ctype, place, pointer = library._variable(name, scope.variables[name])
    if pointer:
        raise TypeError(f"{where} cannot be set: {unqualified(scope.variables[name])} has no known size")
    values.writable(ctype, where)
    values.write_at(ctype, place, value, keep_of(library), where)
