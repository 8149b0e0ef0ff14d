"""Moves and conversions of floating-point registers. s is binary32, the lower half of a register, whose upper half may
then be anything; d is binary64."""

from __future__ import annotations

from farcall.encode.loongarch64.form import Form, three

__all__ = [
    "fcvt_d_s", "fcvt_s_d", "fmov_d", "fmov_s", "movfr2gr_d", "movfr2gr_s", "movgr2fr_d", "movgr2fr_w",
]  # fmt: skip

_FMOV_S = Form("fmov.s fd, fj", 0x01149400)
_FMOV_D = Form("fmov.d fd, fj", 0x01149800)
_MOVGR2FR_W = Form("movgr2fr.w fd, rj", 0x0114A400)
_MOVGR2FR_D = Form("movgr2fr.d fd, rj", 0x0114A800)
_MOVFR2GR_S = Form("movfr2gr.s rd, fj", 0x0114B400)
_MOVFR2GR_D = Form("movfr2gr.d rd, fj", 0x0114B800)
_FCVT_S_D = Form("fcvt.s.d fd, fj", 0x01191800)  # rounds as fcsr0 says
_FCVT_D_S = Form("fcvt.d.s fd, fj", 0x01192400)  # exact


def fmov_s(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc, 32 bits whatever they are."""
    return three(_FMOV_S, vdst, vsrc)


def fmov_d(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc, 64 bits whatever they are."""
    return three(_FMOV_D, vdst, vsrc)


def movgr2fr_w(vdst: int, src: int) -> bytes:
    """vdst = the low 32 bits of general src."""
    return three(_MOVGR2FR_W, vdst, src)


def movgr2fr_d(vdst: int, src: int) -> bytes:
    """vdst = general src, 64 bits."""
    return three(_MOVGR2FR_D, vdst, src)


def movfr2gr_s(dst: int, vsrc: int) -> bytes:
    """General dst = the low 32 bits of vsrc, sign-extended."""
    return three(_MOVFR2GR_S, dst, vsrc)


def movfr2gr_d(dst: int, vsrc: int) -> bytes:
    """General dst = vsrc, 64 bits."""
    return three(_MOVFR2GR_D, dst, vsrc)


def fcvt_s_d(vdst: int, vsrc: int) -> bytes:
    """vdst = binary64 vsrc as binary32, rounded as fcsr0 says."""
    return three(_FCVT_S_D, vdst, vsrc)


def fcvt_d_s(vdst: int, vsrc: int) -> bytes:
    """vdst = binary32 vsrc as binary64."""
    return three(_FCVT_D_S, vdst, vsrc)
