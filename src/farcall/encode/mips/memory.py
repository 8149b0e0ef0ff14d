"""Loads, stores, and what orders them. Addresses are multiples of the size, but for the pairs whose names end in l and r: the one
has the part of a number that lies in the word, or doubleword, of its last byte, the other that in the first byte's."""

from __future__ import annotations

from farcall.encode.mips.form import PACK, Form, signed_form

__all__ = [
    "fits", "lb", "lbu", "ld", "ldc1", "ldl", "ldr", "lh", "lhu", "ll", "lld", "lw", "lwc1", "lwl", "lwr", "lwu", "sb", "sc",
    "scd", "sd", "sdc1", "sdl", "sdr", "sh", "sw", "swc1", "swl", "swr", "sync",
]  # fmt: skip

_LB = Form("lb rt, offset(base)", 0x80000000)
_LBU = Form("lbu rt, offset(base)", 0x90000000)
_LH = Form("lh rt, offset(base)", 0x84000000)
_LHU = Form("lhu rt, offset(base)", 0x94000000)
_LW = Form("lw rt, offset(base)", 0x8C000000)
_LWU = Form("lwu rt, offset(base)", 0x9C000000)
_LD = Form("ld rt, offset(base)", 0xDC000000)
_LWL = Form("lwl rt, offset(base)", 0x88000000)
_LWR = Form("lwr rt, offset(base)", 0x98000000)
_LDL = Form("ldl rt, offset(base)", 0x68000000)
_LDR = Form("ldr rt, offset(base)", 0x6C000000)
_LL = Form("ll rt, offset(base)", 0xC0000000)
_LLD = Form("lld rt, offset(base)", 0xD0000000)
_SB = Form("sb rt, offset(base)", 0xA0000000)
_SH = Form("sh rt, offset(base)", 0xA4000000)
_SW = Form("sw rt, offset(base)", 0xAC000000)
_SD = Form("sd rt, offset(base)", 0xFC000000)
_SWL = Form("swl rt, offset(base)", 0xA8000000)
_SWR = Form("swr rt, offset(base)", 0xB8000000)
_SDL = Form("sdl rt, offset(base)", 0xB0000000)
_SDR = Form("sdr rt, offset(base)", 0xB4000000)
_SC = Form("sc rt, offset(base)", 0xE0000000)
_SCD = Form("scd rt, offset(base)", 0xF0000000)
_LWC1 = Form("lwc1 ft, offset(base)", 0xC4000000)
_LDC1 = Form("ldc1 ft, offset(base)", 0xD4000000)
_SWC1 = Form("swc1 ft, offset(base)", 0xE4000000)
_SDC1 = Form("sdc1 ft, offset(base)", 0xF4000000)


def fits(offset: int) -> bool:
    """Whether a load, a store or an addition takes this number."""
    return -0x8000 <= offset < 0x8000


def lb(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 8 bits [base + offset], sign-extended."""
    return signed_form(_LB, base, dst, offset, "offset")


def lbu(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 8 bits [base + offset]."""
    return signed_form(_LBU, base, dst, offset, "offset")


def lh(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 16 bits [base + offset], sign-extended."""
    return signed_form(_LH, base, dst, offset, "offset")


def lhu(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 16 bits [base + offset]."""
    return signed_form(_LHU, base, dst, offset, "offset")


def lw(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 32 bits [base + offset], sign-extended."""
    return signed_form(_LW, base, dst, offset, "offset")


def lwu(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 32 bits [base + offset]."""
    return signed_form(_LWU, base, dst, offset, "offset")


def ld(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 64 bits [base + offset]."""
    return signed_form(_LD, base, dst, offset, "offset")


def lwl(dst: int, base: int, offset: int = 0) -> bytes:
    """The high-order bytes of 32 bits in dst = those at and below [base + offset], in its word."""
    return signed_form(_LWL, base, dst, offset, "offset")


def lwr(dst: int, base: int, offset: int = 0) -> bytes:
    """The low-order bytes of 32 bits in dst = those at and above [base + offset], in its word."""
    return signed_form(_LWR, base, dst, offset, "offset")


def ldl(dst: int, base: int, offset: int = 0) -> bytes:
    """The high-order bytes of dst = those at and below [base + offset], in its doubleword."""
    return signed_form(_LDL, base, dst, offset, "offset")


def ldr(dst: int, base: int, offset: int = 0) -> bytes:
    """The low-order bytes of dst = those at and above [base + offset], in its doubleword."""
    return signed_form(_LDR, base, dst, offset, "offset")


def ll(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 32 bits [base + offset], which are watched until `sc`."""
    return signed_form(_LL, base, dst, offset, "offset")


def lld(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 64 bits [base + offset], which are watched until `scd`."""
    return signed_form(_LLD, base, dst, offset, "offset")


def sb(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 8 bits of src."""
    return signed_form(_SB, base, src, offset, "offset")


def sh(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 16 bits of src."""
    return signed_form(_SH, base, src, offset, "offset")


def sw(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 32 bits of src."""
    return signed_form(_SW, base, src, offset, "offset")


def sd(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 64 bits of src."""
    return signed_form(_SD, base, src, offset, "offset")


def swl(src: int, base: int, offset: int = 0) -> bytes:
    """The bytes at and below [base + offset], in its word = the high-order ones of 32 bits in src."""
    return signed_form(_SWL, base, src, offset, "offset")


def swr(src: int, base: int, offset: int = 0) -> bytes:
    """The bytes at and above [base + offset], in its word = the low-order ones of src."""
    return signed_form(_SWR, base, src, offset, "offset")


def sdl(src: int, base: int, offset: int = 0) -> bytes:
    """The bytes at and below [base + offset], in its doubleword = the high-order ones of src."""
    return signed_form(_SDL, base, src, offset, "offset")


def sdr(src: int, base: int, offset: int = 0) -> bytes:
    """The bytes at and above [base + offset], in its doubleword = the low-order ones of src."""
    return signed_form(_SDR, base, src, offset, "offset")


def sc(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 32 bits of src, if it is still watched; src = whether it was."""
    return signed_form(_SC, base, src, offset, "offset")


def scd(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = src, 64 bits, if it is still watched; src = whether it was."""
    return signed_form(_SCD, base, src, offset, "offset")


def lwc1(vdst: int, base: int, offset: int = 0) -> bytes:
    """vdst, a single = 32 bits [base + offset]."""
    return signed_form(_LWC1, base, vdst, offset, "offset")


def ldc1(vdst: int, base: int, offset: int = 0) -> bytes:
    """vdst, a double = 64 bits [base + offset]."""
    return signed_form(_LDC1, base, vdst, offset, "offset")


def swc1(vsrc: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = vsrc, a single."""
    return signed_form(_SWC1, base, vsrc, offset, "offset")


def sdc1(vsrc: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = vsrc, a double."""
    return signed_form(_SDC1, base, vsrc, offset, "offset")


def sync() -> bytes:
    """What comes before it in memory, comes before what is behind it."""
    return PACK(0x0000000F)
