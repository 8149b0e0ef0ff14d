"""What to ask GNU as about z/Architecture: numbers around the edges of what instructions hold. The asking is `words`'."""

from __future__ import annotations

from tests.encode.words import Assembler

__all__ = ["DISPLACEMENTS", "REGISTERS", "agree", "agree_on_refusals"]

REGISTERS = range(16)
#: What 20 signed bits hold, and more.
DISPLACEMENTS = (0, 1, -1, 8, 4095, 4096, -4096, 0x7FFFF, -0x80000, 0x12345, -0x12345)

_GNU = Assembler("s390x-linux-gnu-as", "s390x-linux-gnu-objcopy", ("-m64", "-march=z13"))
agree, agree_on_refusals = _GNU.agree, _GNU.agree_on_refusals
