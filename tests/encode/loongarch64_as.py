"""What to ask GNU as about LoongArch: numbers around the edges of what instructions hold. The asking is `words`'."""

from __future__ import annotations

from tests.encode.words import Assembler, pairs, spread, triples

__all__ = [
    "AROUND_SI12",
    "AROUND_UI12",
    "AS",
    "FLAGS",
    "SI12",
    "UI12",
    "agree",
    "agree_on_refusals",
    "assemble",
    "pairs",
    "spread",
    "triples",
]

AS = "loongarch64-linux-gnu-as"
#: With every jump as it is written.
FLAGS = ("-mabi=lp64d", "-mno-relax")

SI12 = (0, 1, -1, 31, 32, 2046, 2047, -2047, -2048)
UI12 = (0, 1, 31, 32, 2047, 2048, 4094, 4095)
#: Beyond what 12 bits hold, too.
AROUND_SI12 = (*SI12, 2048, -2049, 4095, 4096, -4096, 1 << 31)
AROUND_UI12 = (*UI12, -1, 4096, -2048, 1 << 31)

_GNU = Assembler(AS, "loongarch64-linux-gnu-objcopy", FLAGS)
agree, agree_on_refusals, assemble = _GNU.agree, _GNU.agree_on_refusals, _GNU.assemble
