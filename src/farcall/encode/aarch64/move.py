"""Moves between general registers, constants, and choices by a condition; `bits` as in `arithmetic`."""

from __future__ import annotations

from collections.abc import Callable

from farcall.encode.aarch64.bitmask import is_bitmask
from farcall.encode.aarch64.form import Form, Table, widths, with_registers
from farcall.encode.aarch64.logical import orr_ri
from farcall.encode.aarch64.registers import XZR
from farcall.encode.field import either, ranged, unsigned

__all__ = [
    "constant_moves",
    "csel",
    "cset",
    "csetm",
    "csinc",
    "mov_constant",
    "mov_rr",
    "mov_sp",
    "movk",
    "movn",
    "movz",
]

_MOV = widths("mov {}d, {}m", 0x2A0003E0, fields=("Rd", "", "Rm"))
_MOV_SP = Form("mov xd|sp, xn|sp", 0x91000000)


def mov_rr(dst: int, src: int, bits: int = 64) -> bytes:
    """dst = src; register 31 is zero (`mov_sp` moves from and to SP)."""
    return with_registers(_MOV[bits], dst, 0, src)


def mov_sp(dst: int, src: int) -> bytes:
    """dst = src, 64 bits, where register 31 is SP in both places."""
    return with_registers(_MOV_SP, dst, src)


# --- constants, 16 bits at a time ---

Move = tuple[Callable[..., bytes], tuple[int, ...]]

_MOVZ = widths("movz {}d, imm16, lsl", 0x52800000)
_MOVN = widths("movn {}d, imm16, lsl", 0x12800000)
_MOVK = widths("movk {}d, imm16, lsl", 0x72800000)


def _sixteen(forms: Table[Form], dst: int, imm: int, shift: int, bits: int) -> bytes:
    form = forms[bits]
    if shift % 16 or not 0 <= shift < bits:
        raise ValueError(f"{form.name}: shift {shift!r} is none of {', '.join(map(str, range(0, bits, 16)))}")
    return with_registers(form, dst, 0, 0, unsigned(imm, 16, form.name, "immediate") << 5 | shift << 17)


def movz(dst: int, imm: int, shift: int = 0, bits: int = 64) -> bytes:
    """dst = imm << shift; imm 0 to 65535, shift a multiple of 16 below bits."""
    return _sixteen(_MOVZ, dst, imm, shift, bits)


def movn(dst: int, imm: int, shift: int = 0, bits: int = 64) -> bytes:
    """dst = ~(imm << shift); imm 0 to 65535, shift a multiple of 16 below bits."""
    return _sixteen(_MOVN, dst, imm, shift, bits)


def movk(dst: int, imm: int, shift: int = 0, bits: int = 64) -> bytes:
    """The 16 bits of dst from bit `shift` on = imm; the other bits stay."""
    return _sixteen(_MOVK, dst, imm, shift, bits)


def constant_moves(dst: int, value: int) -> list[Move]:
    """The instructions that make dst = value (64 bits in either view), as encoders and their operands.

    One where one can: a movz, a movn, or an orr of a bitmask, at 64 bits or, since that clears the upper half, at
    32. Else a movz or movn and a movk for each 16 bits that it leaves wrong, four at the most.
    """
    value = either(value, 64, "mov xd, constant")
    parts = [(value >> shift & 0xFFFF, shift) for shift in (0, 16, 32, 48)]
    first, filler = (movz, 0) if _left(parts, 0) <= _left(parts, 0xFFFF) else (movn, 0xFFFF)
    todo = [part for part in parts if part[0] != filler] or parts[:1]
    if len(todo) > 1:
        if value >> 16 == 0xFFFF:
            return [(movn, (dst, value & 0xFFFF ^ 0xFFFF, 0, 32))]
        if value >> 32 == 0 and value & 0xFFFF == 0xFFFF:
            return [(movn, (dst, value >> 16 ^ 0xFFFF, 16, 32))]
        for bits in (64, 32):
            if dst != XZR and is_bitmask(value, bits):  # there 31 is SP
                return [(orr_ri, (dst, XZR, value, bits))]
    (part, shift), *others = todo
    return [(first, (dst, part ^ filler, shift)), *((movk, (dst, part, shift)) for part, shift in others)]


def _left(parts: list[tuple[int, int]], filler: int) -> int:
    """How many parts a start with `filler` everywhere leaves to be made."""
    return sum(part != filler for part, _ in parts)


def mov_constant(dst: int, value: int) -> bytes:
    """dst = value, 64 bits in either view, in 4 to 16 bytes (see `constant_moves`)."""
    return b"".join(encoder(*operands) for encoder, operands in constant_moves(dst, value))


# --- choices ---

_CSEL = widths("csel {}d, {}n, {}m, cond", 0x1A800000)
_CSINC = widths("csinc {}d, {}n, {}m, cond", 0x1A800400)
_CSET = widths("cset {}d, cond", 0x1A800400 | XZR << 5 | XZR << 16)
_CSETM = widths("csetm {}d, cond", 0x5A800000 | XZR << 5 | XZR << 16)


def csel(dst: int, a: int, b: int, condition: int, bits: int = 64) -> bytes:
    """dst = a if the condition holds, else b."""
    form = _CSEL[bits]
    return with_registers(form, dst, a, b, ranged(condition, 14, form.name, "condition") << 12)


def csinc(dst: int, a: int, b: int, condition: int, bits: int = 64) -> bytes:
    """dst = a if the condition holds, else b + 1."""
    form = _CSINC[bits]
    return with_registers(form, dst, a, b, ranged(condition, 14, form.name, "condition") << 12)


# The instruction tests the opposite, and AL has none.


def cset(dst: int, condition: int, bits: int = 64) -> bytes:
    """dst = 1 if the condition (any but AL) holds, else 0."""
    form = _CSET[bits]
    return with_registers(form, dst, 0, 0, (ranged(condition, 13, form.name, "condition") ^ 1) << 12)


def csetm(dst: int, condition: int, bits: int = 64) -> bytes:
    """dst = -1 if the condition (any but AL) holds, else 0."""
    form = _CSETM[bits]
    return with_registers(form, dst, 0, 0, (ranged(condition, 13, form.name, "condition") ^ 1) << 12)
