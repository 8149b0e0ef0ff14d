"""What DWARF calls the registers of Arm (AADWARF32, §4.1), and the one shape of its frames."""

from __future__ import annotations

from ..unwinding import Uniform

__all__ = ["FRAMES"]

LINK = 14
NUMBERS = {f"r{n}": n for n in range(13)} | {"sp": 13, "lr": LINK}
#: r11 points to where the caller's frame starts. Below are lr, a word that nothing is kept in, and r11 on, down to r4.
SAVED = {"lr": 4} | {f"r{11 - n}": 12 + 4 * n for n in range(8)}

FRAMES = Uniform(NUMBERS, return_address=LINK, word=4, bases=("sp", "r11"), size=0, saved=SAVED)
