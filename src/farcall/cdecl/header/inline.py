"""Inline functions of headers as functions of a library, for those who have them compiled."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...errors import DeclarationError, UnsupportedTypeError
from ..prototype import parse_declarations
from .index import Index

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from ..scope import Scope

__all__ = ["PREFIX", "declare"]

#: What the symbols of inline functions begin with, in the library that is compiled of them.
PREFIX = "farcall_inline_"
#: What says that a function is in no library; without it the prototype is one like others.
HIDDEN = re.compile(r"\b(?:static|extern)\b")


def declare(index: Index, name: str, scope: Scope, find_in: Callable[[str], None]) -> None:
    """Declare an inline function in a scope. Raises DeclarationError and UnsupportedTypeError, with file and line, for one
    that is not understood."""
    file, line, text = index.inline[name]
    find_in(text)
    try:
        parse_declarations(HIDDEN.sub("", text), scope, looked_up=True)
    except (DeclarationError, UnsupportedTypeError) as fault:
        reason = getattr(fault, "message", "") or str(fault).split("\n")[0]
        raise type(fault)(f"{index.files[file]}:{line}: {name!r} is not understood: {reason}") from None
    scope.symbols[name] = PREFIX + name
