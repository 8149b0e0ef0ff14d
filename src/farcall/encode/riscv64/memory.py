"""Loads and stores. The base is a general register, the offset -2048 to 2047 bytes.

A name says the width: b, h, w, d for 8, 16, 32, 64 bits; u for zero-extended; with an f in front the other register is
a floating-point one.
"""

from __future__ import annotations

from farcall.encode.riscv64.form import Form, i_type, s_type

__all__ = [
    "fits", "fld", "flw", "fsd", "fsw", "hi20", "lb", "lbu", "ld", "lh", "lhu", "lo12", "lw", "lwu", "sb", "sd", "sh",
    "sw",
]  # fmt: skip

_LB = Form("lb rd, imm12(rs1)", 0x0003)
_LH = Form("lh rd, imm12(rs1)", 0x1003)
_LW = Form("lw rd, imm12(rs1)", 0x2003)
_LD = Form("ld rd, imm12(rs1)", 0x3003)
_LBU = Form("lbu rd, imm12(rs1)", 0x4003)
_LHU = Form("lhu rd, imm12(rs1)", 0x5003)
_LWU = Form("lwu rd, imm12(rs1)", 0x6003)
_SB = Form("sb rs2, imm12(rs1)", 0x0023)
_SH = Form("sh rs2, imm12(rs1)", 0x1023)
_SW = Form("sw rs2, imm12(rs1)", 0x2023)
_SD = Form("sd rs2, imm12(rs1)", 0x3023)
_FLW = Form("flw rd, imm12(rs1)", 0x2007)
_FLD = Form("fld rd, imm12(rs1)", 0x3007)
_FSW = Form("fsw rs2, imm12(rs1)", 0x2027)
_FSD = Form("fsd rs2, imm12(rs1)", 0x3027)

#: How far `hi20` and `lo12` reach: what a sign-extended sum of the two can be.
_NEAREST, _FARTHEST = -(1 << 31) - (1 << 11), (1 << 31) - (1 << 11) - 1


def fits(offset: int) -> bool:
    """Whether a load, a store or `addi` takes the offset."""
    return -2048 <= offset <= 2047


def hi20(distance: int) -> int:
    """The upper part of a distance in bytes, for `auipc` (or of an address, for `lui`), such that
    `(hi20(d) << 12) + lo12(d) == d`. ValueError where it is over 2 GiB."""
    if _NEAREST <= distance <= _FARTHEST:
        return distance + 0x800 >> 12
    raise ValueError(f"auipc rd, imm20: distance {distance!r} does not fit 32 signed bits")


def lo12(distance: int) -> int:
    """The lower part of a distance, for the load, store or `addi` that follows; signed."""
    return (distance + 0x800 & 0xFFF) - 0x800


def lb(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 8 bits at [base + offset], sign-extended."""
    return i_type(_LB, dst, base, offset, "offset")


def lh(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 16 bits at [base + offset], sign-extended."""
    return i_type(_LH, dst, base, offset, "offset")


def lw(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 32 bits at [base + offset], sign-extended."""
    return i_type(_LW, dst, base, offset, "offset")


def ld(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 64 bits at [base + offset]."""
    return i_type(_LD, dst, base, offset, "offset")


def lbu(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 8 bits at [base + offset], zero-extended."""
    return i_type(_LBU, dst, base, offset, "offset")


def lhu(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 16 bits at [base + offset], zero-extended."""
    return i_type(_LHU, dst, base, offset, "offset")


def lwu(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 32 bits at [base + offset], zero-extended."""
    return i_type(_LWU, dst, base, offset, "offset")


def sb(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 8 bits of src."""
    return s_type(_SB, src, base, offset)


def sh(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 16 bits of src."""
    return s_type(_SH, src, base, offset)


def sw(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 32 bits of src."""
    return s_type(_SW, src, base, offset)


def sd(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = src, 64 bits."""
    return s_type(_SD, src, base, offset)


# --- floating-point registers ---


def flw(vdst: int, base: int, offset: int = 0) -> bytes:
    """Floating-point register vdst = 32 bits at [base + offset], NaN-boxed: ones above them."""
    return i_type(_FLW, vdst, base, offset, "offset")


def fld(vdst: int, base: int, offset: int = 0) -> bytes:
    """Floating-point register vdst = 64 bits at [base + offset]."""
    return i_type(_FLD, vdst, base, offset, "offset")


def fsw(vsrc: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 32 bits of floating-point register vsrc."""
    return s_type(_FSW, vsrc, base, offset)


def fsd(vsrc: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = floating-point register vsrc, 64 bits."""
    return s_type(_FSD, vsrc, base, offset)
