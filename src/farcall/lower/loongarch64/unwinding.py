"""What DWARF calls the registers of LoongArch (LADWARF, "DWARF register numbers"), and the one shape of its frames."""

from __future__ import annotations

from ..unwinding import Uniform

__all__ = ["FRAMES"]

NUMBERS = {f"r{n}": n for n in range(32)}
#: Downwards from where r22 (fp) points, which is the caller's frame: r1 (ra) and r22 as gcc has them, then the stub's
#: s0 to s2. Locals lie below.
SAVED = {"r1": 8, "r22": 16, "r23": 24, "r24": 32, "r25": 40}

FRAMES = Uniform(NUMBERS, return_address=1, word=8, bases=("r3", "r22"), size=0, saved=SAVED)
