"""What the listing of AArch64 is tried with."""

from __future__ import annotations

from collections.abc import Iterable

from farcall.encode import aarch64 as asm
from farcall.lower import Line

__all__ = ["LEAST", "NAMED", "NOTED", "OTHERS", "SAMPLES", "asm"]

#: What the encoder's package has besides encoders.
OTHERS = {"is_bitmask", "fits", "fits_pair", "constant_moves"}
#: More encoders than so many are shown.
LEAST = 110

REGISTERS = (0, 9, 30, 31)
MASKS = (
    1, 0xFF, 0xFFFF, 0xFF00, 0xFFFF0000, 0xFFFE, -2, 0x5555_5555, 0x5555_5555_5555_5555, 0x00FF_FF00, -65536, 0x7FFF_FFFF,
    0xFFFF_FFFF_0000_FFFF, 0x0000_FFFF_0000_FFFF, 0xFFF0_FFFF_FFFF_FFFF, -(1 << 63), 1 << 63, 1 << 31, 0xFFFF_8000,
)  # fmt: skip
#: Operands by the encoder's parameter, or by encoder and parameter.
SAMPLES: dict[str, Iterable[object]] = {
    **dict.fromkeys(("dst", "src", "a", "b", "addend", "minuend", "reg", "rt", "rt1", "rt2", "base", "index"), REGISTERS),
    **dict.fromkeys(("vt", "vt1", "vt2", "status"), REGISTERS),
    "bits": (8, 16, 32, 64, 128), "integer_bits": (32, 64), "source_bits": (16, 32, 64),
    "shift12": (False, True), "shift": (0, 1, 4, 16, 31, 48, 63), "extend": range(8),
    "offset": (0, 8, -8, 16, -256, 255, 3, 4080), "mode": ("offset", "pre", "post"), "scaled": (False, True),
    "distance": (0, 4, -4, 32764, -32768),
    "pages": (0, 1, 3, -1, 0xFFFFF, -0x100000), "bit": (0, 31, 32, 63), "condition": range(15),
    "lsb": (0, 1, 8, 16, 31, 63), "width": (1, 8, 16, 31, 32, 33, 63, 64),
    "lane": (0, 1, 7, 15), "source_lane": (0, 1, 3, 8),
    "value": (0, 5, -1, 0x1234_5678, 0x1234_5678_9ABC_DEF0, 0xFFFF_0000, 0xFFFF_FFF0, -65537, 0xFF00_FF00_FF00_FF00),
    "imm": (0, 1, 255, 4095, 0xFFFF), "count": (0, 1, 8, 31, 32, 63), "bti.kind": ("", "c", "j", "jc"),
    # Those whose names have not changed between versions of objdump.
    "number": (0, 1, 2, 3, 4, 5, 7, 20, 25, 27, 29, 31, 32, 34, 36, 38, 100, 127),
    **dict.fromkeys(("dmb.kind", "dsb.kind"), ("sy", "st", "ld", "ish", "ishst", "ishld", "nsh", "osh", "oshld")),
    **dict.fromkeys(("and_ri.imm", "orr_ri.imm", "eor_ri.imm", "tst_ri.imm"), MASKS),
    **dict.fromkeys(("lslv.count", "lsrv.count", "asrv.count"), REGISTERS),
}  # fmt: skip

#: Each register once.
NAMED = (
    *((asm.add_rr, (n, n, n)) for n in range(32)),
    *((asm.add_ri, (n, n, 1, False, 32)) for n in range(32)),
)

#: Lines with notes, as they are shown, and what is left of the note.
NOTED = (
    (Line(8, asm.b_cond, (asm.NE, 0), "", "to slow_1: exactly float"), "b.ne slow_1", "exactly float"),
    (Line(8, asm.b, (-8,), "", "to done_1"), "b done_1", ""),
    (Line(8, asm.cbz, (3, 8, 32), "", "to done_1: nothing left"), "cbz w3, done_1", "nothing left"),
    (Line(8, asm.tbnz, (3, 40, 8), "", "to done_1"), "tbnz x3, #40, done_1", ""),
    (
        Line(8, asm.ldr_literal, (16, 64), "", "support:whole:s4: as wide as int"),
        "ldr x16, support:whole:s4",
        "as wide as int",
    ),
    (Line(8, asm.adr, (18, 64), "", "state: this closure's cells"), "adr x18, state", "this closure's cells"),
    (Line(8, asm.b, (8,), "", "over the cell"), "b 0x10", "over the cell"),
    (Line(0, asm.mov_rr, (0, 1), "", "to keep: this is no branch"), "mov x0, x1", "to keep: this is no branch"),
)
