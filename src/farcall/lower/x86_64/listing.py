"""Instructions of x86-64 as text, in the Intel syntax that objdump prints."""

from __future__ import annotations

from ..code import Line
from ..x86 import listing
from ..x86.listing import reason

__all__ = ["reason", "text"]


def text(line: Line) -> str:
    """The instruction of `line`, with its label or symbol: `cmp rax,QWORD PTR [rip+api:PyFloat_Type]`.

    Raises KeyError for an encoder without a row.
    """
    return listing.text(line, 64)
