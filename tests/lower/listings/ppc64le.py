"""What the listing of the Power ISA is tried with."""

from __future__ import annotations

from collections.abc import Iterable

from farcall.encode import ppc64le as asm
from farcall.lower import Line

__all__ = ["LEAST", "NAMED", "NOTED", "OTHERS", "SAMPLES", "asm"]

#: What the encoder's package has besides encoders.
OTHERS = {"fits", "constant_moves"}
#: More encoders than so many are shown.
LEAST = 70

REGISTERS = (0, 1, 12, 31)
#: Operands by the encoder's parameter, or by encoder and parameter.
SAMPLES: dict[str, Iterable[object]] = {
    **dict.fromkeys(("dst", "src", "a", "b", "base", "index", "vdst", "vsrc", "va", "vb"), REGISTERS),
    "imm": (0, 1, -1, 32767, -32768, 65535), "offset": (0, 8, -4, 3, 32764, -32768), "shift": (0, 1, 31, 32, 63),
    "mask": (0, 31, 32, 63), "distance": (0, 4, -4, 32764, -32768, 1 << 20), "option": (4, 12), "bit": (0, 1, 2, 3, 30),
}  # fmt: skip

#: Each register once.
NAMED = (
    *((asm.add, (n, n, n)) for n in range(32)),
    *((asm.fmr, (n, n)) for n in range(32)),
)

#: Lines with notes, as they are shown, and what is left of the note.
NOTED = (
    (Line(8, asm.bc, (asm.IF_CLEAR, asm.EQ, 0), "", "to slow_1: exactly float"), "bc 4,eq,slow_1", "exactly float"),
    (Line(8, asm.b, (-8,), "", "to done_1"), "b done_1", ""),
    (
        Line(8, asm.ld, (asm.R24, asm.R30, 0), "", "support:whole:s4: as wide as int"),
        "ld r24,support:whole:s4(r30)",
        "as wide as int",
    ),
    (Line(8, asm.ld, (asm.R24, asm.R29, 16), "", "target: its type"), "ld r24,16(r29)", "target: its type"),
    (Line(8, asm.b, (8,), "", "over the cell"), "b 0x10", "over the cell"),
    (Line(0, asm.mr, (10, 11), "", "to keep: this is no branch"), "or r10,r11,r11", "to keep: this is no branch"),
)
