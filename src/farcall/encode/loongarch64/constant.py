"""Any number of 64 bits in a register, in at most four instructions."""

from __future__ import annotations

from collections.abc import Callable

from farcall.encode.field import either
from farcall.encode.loongarch64.arithmetic import addi_w, lu12i_w, lu32i_d, lu52i_d, ori
from farcall.encode.loongarch64.memory import fits
from farcall.encode.loongarch64.registers import ZERO

__all__ = ["constant_moves", "mov_constant"]

Move = tuple[Callable[..., bytes], tuple[int, ...]]


def constant_moves(dst: int, value: int) -> list[Move]:
    """The instructions that make dst = value (64 bits in either view), as encoders and their operands: one to four.

    The low 32 bits come first, with their sign above them; where that is not what is above, 20 bits and then 12 more are
    put there.
    """
    number = either(value, 64, "li.d rd, constant")
    if number & (1 << 52) - 1 == 0 and number:
        return [(lu52i_d, (dst, ZERO, _signed(number >> 52, 12)))]
    low = _signed(number & 0xFFFF_FFFF, 32)
    middle, high = _signed(number >> 32 & 0xF_FFFF, 20), _signed(number >> 52, 12)
    if fits(low):
        moves: list[Move] = [(addi_w, (dst, ZERO, low))]
    elif 0 <= low < 0x1000:
        moves = [(ori, (dst, ZERO, low))]
    else:
        moves = [(lu12i_w, (dst, low >> 12))]
        if low & 0xFFF:
            moves.append((ori, (dst, dst, low & 0xFFF)))
    if middle != low >> 31:
        moves.append((lu32i_d, (dst, middle)))
    if high != middle >> 19:
        moves.append((lu52i_d, (dst, dst, high)))
    return moves


def _signed(number: int, bits: int) -> int:
    return number - (1 << bits) if number >> bits - 1 else number


def mov_constant(dst: int, value: int) -> bytes:
    """dst = value, 64 bits in either view, in 4 to 16 bytes (see `constant_moves`)."""
    return b"".join(encoder(*operands) for encoder, operands in constant_moves(dst, value))
