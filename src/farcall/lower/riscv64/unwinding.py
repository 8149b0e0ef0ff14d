"""What DWARF calls the registers of RISC-V (RISC-V DWARF specification, table 1), and the one shape of its frames."""

from __future__ import annotations

from ..unwinding import Uniform

__all__ = ["FRAMES", "frames"]

NUMBERS = {f"x{n}": n for n in range(32)}
#: Downwards from where x8 (fp) points, which is the caller's frame, a word each: x1 (ra) and x8 as the calling convention has
#: them (psABI, "Frame pointer convention"), then the stub's s0 to s2. Locals lie below.
KEPT = ("x1", "x8", "x9", "x18", "x19")


def frames(word: int) -> Uniform:
    """The frames where registers have so many bytes."""
    saved = {register: word * position for position, register in enumerate(KEPT, 1)}
    return Uniform(NUMBERS, return_address=1, word=word, bases=("x2", "x8"), size=0, saved=saved)


FRAMES = frames(8)
