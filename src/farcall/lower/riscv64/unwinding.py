"""What DWARF calls the registers of RISC-V (RISC-V DWARF specification, table 1), and the one shape of its frames."""

from __future__ import annotations

from ..unwinding import Uniform

__all__ = ["FRAMES"]

NUMBERS = {f"x{n}": n for n in range(32)}
#: Downwards from where x8 (fp) points, which is the caller's frame: x1 (ra) and x8 as the calling convention has
#: them (psABI, "Frame pointer convention"), then the stub's s0 to s2. Locals lie below.
SAVED = {"x1": 8, "x8": 16, "x9": 24, "x18": 32, "x19": 40}

FRAMES = Uniform(NUMBERS, return_address=1, word=8, bases=("x2", "x8"), size=0, saved=SAVED)
