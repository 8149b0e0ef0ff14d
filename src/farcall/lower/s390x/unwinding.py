"""What DWARF calls the registers of z/Architecture (ELF ABI s390x Supplement 1.6, "DWARF Definition"), and the one shape of
its frames."""

from __future__ import annotations

from ...ctype import BIG
from ..unwinding import Uniform

__all__ = ["FRAMES"]

NUMBERS = {f"r{n}": n for n in range(16)}
#: The caller's frame starts 160 bytes above its stack pointer, which r11 points to. Between the two is the area in which a
#: callee saves the caller's registers, 8 bytes each from r2 on at 16, among them r15, the stack pointer.
SAVED = {f"r{n}": 160 - 8 * n for n in range(6, 16)}

FRAMES = Uniform(NUMBERS, return_address=14, word=8, bases=("r15", "r11"), size=160, saved=SAVED, entry=160, order=BIG)
