"""The listing of AArch64 against objdump: every encoder with many operands, and what notes add."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from farcall.encode import aarch64 as asm
from farcall.lower import Line
from farcall.lower.aarch64.listing import reason, text
from tests.lower.words import agree, encoders, instances

#: What the encoder's package has besides encoders.
OTHERS = {"is_bitmask", "fits", "fits_pair", "constant_moves"}
ENCODERS = encoders(asm, OTHERS)

REGISTERS = (0, 9, 30, 31)
MASKS = (
    1, 0xFF, 0xFFFF, 0xFF00, 0xFFFF0000, 0xFFFE, -2, 0x5555_5555, 0x5555_5555_5555_5555, 0x00FF_FF00, -65536, 0x7FFF_FFFF,
    0xFFFF_FFFF_0000_FFFF, 0x0000_FFFF_0000_FFFF, 0xFFF0_FFFF_FFFF_FFFF, -(1 << 63), 1 << 63, 1 << 31, 0xFFFF_8000,
)  # fmt: skip
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
}  # fmt: skip
KINDS = {
    "bti": ("", "c", "j", "jc"),
    **dict.fromkeys(("dmb", "dsb"), ("sy", "st", "ld", "ish", "ishst", "ishld", "nsh", "osh", "oshld")),
}
IMMEDIATES = (0, 1, 255, 4095, 0xFFFF)


def samples(name: str, parameter: str) -> Iterable[object]:
    match parameter:
        case "kind":
            return KINDS[name]
        case "imm":
            return MASKS if name in ("and_ri", "orr_ri", "eor_ri", "tst_ri") else IMMEDIATES
        case "number":  # those whose names have not changed between versions of objdump
            return (0, 1, 2, 3, 4, 5, 7, 20, 25, 27, 29, 31, 32, 34, 36, 38, 100, 127)
        case "count":
            return REGISTERS if name.endswith("v") else (0, 1, 8, 31, 32, 63)
    return SAMPLES[parameter]


@pytest.mark.parametrize("name", ENCODERS)
def test_every_encoder_is_shown_as_objdump_shows_it(name: str) -> None:
    encoder = getattr(asm, name)
    agree(
        "aarch64", ((encoder, operands) for operands in instances(encoder, lambda parameter: samples(name, parameter)))
    )


def test_there_are_encoders_to_show() -> None:
    assert len(ENCODERS) > 110


def test_each_register_is_named() -> None:
    agree("aarch64", [(asm.add_rr, (n, n, n)) for n in range(32)])
    agree("aarch64", [(asm.add_ri, (n, n, 1, False, 32)) for n in range(32)])


def test_notes_give_labels_and_symbols() -> None:
    jump = Line(8, asm.b_cond, (asm.NE, 0), "", "to slow_1: exactly float")
    assert (text(jump), reason(jump)) == ("b.ne slow_1", "exactly float")
    bare = Line(8, asm.b, (-8,), "", "to done_1")
    assert (text(bare), reason(bare)) == ("b done_1", "")
    zero = Line(8, asm.cbz, (3, 8, 32), "", "to done_1: nothing left")
    assert (text(zero), reason(zero)) == ("cbz w3, done_1", "nothing left")
    bit = Line(8, asm.tbnz, (3, 40, 8), "", "to done_1")
    assert (text(bit), reason(bit)) == ("tbnz x3, #40, done_1", "")
    pool = Line(8, asm.ldr_literal, (16, 64), "", "support:whole:s4: as wide as int")
    assert (text(pool), reason(pool)) == ("ldr x16, support:whole:s4", "as wide as int")
    address = Line(8, asm.adr, (18, 64), "", "state: this closure's cells")
    assert (text(address), reason(address)) == ("adr x18, state", "this closure's cells")
    unnamed = Line(8, asm.b, (8,), "", "over the cell")
    assert (text(unnamed), reason(unnamed)) == ("b 0x10", "over the cell")
    other = Line(0, asm.mov_rr, (0, 1), "", "to keep: this is no branch")
    assert reason(other) == "to keep: this is no branch"


def test_an_encoder_without_a_row_is_refused() -> None:
    def made_up(dst: int) -> bytes:
        return bytes(4)

    with pytest.raises(KeyError, match="made_up"):
        text(Line(0, made_up, (0,), "", ""))
