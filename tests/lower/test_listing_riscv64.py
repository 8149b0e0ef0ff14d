"""The listing of RISC-V against objdump: every encoder with many operands, and what notes add."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from farcall.encode import riscv64 as asm
from farcall.lower import Line
from farcall.lower.riscv64.listing import reason, text
from tests.lower.words import agree, encoders, instances

#: What the encoder's package has besides encoders.
OTHERS = {"fits", "hi20", "lo12", "constant_moves"}
ENCODERS = encoders(asm, OTHERS)

REGISTERS = (0, 1, 10, 31)
SAMPLES: dict[str, Iterable[object]] = {
    **dict.fromkeys(("dst", "src", "a", "b", "base", "vdst", "vsrc", "va", "vb"), REGISTERS),
    "imm": (0, 1, -1, 2047, -2048, 0x80000, 0xFFFFF), "offset": (0, 8, -1, 2047, -2048),
    "count": (0, 1, 31, 32, 63), "distance": (0, 4, -4, 4094, -4096, 1 << 18, -(1 << 20)),
    "before": ("iorw", "rw", "w", "io"), "after": ("iorw", "r", "ow"), "order": ("", "aq", "rl", "aqrl"),
    "value": (0, 5, -1, 0x1234_5678, 0x7FFF_FFFF, 0x1234_5678_9ABC_DEF0, 0xFFFF_0000, 0xFFFF_FFFF, 1 << 63),
}  # fmt: skip


@pytest.mark.parametrize("name", ENCODERS)
def test_every_encoder_is_shown_as_objdump_shows_it(name: str) -> None:
    encoder = getattr(asm, name)
    agree("riscv64", ((encoder, operands) for operands in instances(encoder, SAMPLES.__getitem__)))


def test_there_are_encoders_to_show() -> None:
    assert len(ENCODERS) > 75


def test_each_register_is_named() -> None:
    agree("riscv64", [(encoder, (n,) * count) for encoder, count in ((asm.add, 3), (asm.fmv_d, 2)) for n in range(32)])


def test_notes_give_labels_and_symbols() -> None:
    branch = Line(8, asm.bne, (asm.A0, asm.T0, 0), "", "to slow_1: exactly float")
    assert (text(branch), reason(branch)) == ("bne a0,t0,slow_1", "exactly float")
    bare = Line(8, asm.j, (-8,), "", "to done_1")
    assert (text(bare), reason(bare)) == ("jal zero,done_1", "")
    call = Line(8, asm.jal, (asm.RA, 8), "", "to done_1: nothing left")
    assert (text(call), reason(call)) == ("jal ra,done_1", "nothing left")
    pool = Line(8, asm.auipc, (asm.T0, 0), "", "support:whole:s4: as wide as int")
    assert (text(pool), reason(pool)) == ("auipc t0,support:whole:s4", "as wide as int")
    unnamed = Line(8, asm.beq, (0, 0, 8), "", "over the cell")
    assert (text(unnamed), reason(unnamed)) == ("beq zero,zero,0x10", "over the cell")
    other = Line(0, asm.mv, (10, 11), "", "to keep: this is no branch")
    assert reason(other) == "to keep: this is no branch"


def test_an_encoder_without_a_row_is_refused() -> None:
    def made_up(dst: int) -> bytes:
        return bytes(4)

    with pytest.raises(KeyError, match="made_up"):
        text(Line(0, made_up, (0,), "", ""))
