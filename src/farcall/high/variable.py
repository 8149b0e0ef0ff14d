"""The variables of a library: what type they have where the declaration alone does not say."""

from __future__ import annotations

from ..cpython.facts.host import host_target
from ..ctype import Array, CType, sizeof, unqualified
from ..library import SharedObject

__all__ = ["measured"]


def measured(shared: SharedObject, symbol: str, ctype: CType) -> CType:
    """The type of a variable. An array that is declared without a length (`extern int table[]`) has as many items as its
    symbol has room for; where the file does not tell that, it stays without one."""
    plain = unqualified(ctype)
    if not isinstance(plain, Array) or plain.length is not None:
        return ctype
    size, item = shared.size(symbol), sizeof(plain.element, host_target().model)
    return Array(plain.element, size // item) if size and item else ctype
