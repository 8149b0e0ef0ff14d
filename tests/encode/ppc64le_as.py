"""What to ask GNU as about the Power ISA: numbers around the edges of what instructions hold. The asking is `words`'."""

from __future__ import annotations

from tests.encode.words import REGISTERS, Assembler, pairs, triples

__all__ = ["IMM16", "OFFSETS", "REGISTERS", "UIMM16", "agree", "agree_on_refusals", "pairs", "triples"]

IMM16 = (0, 1, -1, 32766, 32767, -32767, -32768)
UIMM16 = (0, 1, 32767, 32768, 65535)
#: Multiples of 4 that 16 signed bits hold.
OFFSETS = (0, 4, -4, 32764, -32768, 8)

_GNU = Assembler("powerpc64le-linux-gnu-as", "powerpc64le-linux-gnu-objcopy", ("-a64", "-mpower8", "-mregnames"))
agree, agree_on_refusals = _GNU.agree, _GNU.agree_on_refusals
