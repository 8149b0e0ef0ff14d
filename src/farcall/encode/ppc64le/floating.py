"""Floating-point registers, whose numbers are binary64 whatever they were in memory, and vector registers."""

from __future__ import annotations

from farcall.encode.ppc64le.form import PACK, Form, based, registers, x_form

__all__ = ["fmr", "frsp", "lxvd2x", "stxvd2x", "vor", "xxswapd"]

_FMR = Form("fmr ft, fb", 0xFC000090)
_FRSP = Form("frsp ft, fb", 0xFC000018)
_LXVD2X = Form("lxvd2x vst, ra, rb", 0x7C000699)
_STXVD2X = Form("stxvd2x vst, ra, rb", 0x7C000799)
_XXSWAPD = Form("xxswapd vst, vsb", 0xF0000257)
_VOR = Form("vor vt, va, vb", 0x10000484)


def fmr(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc, 64 bits."""
    return x_form(_FMR, vdst, 0, vsrc)


def frsp(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc rounded to binary32, as the control register says."""
    return x_form(_FRSP, vdst, 0, vsrc)


# --- vector registers ---


def lxvd2x(vdst: int, base: int, index: int) -> bytes:
    """The two doublewords of vdst, the upper one first = those at [base + index]."""
    return x_form(_LXVD2X, vdst, based(_LXVD2X, base), index)


def stxvd2x(vsrc: int, base: int, index: int) -> bytes:
    """Those at [base + index] = the two doublewords of vsrc, the upper one first."""
    return x_form(_STXVD2X, vsrc, based(_STXVD2X, base), index)


def xxswapd(vdst: int, vsrc: int) -> bytes:
    """vdst = vsrc with its doublewords exchanged."""
    return PACK(registers(_XXSWAPD, vdst, vsrc, vsrc))


def vor(vdst: int, va: int, vb: int) -> bytes:
    """vdst = va | vb; of one register, a copy of it."""
    return x_form(_VOR, vdst, va, vb)
