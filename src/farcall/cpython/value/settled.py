"""Whether a value fits a pointer by its class alone, whatever its contents and whatever is declared later."""

from __future__ import annotations

from ...ctype import Array as ArrayType
from ...ctype import CType, Void, unfinished, unqualified
from ...ctype import Pointer as PointerType

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["given_type", "settled"]


def given_type(value: Any) -> CType:
    """The type whose address a value stands for: what a pointer points to, the items of an array."""
    ctype: CType = type(value).__ctype__
    if isinstance(ctype, PointerType):
        return ctype.target
    return ctype.element if isinstance(ctype, ArrayType) else ctype


def settled(wanted: PointerType, given: CType) -> bool:
    """Whether no later declaration can change that a pointer to `given` fits: completing a record could."""
    ends = (wanted.target, given)
    return any(isinstance(unqualified(end), Void) for end in ends) or not any(map(unfinished, ends))
