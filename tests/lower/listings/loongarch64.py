"""What the listing of LoongArch is tried with."""

from __future__ import annotations

from collections.abc import Iterable

from farcall.encode import loongarch64 as asm
from farcall.lower import Line

__all__ = ["LEAST", "NAMED", "NOTED", "OTHERS", "SAMPLES", "asm"]

#: What the encoder's package has besides encoders.
OTHERS = {"fits", "hi20", "lo12", "constant_moves"}
#: More encoders than so many are shown.
LEAST = 70

REGISTERS = (0, 1, 10, 31)
#: Operands by the encoder's parameter, or by encoder and parameter.
SAMPLES: dict[str, Iterable[object]] = {
    **dict.fromkeys(("dst", "src", "a", "b", "base", "vdst", "vsrc"), REGISTERS),
    "imm": (0, 1, -1, 2047, -2048, 0x7FFFF, -0x80000, 4095), "offset": (0, 8, -1, 2047, -2048, 4, -(1 << 17)),
    "count": (0, 1, 31, 32, 63), "distance": (0, 4, -4, (1 << 17) - 4, -(1 << 17), 1 << 18, -(1 << 22), 1 << 26),
    "last": (0, 7, 31, 63), "first": (0, 1, 31, 63), "hint": (0, 1, 0x7FFF), "code": (0, 1, 0x7FFF),
    "value": (0, 5, -1, 0x1234_5678, 0x7FFF_FFFF, 0x1234_5678_9ABC_DEF0, 0xFFFF_0000, 0xFFFF_FFFF, 1 << 63),
}  # fmt: skip

#: Each register once.
NAMED = (
    *((asm.add_d, (n, n, n)) for n in range(32)),
    *((asm.fmov_d, (n, n)) for n in range(32)),
)

#: Lines with notes, as they are shown, and what is left of the note.
NOTED = (
    (Line(8, asm.bne, (asm.A0, asm.T0, 0), "", "to slow_1: exactly float"), "bne $a0, $t0, slow_1", "exactly float"),
    (Line(8, asm.b, (-8,), "", "to done_1"), "b done_1", ""),
    (Line(8, asm.bnez, (asm.RA, 8), "", "to done_1: nothing left"), "bnez $ra, done_1", "nothing left"),
    (
        Line(8, asm.pcaddu12i, (asm.T0, 0), "", "support:whole:s4: as wide as int"),
        "pcaddu12i $t0, support:whole:s4",
        "as wide as int",
    ),
    (Line(8, asm.beq, (0, 0, 8), "", "over the cell"), "beq $zero, $zero, 8", "over the cell"),
    (Line(0, asm.move, (4, 5), "", "to keep: this is no branch"), "or $a0, $a1, $zero", "to keep: this is no branch"),
)
