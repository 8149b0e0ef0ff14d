"""Any number of 64 bits in a register, in one to five instructions."""

from __future__ import annotations

from collections.abc import Callable

from farcall.encode.field import either
from farcall.encode.ppc64le.arithmetic import li, lis, ori, oris, rldicr

__all__ = ["constant_moves"]

Move = tuple[Callable[..., bytes], tuple[int, ...]]


def constant_moves(dst: int, value: int) -> list[Move]:
    """The instructions that make dst = value (64 bits in either view), as encoders and their operands: one or two for what
    32 signed bits hold; else the upper half, shifted, and the lower half by parts of 16 bits."""
    number = either(value, 64, "a constant")
    signed = number - (number >> 63 << 64)
    if -(1 << 31) <= signed < 1 << 31:
        return _short(dst, signed)
    moves: list[Move] = [*_short(dst, signed >> 32), (rldicr, (dst, dst, 32, 31))]
    for encoder, part in ((oris, number >> 16 & 0xFFFF), (ori, number & 0xFFFF)):
        if part:
            moves.append((encoder, (dst, dst, part)))
    return moves


def _short(dst: int, value: int) -> list[Move]:
    if -(1 << 15) <= value < 1 << 15:
        return [(li, (dst, value))]
    upper: Move = (lis, (dst, value >> 16))
    return [upper, (ori, (dst, dst, value & 0xFFFF))] if value & 0xFFFF else [upper]
