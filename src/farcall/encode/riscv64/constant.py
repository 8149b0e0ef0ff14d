"""Any number of 64 bits in a register, in as few instructions as a short search finds."""

from __future__ import annotations

from collections.abc import Callable

from farcall.encode.field import either
from farcall.encode.riscv64.arithmetic import addi, addiw, lui, slli, srli
from farcall.encode.riscv64.memory import fits, lo12
from farcall.encode.riscv64.registers import ZERO

__all__ = ["constant_moves", "mov_constant", "narrow_constant_moves"]

Move = tuple[Callable[..., bytes], tuple[int, ...]]


def constant_moves(dst: int, value: int) -> list[Move]:
    """The instructions that make dst = value (64 bits in either view), as encoders and their operands: one to eight.

    One or two for what 32 signed bits hold. Else the lower 12 bits are added to the rest, which is made first without
    the zeros it ends in and then shifted; or, where it is shorter, all is made without the zeros that it begins with,
    and shifted to the right.
    """
    number = either(value, 64, "li rd, constant")
    best = _shifted_left(dst, _signed(number))
    zeros = 64 - number.bit_length()
    if zeros and len(best) > 2:
        for filled in (number << zeros, number << zeros | (1 << zeros) - 1):
            found = _shifted_left(dst, _signed(filled))
            if len(found) + 1 < len(best):
                best = [*found, (srli, (dst, dst, zeros))]
    return best


def narrow_constant_moves(dst: int, value: int) -> list[Move]:
    """The one or two instructions that make dst = value where registers have 32 bits, value's in either view."""
    number = either(value, 32, "li rd, constant")
    if number >> 31:
        number -= 1 << 32
    if fits(number):
        return [(addi, (dst, ZERO, number))]
    low = lo12(number)
    moves: list[Move] = [(lui, (dst, number + 0x800 >> 12 & 0xFFFFF))]
    return [*moves, (addi, (dst, dst, low))] if low else moves


def _shifted_left(dst: int, value: int) -> list[Move]:
    if fits(value):
        return [(addi, (dst, ZERO, value))]
    low = lo12(value)
    if -(1 << 31) <= value < 1 << 31:
        moves: list[Move] = [(lui, (dst, value + 0x800 >> 12 & 0xFFFFF))]  # 2^31 wraps, and `addiw` wraps it back
        return [*moves, (addiw, (dst, dst, low))] if low else moves
    rest = _signed(value - low & (1 << 64) - 1)
    zeros = (rest & -rest).bit_length() - 1
    if zeros > 12 and not fits(rest >> zeros) and -(1 << 31) <= rest >> zeros - 12 < 1 << 31:
        zeros -= 12  # `lui` makes these by itself
    moves = [*_shifted_left(dst, rest >> zeros), (slli, (dst, dst, zeros))]
    return [*moves, (addi, (dst, dst, low))] if low else moves


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


def mov_constant(dst: int, value: int) -> bytes:
    """dst = value, 64 bits in either view, in 4 to 32 bytes (see `constant_moves`)."""
    return b"".join(encoder(*operands) for encoder, operands in constant_moves(dst, value))
