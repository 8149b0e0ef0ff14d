"""VFP's registers: loads and stores, whose addresses are multiples of 4, moves, and conversions."""

from __future__ import annotations

from farcall.encode.arm.form import PACK, Form, core, double, single, vfp_form

__all__ = [
    "vcvt_d_s", "vcvt_s_d", "vfits", "vldr_d", "vldr_s", "vmov_d", "vmov_d_rr", "vmov_r_s", "vmov_rr_d", "vmov_s", "vmov_s_r",
    "vstr_d", "vstr_s",
]  # fmt: skip

_VLDR_S = Form("vldr sd, [rn, offset]", 0xED100A00)
_VLDR_D = Form("vldr dd, [rn, offset]", 0xED100B00)
_VSTR_S = Form("vstr sd, [rn, offset]", 0xED000A00)
_VSTR_D = Form("vstr dd, [rn, offset]", 0xED000B00)
_VMOV_S = Form("vmov.f32 sd, sm", 0xEEB00A40)
_VMOV_D = Form("vmov.f64 dd, dm", 0xEEB00B40)
_VCVT_D_S = Form("vcvt.f64.f32 dd, sm", 0xEEB70AC0)
_VCVT_S_D = Form("vcvt.f32.f64 sd, dm", 0xEEB70BC0)
_VMOV_R_S = Form("vmov rt, sn", 0xEE100A10)
_VMOV_S_R = Form("vmov sn, rt", 0xEE000A10)
_VMOV_RR_D = Form("vmov rt, rt2, dm", 0xEC500B10)
_VMOV_D_RR = Form("vmov dm, rt, rt2", 0xEC400B10)


def vfits(offset: int) -> bool:
    """Whether a load or store takes the offset."""
    return -1024 < offset < 1024 and not offset % 4


def vldr_s(vdst: int, base: int, offset: int = 0) -> bytes:
    """vdst, a single = 32 bits [base + offset]."""
    return vfp_form(_VLDR_S, single(_VLDR_S, vdst, "sd", 12, 22), base, offset)


def vldr_d(vdst: int, base: int, offset: int = 0) -> bytes:
    """vdst, a double = 64 bits [base + offset]."""
    return vfp_form(_VLDR_D, double(_VLDR_D, vdst, "dd", 12), base, offset)


def vstr_s(vsrc: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = vsrc, a single."""
    return vfp_form(_VSTR_S, single(_VSTR_S, vsrc, "sd", 12, 22), base, offset)


def vstr_d(vsrc: int, base: int, offset: int = 0) -> bytes:
    """[base + offset] = vsrc, a double."""
    return vfp_form(_VSTR_D, double(_VSTR_D, vsrc, "dd", 12), base, offset)


def vmov_s(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc, singles."""
    return PACK(_VMOV_S.word | single(_VMOV_S, vdst, "sd", 12, 22) | single(_VMOV_S, vsrc, "sm", 0, 5))


def vmov_d(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc, doubles."""
    return PACK(_VMOV_D.word | double(_VMOV_D, vdst, "dd", 12) | double(_VMOV_D, vsrc, "dm", 0))


def vcvt_d_s(vdst: int, vsrc: int) -> bytes:
    """vdst, a double = vsrc, a single."""
    return PACK(_VCVT_D_S.word | double(_VCVT_D_S, vdst, "dd", 12) | single(_VCVT_D_S, vsrc, "sm", 0, 5))


def vcvt_s_d(vdst: int, vsrc: int) -> bytes:
    """vdst, a single = vsrc, a double, rounded."""
    return PACK(_VCVT_S_D.word | single(_VCVT_S_D, vdst, "sd", 12, 22) | double(_VCVT_S_D, vsrc, "dm", 0))


def vmov_r_s(dst: int, vsrc: int) -> bytes:
    """dst = vsrc, a single, bit by bit."""
    return PACK(_VMOV_R_S.word | single(_VMOV_R_S, vsrc, "sn", 16, 7) | core(_VMOV_R_S, dst, "rt") << 12)


def vmov_s_r(vdst: int, src: int) -> bytes:
    """vdst, a single = src, bit by bit."""
    return PACK(_VMOV_S_R.word | single(_VMOV_S_R, vdst, "sn", 16, 7) | core(_VMOV_S_R, src, "rt") << 12)


def vmov_rr_d(low: int, high: int, vsrc: int) -> bytes:
    """low and high, which are not one register = the halves of vsrc, a double."""
    if low == high:
        raise ValueError(f"{_VMOV_RR_D.name}: rt and rt2 are both {low!r}")
    word = core(_VMOV_RR_D, high, "rt2") << 16 | core(_VMOV_RR_D, low, "rt") << 12
    return PACK(_VMOV_RR_D.word | word | double(_VMOV_RR_D, vsrc, "dm", 0))


def vmov_d_rr(vdst: int, low: int, high: int) -> bytes:
    """The halves of vdst, a double = low and high."""
    word = core(_VMOV_D_RR, high, "rt2") << 16 | core(_VMOV_D_RR, low, "rt") << 12
    return PACK(_VMOV_D_RR.word | word | double(_VMOV_D_RR, vdst, "dm", 0))
