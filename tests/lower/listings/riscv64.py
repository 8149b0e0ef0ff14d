"""What the listing of RISC-V is tried with."""

from __future__ import annotations

from collections.abc import Iterable

from farcall.encode import riscv64 as asm
from farcall.lower import Line

__all__ = ["LEAST", "NAMED", "NOTED", "OTHERS", "SAMPLES", "asm"]

#: What the encoder's package has besides encoders.
OTHERS = {"narrow_constant_moves", "fits", "hi20", "lo12", "constant_moves"}
#: More encoders than so many are shown.
LEAST = 75

REGISTERS = (0, 1, 10, 31)
#: Operands by the encoder's parameter, or by encoder and parameter.
SAMPLES: dict[str, Iterable[object]] = {
    **dict.fromkeys(("dst", "src", "a", "b", "base", "vdst", "vsrc", "va", "vb"), REGISTERS),
    "imm": (0, 1, -1, 2047, -2048, 0x80000, 0xFFFFF), "offset": (0, 8, -1, 2047, -2048),
    "count": (0, 1, 31, 32, 63), "distance": (0, 4, -4, 4094, -4096, 1 << 18, -(1 << 20)),
    "before": ("iorw", "rw", "w", "io"), "after": ("iorw", "r", "ow"), "order": ("", "aq", "rl", "aqrl"),
    "value": (0, 5, -1, 0x1234_5678, 0x7FFF_FFFF, 0x1234_5678_9ABC_DEF0, 0xFFFF_0000, 0xFFFF_FFFF, 1 << 63),
}  # fmt: skip

#: Each register once.
NAMED = (
    *((asm.add, (n, n, n)) for n in range(32)),
    *((asm.fmv_d, (n, n)) for n in range(32)),
)

#: Lines with notes, as they are shown, and what is left of the note.
NOTED = (
    (Line(8, asm.bne, (asm.A0, asm.T0, 0), "", "to slow_1: exactly float"), "bne a0,t0,slow_1", "exactly float"),
    (Line(8, asm.j, (-8,), "", "to done_1"), "jal zero,done_1", ""),
    (Line(8, asm.jal, (asm.RA, 8), "", "to done_1: nothing left"), "jal ra,done_1", "nothing left"),
    (
        Line(8, asm.auipc, (asm.T0, 0), "", "support:whole:s4: as wide as int"),
        "auipc t0,support:whole:s4",
        "as wide as int",
    ),
    (Line(8, asm.beq, (0, 0, 8), "", "over the cell"), "beq zero,zero,0x10", "over the cell"),
    (Line(0, asm.mv, (10, 11), "", "to keep: this is no branch"), "addi a0,a1,0", "to keep: this is no branch"),
)
