"""Branches, calls, special registers, what orders memory, traps."""

from __future__ import annotations

from farcall.encode.ppc64le.form import PACK, Form, b_form, based, i_form, x_form

__all__ = [
    "b", "bc", "bctr", "bctrl", "blr", "dcbst", "icbi", "isync", "ldarx", "mflr", "mtctr", "mtlr", "nop", "stdcx", "sync", "trap",
]  # fmt: skip

_B = Form("b distance", 0x48000000)
_BC = Form("bc bo, bi, distance", 0x40000000)
_MFLR = Form("mflr rt", 0x7C0802A6)
_MTLR = Form("mtlr rt", 0x7C0803A6)
_MTCTR = Form("mtctr rt", 0x7C0903A6)
_LDARX = Form("ldarx rt, 0, rb", 0x7C0000A8)
_STDCX = Form("stdcx. rt, 0, rb", 0x7C0001AD)
_DCBST = Form("dcbst 0, rb", 0x7C00006C)
_ICBI = Form("icbi 0, rb", 0x7C0007AC)


def b(distance: int) -> bytes:
    """Jumps up to 32 MiB."""
    return i_form(_B, distance)


def bc(option: int, bit: int, distance: int) -> bytes:
    """Jumps up to 32 KiB if a bit of the condition register is set (IF_SET) or clear (IF_CLEAR)."""
    return b_form(_BC, option, bit, distance)


def bctr() -> bytes:
    """Jumps to the address in the count register."""
    return PACK(0x4E800420)


def bctrl() -> bytes:
    """Calls the address in the count register; the link register = the address behind this instruction."""
    return PACK(0x4E800421)


def blr() -> bytes:
    """Jumps to the address in the link register."""
    return PACK(0x4E800020)


def mflr(dst: int) -> bytes:
    """dst = the link register."""
    return x_form(_MFLR, dst)


def mtlr(src: int) -> bytes:
    """The link register = src."""
    return x_form(_MTLR, src)


def mtctr(src: int) -> bytes:
    """The count register = src."""
    return x_form(_MTCTR, src)


def ldarx(dst: int, base: int) -> bytes:
    """dst = 64 bits at [base], which are watched from now on."""
    return x_form(_LDARX, dst, 0, based(_LDARX, base))


def stdcx(src: int, base: int) -> bytes:
    """[base] = src, 64 bits, if nobody has stored there since `ldarx`; the condition is equal if so."""
    return x_form(_STDCX, src, 0, based(_STDCX, base))


def sync() -> bytes:
    """Orders all that comes before it with all that comes after it."""
    return PACK(0x7C0004AC)


def isync() -> bytes:
    """What comes after it is fetched anew."""
    return PACK(0x4C00012C)


def dcbst(base: int) -> bytes:
    """Writes the block of the data cache at [base] to memory."""
    return x_form(_DCBST, 0, 0, based(_DCBST, base))


def icbi(base: int) -> bytes:
    """Forgets the block of the instruction caches at [base]."""
    return x_form(_ICBI, 0, 0, based(_ICBI, base))


def nop() -> bytes:
    """Does nothing."""
    return PACK(0x60000000)


def trap() -> bytes:
    """The trap; also a filler."""
    return PACK(0x7FE00008)
