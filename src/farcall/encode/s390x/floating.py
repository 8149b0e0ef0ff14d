"""Floating-point and vector registers. A number in a floating-point register stands at its left; of a vector register the
elements are counted from the left. Memory of vectors is at a base register plus 0 to 4095 bytes."""

from __future__ import annotations

from farcall.encode.s390x.form import Form, rr, rre, vrr, vrx

__all__ = [
    "ldebr", "ldgr", "ldr", "ledbr", "lgdr", "vl", "vleb", "vlef", "vleg", "vleh", "vlr", "vst", "vsteb", "vstef",
    "vsteg", "vsteh",
]  # fmt: skip

_LDGR = Form("ldgr f1, r2", 0xB3C10000)
_LGDR = Form("lgdr r1, f2", 0xB3CD0000)
_LDR = Form("ldr f1, f2", 0x2800)
_LEDBR = Form("ledbr f1, f2", 0xB3440000)  # rounds as the control register says
_LDEBR = Form("ldebr f1, f2", 0xB3040000)  # exact
_VL = Form("vl v1, offset(base)", 0xE70000000006)
_VST = Form("vst v1, offset(base)", 0xE7000000000E)
_VLR = Form("vlr v1, v2", 0xE70000000056)
_VLEB = Form("vleb v1, offset(base), element", 0xE70000000000)
_VSTEB = Form("vsteb v1, offset(base), element", 0xE70000000008)
_VLEH = Form("vleh v1, offset(base), element", 0xE70000000001)
_VSTEH = Form("vsteh v1, offset(base), element", 0xE70000000009)
_VLEF = Form("vlef v1, offset(base), element", 0xE70000000003)
_VSTEF = Form("vstef v1, offset(base), element", 0xE7000000000B)
_VLEG = Form("vleg v1, offset(base), element", 0xE70000000002)
_VSTEG = Form("vsteg v1, offset(base), element", 0xE7000000000A)


def ldgr(vdst: int, src: int) -> bytes:
    """vdst = general src, 64 bits."""
    return rre(_LDGR, vdst, src)


def lgdr(dst: int, vsrc: int) -> bytes:
    """General dst = vsrc, 64 bits."""
    return rre(_LGDR, dst, vsrc)


def ldr(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc, 64 bits."""
    return rr(_LDR, vdst, vsrc)


def ledbr(vdst: int, vsrc: int) -> bytes:
    """vdst = binary64 vsrc as binary32, rounded as the control register says."""
    return rre(_LEDBR, vdst, vsrc)


def ldebr(vdst: int, vsrc: int) -> bytes:
    """vdst = binary32 vsrc as binary64."""
    return rre(_LDEBR, vdst, vsrc)


# --- vectors ---


def vl(vdst: int, base: int, offset: int = 0) -> bytes:
    """vdst = 128 bits at [base + offset]."""
    return vrx(_VL, vdst, base, offset)


def vst(vsrc: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = vsrc, 128 bits."""
    return vrx(_VST, vsrc, base, offset)


def vlr(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc, 128 bits."""
    return vrr(_VLR, vdst, vsrc)


def vleb(vdst: int, base: int, offset: int = 0, element: int = 0) -> bytes:
    """One element of vdst, 0 to 15, = 8 bits at [base + offset]; the others stay."""
    return vrx(_VLEB, vdst, base, offset, element, 15)


def vsteb(vsrc: int, base: int, offset: int = 0, element: int = 0) -> bytes:
    """8 bits at [base + offset] = one element of vsrc, 0 to 15."""
    return vrx(_VSTEB, vsrc, base, offset, element, 15)


def vleh(vdst: int, base: int, offset: int = 0, element: int = 0) -> bytes:
    """One element of vdst, 0 to 7, = 16 bits at [base + offset]; the others stay."""
    return vrx(_VLEH, vdst, base, offset, element, 7)


def vsteh(vsrc: int, base: int, offset: int = 0, element: int = 0) -> bytes:
    """16 bits at [base + offset] = one element of vsrc, 0 to 7."""
    return vrx(_VSTEH, vsrc, base, offset, element, 7)


def vlef(vdst: int, base: int, offset: int = 0, element: int = 0) -> bytes:
    """One element of vdst, 0 to 3, = 32 bits at [base + offset]; the others stay."""
    return vrx(_VLEF, vdst, base, offset, element, 3)


def vstef(vsrc: int, base: int, offset: int = 0, element: int = 0) -> bytes:
    """32 bits at [base + offset] = one element of vsrc, 0 to 3."""
    return vrx(_VSTEF, vsrc, base, offset, element, 3)


def vleg(vdst: int, base: int, offset: int = 0, element: int = 0) -> bytes:
    """One element of vdst, 0 to 1, = 64 bits at [base + offset]; the others stay."""
    return vrx(_VLEG, vdst, base, offset, element, 1)


def vsteg(vsrc: int, base: int, offset: int = 0, element: int = 0) -> bytes:
    """64 bits at [base + offset] = one element of vsrc, 0 to 1."""
    return vrx(_VSTEG, vsrc, base, offset, element, 1)
