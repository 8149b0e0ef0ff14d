"""What the listing of MIPS is tried with, by o32's names of registers."""

from __future__ import annotations

from farcall.lower import Line

from .mips64el import LEAST, NAMED, OTHERS, SAMPLES, asm

__all__ = ["LEAST", "NAMED", "NOTED", "OTHERS", "SAMPLES", "asm"]

#: Lines with notes, as they are shown, and what is left of the note.
NOTED = (
    (Line(8, asm.bne, (12, 13, 4), "", "to slow_1: exactly float"), "bne t4,t5,slow_1", "exactly float"),
    (Line(8, asm.lw, (12, asm.S4, 0), "", "support:whole:s4: as wide"), "lw t4,support:whole:s4", "as wide"),
    (Line(8, asm.lw, (12, asm.T9, 8), "", "state"), "lw t4,state", ""),
    (Line(0, asm.move, (10, 11), "", "to keep: this is no branch"), "move t2,t3", "to keep: this is no branch"),
)
