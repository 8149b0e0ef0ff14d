"""Loads and stores. The base is a general register, the offset -2048 to 2047 bytes.

A name says the width: b, h, w, d for 8, 16, 32, 64 bits; u for zero-extended; with an f in front the other register is
a floating-point one, s its lower half.
"""

from __future__ import annotations

from farcall.encode.loongarch64.form import Form, signed12, three

__all__ = [
    "amadd_db_d", "amadd_db_w", "fits", "fld_d", "fld_s", "fst_d", "fst_s", "hi20", "ld_b", "ld_bu", "ld_d", "ld_h",
    "ld_hu", "ld_w", "ld_wu", "lo12", "st_b", "st_d", "st_h", "st_w",
]  # fmt: skip

_LD_B = Form("ld.b rd, rj, si12", 0x28000000)
_LD_H = Form("ld.h rd, rj, si12", 0x28400000)
_LD_W = Form("ld.w rd, rj, si12", 0x28800000)
_LD_D = Form("ld.d rd, rj, si12", 0x28C00000)
_ST_B = Form("st.b rd, rj, si12", 0x29000000)
_ST_H = Form("st.h rd, rj, si12", 0x29400000)
_ST_W = Form("st.w rd, rj, si12", 0x29800000)
_ST_D = Form("st.d rd, rj, si12", 0x29C00000)
_LD_BU = Form("ld.bu rd, rj, si12", 0x2A000000)
_LD_HU = Form("ld.hu rd, rj, si12", 0x2A400000)
_LD_WU = Form("ld.wu rd, rj, si12", 0x2A800000)
_FLD_S = Form("fld.s fd, rj, si12", 0x2B000000)
_FST_S = Form("fst.s fd, rj, si12", 0x2B400000)
_FLD_D = Form("fld.d fd, rj, si12", 0x2B800000)
_FST_D = Form("fst.d fd, rj, si12", 0x2BC00000)
_AMADD_DB_W = Form("amadd_db.w rd, rk, rj", 0x386A0000)
_AMADD_DB_D = Form("amadd_db.d rd, rk, rj", 0x386A8000)

#: How far `hi20` and `lo12` reach: what a sign-extended sum of the two can be.
_NEAREST, _FARTHEST = -(1 << 31) - (1 << 11), (1 << 31) - (1 << 11) - 1


def fits(offset: int) -> bool:
    """Whether a load, a store or `addi_d` takes the offset."""
    return -2048 <= offset <= 2047


def hi20(distance: int) -> int:
    """The upper part of a distance in bytes, for `pcaddu12i`, such that `(hi20(d) << 12) + lo12(d) == d`. ValueError
    where it is over 2 GiB."""
    if _NEAREST <= distance <= _FARTHEST:
        return distance + 0x800 >> 12
    raise ValueError(f"pcaddu12i rd, si20: distance {distance!r} does not fit 32 signed bits")


def lo12(distance: int) -> int:
    """The lower part of a distance, for the load, store or `addi_d` that follows; signed."""
    return (distance + 0x800 & 0xFFF) - 0x800


def ld_b(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 8 bits at [base + offset], sign-extended."""
    return signed12(_LD_B, dst, base, offset, "offset")


def ld_h(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 16 bits at [base + offset], sign-extended."""
    return signed12(_LD_H, dst, base, offset, "offset")


def ld_w(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 32 bits at [base + offset], sign-extended."""
    return signed12(_LD_W, dst, base, offset, "offset")


def ld_d(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 64 bits at [base + offset]."""
    return signed12(_LD_D, dst, base, offset, "offset")


def ld_bu(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 8 bits at [base + offset], zero-extended."""
    return signed12(_LD_BU, dst, base, offset, "offset")


def ld_hu(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 16 bits at [base + offset], zero-extended."""
    return signed12(_LD_HU, dst, base, offset, "offset")


def ld_wu(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 32 bits at [base + offset], zero-extended."""
    return signed12(_LD_WU, dst, base, offset, "offset")


def st_b(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 8 bits of src."""
    return signed12(_ST_B, src, base, offset, "offset")


def st_h(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 16 bits of src."""
    return signed12(_ST_H, src, base, offset, "offset")


def st_w(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 32 bits of src."""
    return signed12(_ST_W, src, base, offset, "offset")


def st_d(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = src, 64 bits."""
    return signed12(_ST_D, src, base, offset, "offset")


# --- floating-point registers ---


def fld_s(vdst: int, base: int, offset: int = 0) -> bytes:
    """The lower half of floating-point register vdst = 32 bits at [base + offset]; the upper half may be anything."""
    return signed12(_FLD_S, vdst, base, offset, "offset")


def fld_d(vdst: int, base: int, offset: int = 0) -> bytes:
    """Floating-point register vdst = 64 bits at [base + offset]."""
    return signed12(_FLD_D, vdst, base, offset, "offset")


def fst_s(vsrc: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 32 bits of floating-point register vsrc."""
    return signed12(_FST_S, vsrc, base, offset, "offset")


def fst_d(vsrc: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = floating-point register vsrc, 64 bits."""
    return signed12(_FST_D, vsrc, base, offset, "offset")


# --- in one step for all CPUs, and in order with all accesses before and behind it ---


def amadd_db_w(dst: int, src: int, base: int) -> bytes:
    """dst = [base], 32 bits sign-extended, and [base] += src. The address must be aligned, dst neither of the others."""
    return _atomic(_AMADD_DB_W, dst, src, base)


def amadd_db_d(dst: int, src: int, base: int) -> bytes:
    """dst = [base], 64 bits, and [base] += src. The address must be aligned, dst neither of the others."""
    return _atomic(_AMADD_DB_D, dst, src, base)


def _atomic(form: Form, dst: int, src: int, base: int) -> bytes:
    if dst and dst in (src, base):  # the manual: the result is not defined, or it is no instruction
        raise ValueError(f"{form.name}: rd {dst!r} is rk or rj")
    return three(form, dst, base, src)
