"""Any number of 64 bits in a register, in one instruction or two."""

from __future__ import annotations

from collections.abc import Callable

from farcall.encode.field import either
from farcall.encode.s390x.arithmetic import iilf, lgfi, lghi, llihf, llilf

__all__ = ["constant_moves"]

Move = tuple[Callable[..., bytes], tuple[int, ...]]


def constant_moves(dst: int, value: int) -> list[Move]:
    """The instructions that make dst = value (64 bits in either view), as encoders and their operands: one for what fits 32
    bits, signed, unsigned, or with zeros below them; else two, for its halves."""
    number = either(value, 64, "a constant")
    signed = number - (number >> 63 << 64)
    if -(1 << 15) <= signed < 1 << 15:
        return [(lghi, (dst, signed))]
    if -(1 << 31) <= signed < 1 << 31:
        return [(lgfi, (dst, signed))]
    high, low = number >> 32, number & 0xFFFF_FFFF
    if not high:
        return [(llilf, (dst, low))]
    upper: Move = (llihf, (dst, high))
    return [upper, (iilf, (dst, low))] if low else [upper]
