"""Any number in a register: of 32 bits in one or two instructions, of 64 in up to six."""

from __future__ import annotations

from collections.abc import Callable

from farcall.encode.field import either
from farcall.encode.mips.arithmetic import addiu, dsll, dsll32, lui, ori
from farcall.encode.mips.memory import fits
from farcall.encode.mips.registers import ZERO

__all__ = ["constant_moves", "narrow_constant_moves"]

Move = tuple[Callable[..., bytes], tuple[int, ...]]


def narrow_constant_moves(dst: int, value: int) -> list[Move]:
    """The instructions that make dst = value (32 bits in either view), as encoders and their operands."""
    number = either(value, 32, "a constant")
    return _word(dst, number - (number >> 31 << 32))


def constant_moves(dst: int, value: int) -> list[Move]:
    """The instructions that make dst = value (64 bits in either view), as encoders and their operands: the upper part, then
    16 bits at a time."""
    number = either(value, 64, "a constant")
    return _double_word(dst, number - (number >> 63 << 64))


def _word(dst: int, value: int) -> list[Move]:
    if fits(value):
        return [(addiu, (dst, ZERO, value))]
    if 0 <= value < 1 << 16:
        return [(ori, (dst, ZERO, value))]
    moves: list[Move] = [(lui, (dst, value >> 16 & 0xFFFF))]
    return [*moves, (ori, (dst, dst, value & 0xFFFF))] if value & 0xFFFF else moves


def _double_word(dst: int, value: int) -> list[Move]:
    if -(1 << 31) <= value < 1 << 31 or 0 <= value < 1 << 16:
        return _word(dst, value)
    shift, rest = 16, value >> 16
    if not value & 0xFFFF:
        while not rest & 0xFFFF:
            shift, rest = shift + 16, rest >> 16
        return [*_double_word(dst, rest), _shifted(dst, shift)]
    low: Move = (ori, (dst, dst, value & 0xFFFF))
    while not rest & 0xFFFF:
        shift, rest = shift + 16, rest >> 16
    return [*_double_word(dst, rest), _shifted(dst, shift), low]


def _shifted(dst: int, count: int) -> Move:
    return (dsll, (dst, dst, count)) if count < 32 else (dsll32, (dst, dst, count - 32))
