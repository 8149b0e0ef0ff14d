"""Instructions as text, with the names that o32 has for registers."""

from __future__ import annotations

from ..code import Line
from .mnemonic import NARROW
from .text import reason, shown

__all__ = ["reason", "text"]


def text(line: Line) -> str:
    """The instruction of `line`; see `shown`."""
    return shown(line, NARROW)
