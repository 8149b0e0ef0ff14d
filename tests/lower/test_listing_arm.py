"""The listing of Arm against objdump: every encoder with many operands, and what notes add."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from farcall.encode import arm as asm
from farcall.lower import Line
from farcall.lower.arm.listing import reason, text
from tests.lower.words import agree, encoders, instances

#: What the encoder's package has besides encoders.
OTHERS = {"fits", "vfits", "held", "constant_moves"}
ENCODERS = encoders(asm, OTHERS)

REGISTERS = (0, 1, 10, 11, 12, 13, 14)
SAMPLES: dict[str, Iterable[object]] = {
    **dict.fromkeys(
        ("dst", "src", "a", "b", "base", "index", "target", "failed", "low", "high"), REGISTERS
    ),
    **dict.fromkeys(("vdst", "vsrc"), (0, 1, 7, 15, 31)),
    "imm": (0, 1, 255, 0x3FC, 0xFF00_0000, 0x8000_0000, 65535), "offset": (0, 8, -4, 3, 255, 1020, 4095, -4095),
    "shift": (1, 16, 31), "distance": (0, 4, 8, -4, 32764, 1 << 20), "condition": range(15),
    "registers": (3, 1 << 4 | 1 << 14, 0x5FF0, 0xCFF0), "number": (0, 0xABCDEF),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODERS)
def test_every_encoder_is_shown_as_objdump_shows_it(name: str) -> None:
    encoder = getattr(asm, name)
    agree("arm", ((encoder, operands) for operands in instances(encoder, SAMPLES.__getitem__)))


def test_there_are_encoders_to_show() -> None:
    assert len(ENCODERS) > 70


def test_notes_give_labels_and_symbols() -> None:
    branch = Line(8, asm.b, (asm.NE, 0), "", "to slow_1: exactly float")
    assert (text(branch), reason(branch)) == ("bne slow_1", "exactly float")
    bare = Line(8, asm.b, (asm.AL, -8), "", "to done_1")
    assert (text(bare), reason(bare)) == ("b done_1", "")
    pool = Line(8, asm.ldr, (asm.R10, asm.PC, 0), "", "support:whole:s4: as wide as int")
    assert (text(pool), reason(pool)) == ("ldr r10, support:whole:s4", "as wide as int")
    other = Line(8, asm.ldr, (asm.R10, asm.R9, 16), "", "target: its type")
    assert (text(other), reason(other)) == ("ldr r10, [r9, #16]", "target: its type")
    unnamed = Line(8, asm.b, (asm.AL, 8), "", "over the cell")
    assert (text(unnamed), reason(unnamed)) == ("b 0x10", "over the cell")


def test_an_encoder_without_a_row_is_refused() -> None:
    def made_up(dst: int) -> bytes:
        return bytes(4)

    with pytest.raises(KeyError, match="made_up"):
        text(Line(0, made_up, (0,), "", ""))
