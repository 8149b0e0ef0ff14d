"""Moves and conversions of floating-point registers. s is binary32, d binary64; a binary32 in a register of 64 bits
is NaN-boxed, and what is not counts as a NaN for every instruction but `fsw` and `fmv_x_w`."""

from __future__ import annotations

from farcall.encode.riscv64.form import Form, r_type

__all__ = [
    "fcvt_d_s", "fcvt_s_d", "fmv_d", "fmv_d_x", "fmv_s", "fmv_w_x", "fmv_x_d", "fmv_x_w", "fsgnj_d", "fsgnj_s",
    "fsgnjn_d", "fsgnjn_s", "fsgnjx_d", "fsgnjx_s",
]  # fmt: skip

_FMV_X_W = Form("fmv.x.w rd, rs1", 0xE0000053)
_FMV_W_X = Form("fmv.w.x rd, rs1", 0xF0000053)
_FMV_X_D = Form("fmv.x.d rd, rs1", 0xE2000053)
_FMV_D_X = Form("fmv.d.x rd, rs1", 0xF2000053)
_FSGNJ_S = Form("fsgnj.s rd, rs1, rs2", 0x20000053)
_FSGNJN_S = Form("fsgnjn.s rd, rs1, rs2", 0x20001053)
_FSGNJX_S = Form("fsgnjx.s rd, rs1, rs2", 0x20002053)
_FSGNJ_D = Form("fsgnj.d rd, rs1, rs2", 0x22000053)
_FSGNJN_D = Form("fsgnjn.d rd, rs1, rs2", 0x22001053)
_FSGNJX_D = Form("fsgnjx.d rd, rs1, rs2", 0x22002053)
_FCVT_S_D = Form("fcvt.s.d rd, rs1", 0x40107053)  # rounds as fcsr says
_FCVT_D_S = Form("fcvt.d.s rd, rs1", 0x42000053)  # exact


def fmv_x_w(dst: int, vsrc: int) -> bytes:
    """General dst = the low 32 bits of vsrc, sign-extended."""
    return r_type(_FMV_X_W, dst, vsrc)


def fmv_w_x(vdst: int, src: int) -> bytes:
    """vdst = the low 32 bits of general src, NaN-boxed."""
    return r_type(_FMV_W_X, vdst, src)


def fmv_x_d(dst: int, vsrc: int) -> bytes:
    """General dst = vsrc, 64 bits."""
    return r_type(_FMV_X_D, dst, vsrc)


def fmv_d_x(vdst: int, src: int) -> bytes:
    """vdst = general src, 64 bits."""
    return r_type(_FMV_D_X, vdst, src)


def fsgnj_s(vdst: int, va: int, vb: int) -> bytes:
    """vdst = va with the sign of vb; both binary32."""
    return r_type(_FSGNJ_S, vdst, va, vb)


def fsgnjn_s(vdst: int, va: int, vb: int) -> bytes:
    """vdst = va with the opposite of vb's sign; both binary32. Of one register: its negative."""
    return r_type(_FSGNJN_S, vdst, va, vb)


def fsgnjx_s(vdst: int, va: int, vb: int) -> bytes:
    """vdst = va with the product of both signs; both binary32. Of one register: its absolute value."""
    return r_type(_FSGNJX_S, vdst, va, vb)


def fsgnj_d(vdst: int, va: int, vb: int) -> bytes:
    """vdst = va with the sign of vb; both binary64."""
    return r_type(_FSGNJ_D, vdst, va, vb)


def fsgnjn_d(vdst: int, va: int, vb: int) -> bytes:
    """vdst = va with the opposite of vb's sign; both binary64. Of one register: its negative."""
    return r_type(_FSGNJN_D, vdst, va, vb)


def fsgnjx_d(vdst: int, va: int, vb: int) -> bytes:
    """vdst = va with the product of both signs; both binary64. Of one register: its absolute value."""
    return r_type(_FSGNJX_D, vdst, va, vb)


def fmv_s(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc, a binary32: the `fsgnj_s` of one register."""
    return r_type(_FSGNJ_S, vdst, vsrc, vsrc)


def fmv_d(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc, 64 bits whatever they are: the `fsgnj_d` of one register."""
    return r_type(_FSGNJ_D, vdst, vsrc, vsrc)


def fcvt_s_d(vdst: int, vsrc: int) -> bytes:
    """vdst = binary64 vsrc as binary32, rounded as fcsr says."""
    return r_type(_FCVT_S_D, vdst, vsrc)


def fcvt_d_s(vdst: int, vsrc: int) -> bytes:
    """vdst = binary32 vsrc as binary64."""
    return r_type(_FCVT_D_S, vdst, vsrc)
