"""What the listing of 32-bit Arm is tried with."""

from __future__ import annotations

from collections.abc import Iterable

from farcall.encode import arm as asm
from farcall.lower import Line

__all__ = ["LEAST", "NAMED", "NOTED", "OTHERS", "SAMPLES", "asm"]

#: What the encoder's package has besides encoders.
OTHERS = {"fits", "vfits", "held", "constant_moves"}
#: More encoders than so many are shown.
LEAST = 70

REGISTERS = (0, 1, 10, 11, 12, 13, 14)
#: Operands by the encoder's parameter, or by encoder and parameter.
SAMPLES: dict[str, Iterable[object]] = {
    **dict.fromkeys(("dst", "src", "a", "b", "base", "index", "target", "failed", "low", "high"), REGISTERS),
    **dict.fromkeys(("vdst", "vsrc"), (0, 1, 7, 15, 31)),
    "imm": (0, 1, 255, 0x3FC, 0xFF00_0000, 0x8000_0000, 65535), "offset": (0, 8, -4, 3, 255, 1020, 4095, -4095),
    "shift": (1, 16, 31), "distance": (0, 4, 8, -4, 32764, 1 << 20), "condition": range(15),
    "registers": (3, 1 << 4 | 1 << 14, 0x5FF0, 0xCFF0), "number": (0, 0xABCDEF),
}  # fmt: skip

#: Each register once.
NAMED = (
    *((asm.mov, (n, n + 1)) for n in range(15)),
    *((asm.vmov_s, (n, n)) for n in range(32)),
    *((asm.vmov_d, (n, n)) for n in range(16)),
)

#: Lines with notes, as they are shown, and what is left of the note.
NOTED = (
    (Line(8, asm.b, (asm.NE, 0), "", "to slow_1: exactly float"), "bne slow_1", "exactly float"),
    (Line(8, asm.b, (asm.AL, -8), "", "to done_1"), "b done_1", ""),
    (
        Line(8, asm.ldr, (asm.R10, asm.PC, 0), "", "support:whole:s4: as wide as int"),
        "ldr r10, support:whole:s4",
        "as wide as int",
    ),
    (Line(8, asm.ldr, (asm.R10, asm.R9, 16), "", "target: its type"), "ldr r10, [r9, #16]", "target: its type"),
    (Line(8, asm.b, (asm.AL, 8), "", "over the cell"), "b 0x10", "over the cell"),
    (Line(0, asm.mov, (10, 11), "", "to keep: this is no branch"), "mov r10, r11", "to keep: this is no branch"),
)
