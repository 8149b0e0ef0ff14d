"""The listing of the Power ISA against objdump: every encoder with many operands, and what notes add."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from farcall.encode import ppc64le as asm
from farcall.lower import Line
from farcall.lower.ppc64le.listing import reason, text
from tests.lower.words import agree, encoders, instances

#: What the encoder's package has besides encoders.
OTHERS = {"fits", "constant_moves"}
ENCODERS = encoders(asm, OTHERS)

REGISTERS = (0, 1, 12, 31)
SAMPLES: dict[str, Iterable[object]] = {
    **dict.fromkeys(("dst", "src", "a", "b", "base", "index", "vdst", "vsrc", "va", "vb"), REGISTERS),
    "imm": (0, 1, -1, 32767, -32768, 65535), "offset": (0, 8, -4, 3, 32764, -32768), "shift": (0, 1, 31, 32, 63),
    "mask": (0, 31, 32, 63), "distance": (0, 4, -4, 32764, -32768, 1 << 20), "option": (4, 12), "bit": (0, 1, 2, 3, 30),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODERS)
def test_every_encoder_is_shown_as_objdump_shows_it(name: str) -> None:
    encoder = getattr(asm, name)
    agree("ppc64le", ((encoder, operands) for operands in instances(encoder, SAMPLES.__getitem__)))


def test_there_are_encoders_to_show() -> None:
    assert len(ENCODERS) > 70


def test_notes_give_labels_and_symbols() -> None:
    branch = Line(8, asm.bc, (asm.IF_CLEAR, asm.EQ, 0), "", "to slow_1: exactly float")
    assert (text(branch), reason(branch)) == ("bc 4,eq,slow_1", "exactly float")
    bare = Line(8, asm.b, (-8,), "", "to done_1")
    assert (text(bare), reason(bare)) == ("b done_1", "")
    pool = Line(8, asm.ld, (asm.R24, asm.R30, 0), "", "support:whole:s4: as wide as int")
    assert (text(pool), reason(pool)) == ("ld r24,support:whole:s4(r30)", "as wide as int")
    other = Line(8, asm.ld, (asm.R24, asm.R29, 16), "", "target: its type")
    assert (text(other), reason(other)) == ("ld r24,16(r29)", "target: its type")
    unnamed = Line(8, asm.b, (8,), "", "over the cell")
    assert (text(unnamed), reason(unnamed)) == ("b 0x10", "over the cell")


def test_an_encoder_without_a_row_is_refused() -> None:
    def made_up(dst: int) -> bytes:
        return bytes(4)

    with pytest.raises(KeyError, match="made_up"):
        text(Line(0, made_up, (0,), "", ""))
