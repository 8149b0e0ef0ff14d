"""Moves and conversions of floating-point registers, whose loads and stores are `memory`'s. The upper half of a register's 64 bits
is the next register where these have 32, for even numbers; `mthc1` and `mfhc1` do what is right in either mode."""

from __future__ import annotations

from farcall.encode.field import register
from farcall.encode.mips.form import Form, register_form

__all__ = ["cvt_d_s", "cvt_s_d", "dmfc1", "dmtc1", "mfc1", "mfhc1", "mov_d", "mov_s", "mtc1", "mthc1"]

_MFC1 = Form("mfc1 rt, fs", 0x44000000)
_DMFC1 = Form("dmfc1 rt, fs", 0x44200000)
_MFHC1 = Form("mfhc1 rt, fs", 0x44600000)
_MTC1 = Form("mtc1 rt, fs", 0x44800000)
_DMTC1 = Form("dmtc1 rt, fs", 0x44A00000)
_MTHC1 = Form("mthc1 rt, fs", 0x44E00000)
_MOV_S = Form("mov.s fd, fs", 0x46000006)
_MOV_D = Form("mov.d fd, fs", 0x46200006)
_CVT_S_D = Form("cvt.s.d fd, fs", 0x46200020)
_CVT_D_S = Form("cvt.d.s fd, fs", 0x46000021)


def mfc1(dst: int, vsrc: int) -> bytes:
    """General dst = the low 32 bits of vsrc, sign-extended."""
    return register_form(_MFC1, 0, dst, vsrc)


def dmfc1(dst: int, vsrc: int) -> bytes:
    """General dst = vsrc, 64 bits."""
    return register_form(_DMFC1, 0, dst, vsrc)


def mfhc1(dst: int, vsrc: int) -> bytes:
    """General dst = the high 32 bits of vsrc, sign-extended."""
    return register_form(_MFHC1, 0, dst, vsrc)


def mtc1(vdst: int, src: int) -> bytes:
    """The low 32 bits of vdst = those of general src; before `mthc1`, for the high ones are lost."""
    return register_form(_MTC1, 0, src, vdst)


def dmtc1(vdst: int, src: int) -> bytes:
    """vdst, 64 bits = general src."""
    return register_form(_DMTC1, 0, src, vdst)


def mthc1(vdst: int, src: int) -> bytes:
    """The high 32 bits of vdst = the low ones of general src."""
    return register_form(_MTHC1, 0, src, vdst)


def mov_s(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc, singles."""
    return register_form(_MOV_S, 0, 0, vsrc, _last(_MOV_S, vdst))


def mov_d(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc, doubles."""
    return register_form(_MOV_D, 0, 0, vsrc, _last(_MOV_D, vdst))


def cvt_s_d(vdst: int, vsrc: int) -> bytes:
    """vdst, a single = vsrc, a double, rounded."""
    return register_form(_CVT_S_D, 0, 0, vsrc, _last(_CVT_S_D, vdst))


def cvt_d_s(vdst: int, vsrc: int) -> bytes:
    """vdst, a double = vsrc, a single."""
    return register_form(_CVT_D_S, 0, 0, vsrc, _last(_CVT_D_S, vdst))


def _last(form: Form, number: int) -> int:
    return register(number, form.name, "fd") << 6
