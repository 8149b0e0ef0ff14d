"""C text with this machine's types: where no library has declared anything, the standard names are all that is known."""

from __future__ import annotations

from ...cdecl import Scope, parse_function, parse_type
from ...ctype import CType, Function
from .host import host_target

__all__ = ["function_in", "host_scope", "type_in"]


def host_scope() -> Scope:
    """A new scope with the standard types of this machine."""
    return Scope(host_target().model)


def type_in(text: str) -> CType:
    """The type that a text writes. Raises DeclarationError with line and column."""
    return parse_type(text, host_scope())


def function_in(text: str) -> tuple[str, Function]:
    """The name ("" for none) and type of the function that a text declares. Raises DeclarationError with line and column."""
    return parse_function(text, host_scope())
