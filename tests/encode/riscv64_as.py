"""What to ask GNU as about RISC-V: numbers around the edges of what instructions hold. The asking is `words`'."""

from __future__ import annotations

from tests.encode.words import Assembler, pairs, spread, triples

__all__ = [
    "AROUND_IMM12",
    "AS",
    "FLAGS",
    "IMM12",
    "agree",
    "agree_on_refusals",
    "assemble",
    "pairs",
    "spread",
    "triples",
]

AS = "riscv64-linux-gnu-as"
#: Without compressed instructions, and with every jump as it is written.
FLAGS = ("-march=rv64g", "-mabi=lp64d", "-mno-relax")

IMM12 = (0, 1, -1, 31, 32, 2046, 2047, -2047, -2048)
#: Beyond what 12 bits hold, too.
AROUND_IMM12 = (*IMM12, 2048, -2049, 4095, 4096, -4096, 1 << 31)

_GNU = Assembler(AS, "riscv64-linux-gnu-objcopy", FLAGS)
agree, agree_on_refusals, assemble = _GNU.agree, _GNU.agree_on_refusals, _GNU.assemble
