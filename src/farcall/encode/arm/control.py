"""Branches, calls, traps, the thread's pointer."""

from __future__ import annotations

from farcall.encode.arm.form import PACK, Form, branch_form, core
from farcall.encode.field import unsigned

__all__ = ["b", "bl", "blx", "bx", "mrc_tpidruro", "nop", "svc", "udf"]

_B = Form("b condition, distance", 0x0A000000)
_BL = Form("bl distance", 0x0B000000)
_BX = Form("bx rm", 0xE12FFF10)
_BLX = Form("blx rm", 0xE12FFF30)
_MRC = Form("mrc p15, 0, rt, c13, c0, 3", 0xEE1D0F70)
_SVC = Form("svc number", 0xEF000000)


def b(condition: int, distance: int) -> bytes:
    """Jumps up to 32 MiB, if the condition holds."""
    return branch_form(_B, distance, condition)


def bl(distance: int) -> bytes:
    """Calls what lies within 32 MiB, in Arm state; lr = the address behind this instruction."""
    return branch_form(_BL, distance)


def bx(target: int) -> bytes:
    """Jumps to the address in a register: in Thumb state where its lowest bit is set, else in Arm state."""
    return PACK(_BX.word | core(_BX, target, "rm"))


def blx(target: int) -> bytes:
    """Calls the address in a register, in the state that its lowest bit says; lr = the address behind this instruction."""
    return PACK(_BLX.word | core(_BLX, target, "rm"))


def mrc_tpidruro(dst: int) -> bytes:
    """dst = the thread's pointer, which programs can read (ARMv6K on)."""
    return PACK(_MRC.word | core(_MRC, dst, "rt") << 12)


def svc(number: int = 0) -> bytes:
    """Calls the system."""
    return PACK(_SVC.word | unsigned(number, 24, _SVC.name, "number"))


def nop() -> bytes:
    """Does nothing."""
    return PACK(0xE320F000)


def udf() -> bytes:
    """The undefined instruction: a trap; also a filler."""
    return PACK(0xE7F000F0)
