"""What to ask GNU as about Arm: registers, and numbers around the edges of what instructions hold. The asking is `words`'."""

from __future__ import annotations

from tests.encode.words import REGISTERS as SINGLES
from tests.encode.words import Assembler, pairs, triples

__all__ = ["CORE", "DOUBLES", "IMM", "OTHERS", "SINGLES", "agree", "agree_on_refusals", "pairs", "triples"]

#: Core registers without the program counter.
CORE = range(15)
DOUBLES = range(16)
#: Eight bits at every even rotation, ends and middles.
IMM = sorted(
    {(byte << turn | byte >> 32 - turn) & 0xFFFF_FFFF for byte in (1, 0x81, 0xFF, 0) for turn in range(0, 32, 2)}
)
#: Those that nothing holds, nor what they are with other signs or bits. as cuts those of more than 32 bits.
OTHERS = (0x101, 0x102, 0x1FE, 0x12345, 0xFF1, 0x8000_0301, 0x1234_5678)

_GNU = Assembler("arm-linux-gnueabihf-as", "arm-linux-gnueabihf-objcopy", ("-march=armv7-a", "-mfpu=vfpv3-d16"))
agree, agree_on_refusals = _GNU.agree, _GNU.agree_on_refusals
