"""What DWARF calls the registers of MIPS (gcc's numbers), and the one shape of its frames."""

from __future__ import annotations

from ...ctype import ByteOrder
from ..unwinding import Uniform

__all__ = ["frames"]

LINK, STACK, FRAME = 31, 29, 30
NUMBERS = {f"${n}": n for n in range(32)}
#: $30 points to where the caller's frame starts. Below are ra, $30, and s4 down to s0.
KEPT = (LINK, FRAME, 20, 19, 18, 17, 16)


def frames(word: int, order: ByteOrder) -> Uniform:
    """The frames where registers have so many bytes, and numbers this order."""
    saved = {f"${register}": word * position for position, register in enumerate(KEPT, 1)}
    return Uniform(
        NUMBERS, return_address=LINK, word=word, bases=(f"${STACK}", f"${FRAME}"), size=0, saved=saved, order=order
    )
