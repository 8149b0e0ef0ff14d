"""What DWARF calls the registers of the Power ISA (ELF V2 ABI 1.5, §2.4), and the one shape of its frames."""

from __future__ import annotations

from ..unwinding import Uniform

__all__ = ["FRAMES"]

LINK = 65
NUMBERS = {f"r{n}": n for n in range(32)} | {"lr": LINK}
#: r31 points to where the caller's stack pointer is, which is where its frame starts. Below are r31 and on, down to r24; the
#: link register is above, in the word that callers leave for it.
SAVED = {"lr": -16} | {f"r{31 - n}": 8 * n + 8 for n in range(8)}

FRAMES = Uniform(NUMBERS, return_address=LINK, word=8, bases=("r1", "r31"), size=0, saved=SAVED)
