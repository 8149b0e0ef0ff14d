"""Instructions as text, with the names that n64 has for registers."""

from __future__ import annotations

from ..code import Line
from ..mips.mnemonic import WIDE
from ..mips.text import reason, shown

__all__ = ["reason", "text"]


def text(line: Line) -> str:
    """The instruction of `line`; see `shown`."""
    return shown(line, WIDE)
