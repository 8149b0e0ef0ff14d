"""A closure's own bytes: tell the body which closure it is, and jump there."""

from __future__ import annotations

from ...encode.x86_64 import endbr64, jmp_m, lea_rm
from ..code import Code
from .assembler import Assembler
from .registers import NAMED

__all__ = ["thunk"]


def thunk() -> Code:
    """`t1 = the cells "state" and "generation"; jump to "body"`. The cells lie at the start of the pool."""
    a = Assembler()
    a.frame(8, ())
    a.note = "a landing pad for indirect calls (CET)"
    a.emit(endbr64)
    a.note = "this closure's cells"
    a.emit_pool(lea_rm, NAMED["t1"], symbol="state")
    a.cell("generation")
    a.emit_pool(jmp_m, symbol="body")
    return a.finish("x86_64")
