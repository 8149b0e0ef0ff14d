"""What the listing of z/Architecture is tried with."""

from __future__ import annotations

from collections.abc import Iterable

from farcall.encode import s390x as asm
from farcall.lower import Line

__all__ = ["LEAST", "NAMED", "NOTED", "OTHERS", "SAMPLES", "asm"]

#: What the encoder's package has besides encoders, and what is no instruction.
OTHERS = {"fits", "constant_moves", "trap"}
#: More encoders than so many are shown.
LEAST = 75

REGISTERS = (0, 1, 9, 15)
#: Operands by the encoder's parameter, or by encoder and parameter.
SAMPLES: dict[str, Iterable[object]] = {
    **dict.fromkeys(("dst", "src", "a", "b", "first", "last", "expected", "new", "link", "target", "index", "access"), REGISTERS),
    **dict.fromkeys(("vdst", "vsrc"), (0, 1, 15, 16, 31)),
    "base": (1, 9, 15), "mask": range(16), "element": (0, 1, 3, 15),
    "imm": (0, 1, -1, 127, 255, 0x7FFF, -0x8000, 0x7FFF_FFFF, -0x8000_0000, 0xFFFF_FFFF),
    "offset": (0, 8, -1, 4095, 0x7FFFF, -0x80000), "count": (0, 1, 31, 32, 63), "distance": (0, 6, -6, 1 << 20, -(1 << 32)),
}  # fmt: skip

#: Each register once.
NAMED = (
    *((asm.lgr, (n, n)) for n in range(16)),
    *((asm.vlr, (n, n)) for n in range(32)),
)

#: Lines with notes, as they are shown, and what is left of the note.
NOTED = (
    (Line(8, asm.brcl, (asm.NOT_EQUAL, 0), "", "to slow_1: exactly float"), "jgne slow_1", "exactly float"),
    (Line(8, asm.jg, (-8,), "", "to done_1"), "jg done_1", ""),
    (
        Line(8, asm.lgrl, (asm.R1, 0), "", "support:whole:s4: as wide as int"),
        "lgrl %r1,support:whole:s4",
        "as wide as int",
    ),
    (Line(8, asm.jg, (8,), "", "over the cell"), "jg 0x10", "over the cell"),
    (Line(0, asm.lgr, (10, 11), "", "to keep: this is no branch"), "lgr %r10,%r11", "to keep: this is no branch"),
)
