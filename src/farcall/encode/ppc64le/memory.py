"""Loads and stores: at a base register plus an offset of 16 signed bits (a multiple of 4 where the docstring says so), or, where
a name ends in x, plus an index register. Register 0 is no base: it would stand for none."""

from __future__ import annotations

from farcall.encode.ppc64le.form import Form, based, d_form, ds_form, x_form

__all__ = [
    "fits", "lbz", "lbzx", "ld", "ldx", "lfd", "lfdx", "lfs", "lfsx", "lha", "lhax", "lhz", "lhzx", "lwa", "lwax",
    "lwz", "lwzx", "stb", "stbx", "std", "stdu", "stdx", "stfd", "stfdx", "stfs", "stfsx", "sth", "sthx", "stw", "stwx",
]  # fmt: skip

_LBZ = Form("lbz rt, offset(ra)", 0x88000000)
_LHZ = Form("lhz rt, offset(ra)", 0xA0000000)
_LHA = Form("lha rt, offset(ra)", 0xA8000000)
_LWZ = Form("lwz rt, offset(ra)", 0x80000000)
_STB = Form("stb rt, offset(ra)", 0x98000000)
_STH = Form("sth rt, offset(ra)", 0xB0000000)
_STW = Form("stw rt, offset(ra)", 0x90000000)
_LFS = Form("lfs ft, offset(ra)", 0xC0000000)
_LFD = Form("lfd ft, offset(ra)", 0xC8000000)
_STFS = Form("stfs ft, offset(ra)", 0xD0000000)
_STFD = Form("stfd ft, offset(ra)", 0xD8000000)
_LD = Form("ld rt, offset(ra)", 0xE8000000)
_LWA = Form("lwa rt, offset(ra)", 0xE8000002)
_STD = Form("std rt, offset(ra)", 0xF8000000)
_STDU = Form("stdu rt, offset(ra)", 0xF8000001)
_LDX = Form("ldx rt, ra, rb", 0x7C00002A)
_LWAX = Form("lwax rt, ra, rb", 0x7C0002AA)
_LWZX = Form("lwzx rt, ra, rb", 0x7C00002E)
_LHAX = Form("lhax rt, ra, rb", 0x7C0002AE)
_LHZX = Form("lhzx rt, ra, rb", 0x7C00022E)
_LBZX = Form("lbzx rt, ra, rb", 0x7C0000AE)
_STDX = Form("stdx rt, ra, rb", 0x7C00012A)
_STWX = Form("stwx rt, ra, rb", 0x7C00012E)
_STHX = Form("sthx rt, ra, rb", 0x7C00032E)
_STBX = Form("stbx rt, ra, rb", 0x7C0001AE)
_LFSX = Form("lfsx ft, ra, rb", 0x7C00042E)
_LFDX = Form("lfdx ft, ra, rb", 0x7C0004AE)
_STFSX = Form("stfsx ft, ra, rb", 0x7C00052E)
_STFDX = Form("stfdx ft, ra, rb", 0x7C0005AE)


def fits(offset: int, size: int = 1) -> bool:
    """Whether a load or store takes the offset: of one of 8 bytes, or of 4 with their sign, a multiple of 4."""
    return -0x8000 <= offset < 0x8000 and not (size >= 4 and offset % 4)


