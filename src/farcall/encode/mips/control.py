"""Branches, jumps, calls, with a delay slot behind them; traps, the thread's pointer."""

from __future__ import annotations

from farcall.encode.field import unsigned
from farcall.encode.mips.form import PACK, Form, register_form, signed_form

__all__ = ["b", "bal", "beq", "bne", "break_", "jalr", "jr", "nop", "rdhwr_ulr", "syscall"]

_BEQ = Form("beq rs, rt, distance", 0x10000000)
_BNE = Form("bne rs, rt, distance", 0x14000000)
_B = Form("b distance", 0x10000000)
_BAL = Form("bal distance", 0x04110000)
_JR = Form("jr rs", 0x00000008)
_JALR = Form("jalr rd, rs", 0x00000009)
_RDHWR = Form("rdhwr rt, $29", 0x7C00E83B)
_BREAK = Form("break code", 0x0000000D)
#: What branches count from: the delay slot.
SLOT = 4


def beq(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 128 KiB, if a = b."""
    return signed_form(_BEQ, a, b, distance - SLOT, "distance less 4", 4)


def bne(a: int, b: int, distance: int) -> bytes:
    """Jumps up to 128 KiB, unless a = b."""
    return signed_form(_BNE, a, b, distance - SLOT, "distance less 4", 4)


def b(distance: int) -> bytes:
    """Jumps up to 128 KiB."""
    return signed_form(_B, 0, 0, distance - SLOT, "distance less 4", 4)


def bal(distance: int) -> bytes:
    """Calls what lies within 128 KiB; ra = the address behind the delay slot."""
    return signed_form(_BAL, 0, 0, distance - SLOT, "distance less 4", 4)


def jr(target: int) -> bytes:
    """Jumps to the address in a register."""
    return register_form(_JR, target)


def jalr(target: int) -> bytes:
    """Calls the address in a register; ra = the address behind the delay slot."""
    return register_form(_JALR, target, 0, 31)


def rdhwr_ulr(dst: int) -> bytes:
    """dst = the thread's pointer, which systems have as hardware register 29."""
    return register_form(_RDHWR, 0, dst)


def nop() -> bytes:
    """Does nothing."""
    return PACK(0)


def syscall() -> bytes:
    """Calls the system."""
    return PACK(0x0000000C)


def break_(code: int = 0) -> bytes:
    """Traps, with a number of 10 bits for who looks; also a filler."""
    return PACK(_BREAK.word | unsigned(code, 10, _BREAK.name, "code") << 16)
