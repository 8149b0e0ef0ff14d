"""Python's classes of a library's enumerations, which its functions then return members of."""

from __future__ import annotations

from ..ctype import CType
from .exchange import enum_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["enumerated"]


def enumerated(library: Any, ctype: CType, name: str, flag: bool) -> Any:
    """The IntEnum or IntFlag of an enumeration, declared by a name; what is bound already is bound anew when it is used."""
    facts = library.__dict__
    made = facts["_enums"][ctype] = enum_of(ctype, flag)
    for bound in facts["_scope"].functions:
        facts.pop(bound, None)
    facts["_acts"].append(("enum", (name,), {"flag": flag}))
    return made
