"""The count of what was taken back: memory freed on demand, libraries closed.

A conversion that may run Python code reads it before and behind: if it differs, what was read so far may be gone.
"""

from __future__ import annotations

from ..ir.instruction import Instruction, Load, Memory, Move, Register
from .link import REVOKED

__all__ = ["taken_back"]


def taken_back(to: Register, pointer: int) -> tuple[Instruction, ...]:
    """Load the count, which is as wide as a pointer."""
    return Move(to, REVOKED), Load(to, Memory(to), pointer, note="what was taken back so far")