def lbz(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 8 bits [base + offset], zero-extended."""
    return d_form(_LBZ, dst, based(_LBZ, base), offset, what="offset")


def lhz(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 16 bits [base + offset], zero-extended."""
    return d_form(_LHZ, dst, based(_LHZ, base), offset, what="offset")


def lha(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 16 bits [base + offset], sign-extended."""
    return d_form(_LHA, dst, based(_LHA, base), offset, what="offset")


def lwz(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 32 bits [base + offset], zero-extended."""
    return d_form(_LWZ, dst, based(_LWZ, base), offset, what="offset")


def stb(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 8 bits of src."""
    return d_form(_STB, src, based(_STB, base), offset, what="offset")


def sth(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 16 bits of src."""
    return d_form(_STH, src, based(_STH, base), offset, what="offset")


def stw(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = the low 32 bits of src."""
    return d_form(_STW, src, based(_STW, base), offset, what="offset")


def lfs(vdst: int, base: int, offset: int = 0) -> bytes:
    """vdst = binary32 [base + offset], as binary64."""
    return d_form(_LFS, vdst, based(_LFS, base), offset, what="offset")


def lfd(vdst: int, base: int, offset: int = 0) -> bytes:
    """vdst = 64 bits [base + offset]."""
    return d_form(_LFD, vdst, based(_LFD, base), offset, what="offset")


def stfs(vsrc: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = vsrc as binary32, where that is one."""
    return d_form(_STFS, vsrc, based(_STFS, base), offset, what="offset")


def stfd(vsrc: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = vsrc, 64 bits."""
    return d_form(_STFD, vsrc, based(_STFD, base), offset, what="offset")


def ld(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 64 bits [base + offset]. A multiple of 4."""
    return ds_form(_LD, dst, based(_LD, base), offset)


def lwa(dst: int, base: int, offset: int = 0) -> bytes:
    """dst = 32 bits [base + offset], sign-extended. A multiple of 4."""
    return ds_form(_LWA, dst, based(_LWA, base), offset)


def std(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = src, 64 bits. A multiple of 4."""
    return ds_form(_STD, src, based(_STD, base), offset)


def stdu(src: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = src, 64 bits, and base += offset. A multiple of 4."""
    return ds_form(_STDU, src, based(_STDU, base), offset)


# --- with an index ---


def ldx(dst: int, base: int, index: int) -> bytes:
    """dst = 64 bits [base + index]."""
    return x_form(_LDX, dst, based(_LDX, base), index)


def lwax(dst: int, base: int, index: int) -> bytes:
    """dst = 32 bits [base + index], sign-extended."""
    return x_form(_LWAX, dst, based(_LWAX, base), index)


def lwzx(dst: int, base: int, index: int) -> bytes:
    """dst = 32 bits [base + index], zero-extended."""
    return x_form(_LWZX, dst, based(_LWZX, base), index)


def lhax(dst: int, base: int, index: int) -> bytes:
    """dst = 16 bits [base + index], sign-extended."""
    return x_form(_LHAX, dst, based(_LHAX, base), index)


def lhzx(dst: int, base: int, index: int) -> bytes:
    """dst = 16 bits [base + index], zero-extended."""
    return x_form(_LHZX, dst, based(_LHZX, base), index)


def lbzx(dst: int, base: int, index: int) -> bytes:
    """dst = 8 bits [base + index], zero-extended."""
    return x_form(_LBZX, dst, based(_LBZX, base), index)


def stdx(src: int, base: int, index: int) -> bytes:
    """[base + index] = src, 64 bits."""
    return x_form(_STDX, src, based(_STDX, base), index)


def stwx(src: int, base: int, index: int) -> bytes:
    """[base + index] = the low 32 bits of src."""
    return x_form(_STWX, src, based(_STWX, base), index)


def sthx(src: int, base: int, index: int) -> bytes:
    """[base + index] = the low 16 bits of src."""
    return x_form(_STHX, src, based(_STHX, base), index)


def stbx(src: int, base: int, index: int) -> bytes:
    """[base + index] = the low 8 bits of src."""
    return x_form(_STBX, src, based(_STBX, base), index)


def lfsx(vdst: int, base: int, index: int) -> bytes:
    """vdst = binary32 [base + index], as binary64."""
    return x_form(_LFSX, vdst, based(_LFSX, base), index)


def lfdx(vdst: int, base: int, index: int) -> bytes:
    """vdst = 64 bits [base + index]."""
    return x_form(_LFDX, vdst, based(_LFDX, base), index)


def stfsx(vsrc: int, base: int, index: int) -> bytes:
    """[base + index] = vsrc as binary32, where that is one."""
    return x_form(_STFSX, vsrc, based(_STFSX, base), index)


def stfdx(vsrc: int, base: int, index: int) -> bytes:
    """[base + index] = vsrc, 64 bits."""
    return x_form(_STFDX, vsrc, based(_STFDX, base), index)
