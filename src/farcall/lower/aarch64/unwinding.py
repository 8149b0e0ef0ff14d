"""What DWARF calls the registers of AArch64 (AADWARF64, §4.1), and the one shape of its frames."""

from __future__ import annotations

from ..unwinding import Uniform

__all__ = ["FRAMES"]

NUMBERS = {f"x{n}": n for n in range(31)} | {"sp": 31}
#: Upwards from where x29 points: the frame record (AAPCS64, §6.4.6), which is x29 and x30, then the stub's s0 to
#: s2. Locals lie below.
SAVED = {"x29": 48, "x30": 40, "x19": 32, "x20": 24, "x21": 16}

FRAMES = Uniform(NUMBERS, return_address=30, word=8, bases=("sp", "x29"), size=48, saved=SAVED)
