"""What the listing of MIPS is tried with, by n64's names of registers."""

from __future__ import annotations

from collections.abc import Iterable

from farcall.encode import mips as asm
from farcall.lower import Line

__all__ = ["LEAST", "NAMED", "NOTED", "OTHERS", "SAMPLES", "asm"]

#: What the encoder's package has besides encoders.
OTHERS = {"fits", "constant_moves", "narrow_constant_moves"}
#: More encoders than so many are shown.
LEAST = 70

REGISTERS = (1, 4, 9, 13, 25, 30, 31)
#: Operands by the encoder's parameter, or by encoder and parameter. Register 0, and an offset of 0 behind it, make other texts.
SAMPLES: dict[str, Iterable[object]] = {
    **dict.fromkeys(("dst", "src", "a", "b", "base"), REGISTERS),
    **dict.fromkeys(("vdst", "vsrc"), (0, 1, 12, 31)),
    "jr.target": REGISTERS, "jalr.target": REGISTERS,
    "imm": (0, 1, 0x7FFF), "addiu.imm": (0, 5, -1, 0x7FFF, -0x8000), "daddiu.imm": (0, 5, -1, 0x7FFF, -0x8000),
    "slti.imm": (0, -1), "sltiu.imm": (0, -1), "offset": (0, 8, -4, 0x7FFF, -0x8000), "count": (1, 16, 31),
    "distance": (4, 8, 0, 1 << 17, 4 - (1 << 17)), "position": (0, 8, 31), "size": (1, 8, 32), "code": (0, 7, 1023),
}  # fmt: skip

#: Each register once, and what is shown by a name of its own.
NAMED = (
    *((asm.or_, (n, 5, 6)) for n in range(32)),
    *((asm.mov_d, (n, n)) for n in range(32)),
    *((asm.addiu, (n, 0, -7)) for n in range(1, 32)),
    (asm.ori, (4, 0, 0xFFFF)), (asm.beq, (0, 0, 16)), (asm.beq, (4, 0, 16)), (asm.bne, (4, 0, 16)), (asm.move, (4, 5)),
    (asm.subu, (4, 0, 5)), (asm.dsubu, (4, 0, 5)),
)  # fmt: skip

#: Lines with notes, as they are shown, and what is left of the note.
NOTED = (
    (Line(8, asm.bne, (12, 13, 4), "", "to slow_1: exactly float"), "bne t0,t1,slow_1", "exactly float"),
    (Line(8, asm.bne, (1, 0, 4), "", "to slow_1: nothing left"), "bnez at,slow_1", "nothing left"),
    (Line(8, asm.b, (-8,), "", "to done_1"), "b done_1", ""),
    (
        Line(8, asm.ld, (12, asm.S4, 0), "", "support:whole:s4: as wide as int"),
        "ld t0,support:whole:s4",
        "as wide as int",
    ),
    (Line(8, asm.ld, (12, 13, 16), "", "target: its type"), "ld t0,16(t1)", "target: its type"),
    (Line(8, asm.b, (8,), "", "over the cell"), "b 0x10", "over the cell"),
    (Line(0, asm.move, (10, 11), "", "to keep: this is no branch"), "move a6,a7", "to keep: this is no branch"),
)
