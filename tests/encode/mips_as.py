"""What to ask GNU as about MIPS: numbers around the edges of what instructions hold. The asking is `words`'."""

from __future__ import annotations

from collections.abc import Iterable

from tests.encode.words import REGISTERS, Assembler, Row, Trial, pairs, triples

__all__ = ["AROUND", "IMM", "REGISTERS", "UIMM", "agree", "agree_on_refusals", "pairs", "triples"]

IMM = (0, 1, -1, 255, 0x7FFF, -0x7FFF, -0x8000)
UIMM = (0, 1, 0x7FFF, 0x8000, 0xFFFF)
#: Beyond what 16 bits hold, with a sign or without.
AROUND = (*IMM, -0x8001, 1 << 16, 0x12345, 1 << 31)

#: Without the barriers that Loongson's processors need before watched loads.
FLAGS = ("-mips64r2", "-mabi=64", "-mfp64", "-mno-fix-loongson3-llsc")
_GNU = Assembler("mips64el-linux-gnuabi64-as", "mips64el-linux-gnuabi64-objcopy", FLAGS, 16)
#: Each instruction as it is written: nothing in its delay slot, and none that becomes several.
PLAIN = ".set noreorder; .set nomacro; .set noat; "


def agree(rows: Iterable[Row]) -> None:
    """Fails with the first differences between our bytes and the assembler's."""
    _GNU.agree((PLAIN + text, data) for text, data in rows)


def agree_on_refusals(trials: Iterable[Trial]) -> None:
    """Fails unless the encoder refuses what as refuses, and makes the same of the rest."""
    _GNU.agree_on_refusals((PLAIN + text, encode) for text, encode in trials)
