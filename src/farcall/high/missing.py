"""What is said of a name that a library has not declared: why, or similar names."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..cdecl import Scope
from ..errors import LibraryError, SymbolError
from ..library import SharedObject

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from ..cdecl.header.condition import Conditional

__all__ = ["MOST_TOLD", "names_of", "similar", "undeclared", "untyped"]

#: How many similar names are listed, and up to how many names all are.
MOST_SIMILAR = 3
MOST_TOLD = 20
#: What may stand before a tag.
TAGS = ("struct", "union", "enum")


def names_of(scope: Scope) -> set[str]:
    """The functions, variables and constants that are declared; of headers what is their own."""
    declared = {*scope.functions, *scope.variables, *scope.constants}
    for header in scope.headers:
        declared = declared.difference(header.everything()) | header.names()
        declared |= header.index.inline.keys() if header.compiled_as else set()
    return declared


def similar(name: str, names: Iterable[str], otherwise: str) -> str:
    """The end of a message: similar names, or `otherwise` where there are none."""
    from difflib import get_close_matches

    found = get_close_matches(name, sorted(names), MOST_SIMILAR)
    return f"; similar names: {', '.join(found)}" if found else otherwise


def left_out(name: str, scope: Scope) -> str:
    """The end of a message: the macro without which headers do not declare a name, or what the compiler lacks for them; ""
    if there is none."""
    for header in scope.headers:
        found = header.conditional(name)
        if found is not None:
            return f": {found.file}:{found.line} has it only {_condition(found)}"
    return ""


def _condition(found: Conditional) -> str:
    """What a name is declared with, and how to have that."""
    if found.macro:
        return f'with {found.macro}: cdef(include=..., defines={{"{found.macro}": 1}})'
    if found.asked.startswith("__has_include"):
        return f"where {found.asked} holds: install that header, or name its directory in include_dirs"
    return (
        f"where the compiler has {found.asked}, and the preprocessor says no: the environment variable CC names another"
        " compiler, or declare it yourself with cdef()"
    )


def exported(shared: SharedObject, name: str) -> bool:
    """Whether the library has a symbol of that name."""
    try:
        shared.address(name)
    except (SymbolError, LibraryError):
        return False
    return True


def undeclared(shared: SharedObject, name: str, scope: Scope, what: str = "") -> SymbolError:
    """The error for a name that is none of the library's values."""
    message = f"{shared.name}: {what}{name!r} is not declared"
    reasons = [reason for header in scope.headers if (reason := header.why_not(name))]
    if not reasons and (name in scope.typedefs or any((kind, name) in scope.tags for kind in TAGS)):
        reasons = [f"it is a type: types.{name} of the library is its class"]
    if reasons:
        return SymbolError(f"{message}: {reasons[0]}")

    def rest() -> str:
        if end := left_out(name, scope):
            return end
        if exported(shared, name):
            return f"; the library has a symbol {name}: declare it with cdef() or function()"
        return similar(name, names_of(scope), "; the library has no such symbol")

    return SymbolError(message, similar=rest)


def untyped(name: str, scope: Scope, names: Callable[[], set[str]]) -> SymbolError:
    """The error for a name that is none of the library's types."""
    value = name in scope.functions or name in scope.variables or name in scope.constants

    def rest() -> str:
        if value:
            return ": it is a value, an attribute of the library itself"
        if end := left_out(name, scope):
            return end
        known = sorted(names())
        if len(known) <= MOST_TOLD:
            return f"; there are: {', '.join(known) or 'none'}"
        return similar(name, known, "") + f"; dir() lists the {len(known)} that there are"

    return SymbolError(f"no type {name!r} is declared", similar=rest)
