"""The listing of z/Architecture against objdump: every encoder with many operands, and what notes add."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from farcall.encode import s390x as asm
from farcall.lower import Line
from farcall.lower.s390x.listing import reason, text
from tests.lower.words import agree, encoders, instances

#: What the encoder's package has besides encoders, and what is no instruction.
OTHERS = {"fits", "constant_moves", "trap"}
ENCODERS = encoders(asm, OTHERS)

REGISTERS = (0, 1, 9, 15)
SAMPLES: dict[str, Iterable[object]] = {
    **dict.fromkeys(("dst", "src", "a", "b", "first", "last", "expected", "new", "link", "target", "index"), REGISTERS),
    **dict.fromkeys(("vdst", "vsrc"), (0, 1, 15, 16, 31)),
    "base": (1, 9, 15), "mask": range(16), "element": (0, 1, 3, 15),
    "imm": (0, 1, -1, 127, 255, 0x7FFF, -0x8000, 0x7FFF_FFFF, -0x8000_0000, 0xFFFF_FFFF),
    "offset": (0, 8, -1, 4095, 0x7FFFF, -0x80000), "count": (0, 1, 31, 32, 63), "distance": (0, 6, -6, 1 << 20, -(1 << 32)),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODERS)
def test_every_encoder_is_shown_as_objdump_shows_it(name: str) -> None:
    encoder = getattr(asm, name)
    agree("s390x", ((encoder, operands) for operands in instances(encoder, SAMPLES.__getitem__)))


def test_there_are_encoders_to_show() -> None:
    assert len(ENCODERS) > 75


def test_notes_give_labels_and_symbols() -> None:
    branch = Line(8, asm.brcl, (asm.NOT_EQUAL, 0), "", "to slow_1: exactly float")
    assert (text(branch), reason(branch)) == ("jgne slow_1", "exactly float")
    bare = Line(8, asm.jg, (-8,), "", "to done_1")
    assert (text(bare), reason(bare)) == ("jg done_1", "")
    pool = Line(8, asm.lgrl, (asm.R1, 0), "", "support:whole:s4: as wide as int")
    assert (text(pool), reason(pool)) == ("lgrl %r1,support:whole:s4", "as wide as int")
    unnamed = Line(8, asm.jg, (8,), "", "over the cell")
    assert (text(unnamed), reason(unnamed)) == ("jg 0x10", "over the cell")
    other = Line(0, asm.lgr, (10, 11), "", "to keep: this is no branch")
    assert reason(other) == "to keep: this is no branch"


def test_an_encoder_without_a_row_is_refused() -> None:
    def made_up(dst: int) -> bytes:
        return bytes(4)

    with pytest.raises(KeyError, match="made_up"):
        text(Line(0, made_up, (0,), "", ""))
