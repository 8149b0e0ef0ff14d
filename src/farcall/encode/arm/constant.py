"""Any number of 32 bits in a register, in one or two instructions; and which numbers an instruction holds."""

from __future__ import annotations

from collections.abc import Callable

from farcall.encode.arm.arithmetic import movi, movt, movw, mvni
from farcall.encode.arm.form import modified
from farcall.encode.field import either

__all__ = ["constant_moves", "held"]

Move = tuple[Callable[..., bytes], tuple[int, ...]]


def held(value: int) -> bool:
    """Whether an instruction with a number for its operand takes this one: eight bits at an even rotation."""
    return modified(value) is not None


def constant_moves(dst: int, value: int) -> list[Move]:
    """The instructions that make dst = value (32 bits in either view), as encoders and their operands."""
    number = either(value, 32, "a constant")
    if held(number):
        return [(movi, (dst, number))]
    if held(number ^ 0xFFFF_FFFF):
        return [(mvni, (dst, number ^ 0xFFFF_FFFF))]
    low: Move = (movw, (dst, number & 0xFFFF))
    return [low, (movt, (dst, number >> 16))] if number >> 16 else [low]
