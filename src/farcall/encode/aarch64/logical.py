"""Bitwise operations of general registers; `bits` as in `arithmetic`, register 31 is zero but where stated."""

from __future__ import annotations

from farcall.encode.aarch64.bitmask import bitmask, is_bitmask
from farcall.encode.aarch64.form import Form, Table, widths, with_registers
from farcall.encode.aarch64.registers import XZR
from farcall.encode.field import ranged

__all__ = [
    "and_ri",
    "and_rr",
    "bic_rr",
    "eor_ri",
    "eor_rr",
    "is_bitmask",
    "mvn_r",
    "orr_ri",
    "orr_rr",
    "tst_ri",
    "tst_rr",
]

_AND_I = widths("and {}d, {}n, bitmask", 0x12000000)
_ORR_I = widths("orr {}d, {}n, bitmask", 0x32000000)
_EOR_I = widths("eor {}d, {}n, bitmask", 0x52000000)
_TST_I = widths("tst {}n, bitmask", 0x72000000 | XZR, fields=("", "Rn", ""))
_AND = widths("and {}d, {}n, {}m", 0x0A000000)
_BIC = widths("bic {}d, {}n, {}m", 0x0A200000)
_ORR = widths("orr {}d, {}n, {}m", 0x2A000000)
_EOR = widths("eor {}d, {}n, {}m", 0x4A000000)
_TST = widths("tst {}n, {}m", 0x6A000000 | XZR, fields=("", "Rn", "Rm"))
_MVN = widths("mvn {}d, {}m", 0x2A200000 | XZR << 5, fields=("Rd", "", "Rm"))


def _with_bitmask(forms: Table[Form], dst: int, src: int, imm: int, bits: int) -> bytes:
    form = forms[bits]
    return with_registers(form, dst, src, 0, bitmask(imm, bits, form.name))


def _shifted(forms: Table[Form], dst: int, a: int, b: int, shift: int, bits: int) -> bytes:
    form = forms[bits]
    return with_registers(form, dst, a, b, ranged(shift, bits - 1, form.name, "shift") << 10)


def and_ri(dst: int, src: int, imm: int, bits: int = 64) -> bytes:
    """dst = src & imm, a number for which `is_bitmask` is true; register 31 is SP as dst."""
    return _with_bitmask(_AND_I, dst, src, imm, bits)


def orr_ri(dst: int, src: int, imm: int, bits: int = 64) -> bytes:
    """dst = src | imm, a number for which `is_bitmask` is true; register 31 is SP as dst."""
    return _with_bitmask(_ORR_I, dst, src, imm, bits)


def eor_ri(dst: int, src: int, imm: int, bits: int = 64) -> bytes:
    """dst = src ^ imm, a number for which `is_bitmask` is true; register 31 is SP as dst."""
    return _with_bitmask(_EOR_I, dst, src, imm, bits)


def tst_ri(a: int, imm: int, bits: int = 64) -> bytes:
    """The flags of a & imm, a number for which `is_bitmask` is true."""
    return _with_bitmask(_TST_I, 0, a, imm, bits)


def and_rr(dst: int, a: int, b: int, shift: int = 0, bits: int = 64) -> bytes:
    """dst = a & (b << shift); shift 0 to bits - 1."""
    return _shifted(_AND, dst, a, b, shift, bits)


def bic_rr(dst: int, a: int, b: int, shift: int = 0, bits: int = 64) -> bytes:
    """dst = a & ~(b << shift); shift 0 to bits - 1."""
    return _shifted(_BIC, dst, a, b, shift, bits)


def orr_rr(dst: int, a: int, b: int, shift: int = 0, bits: int = 64) -> bytes:
    """dst = a | (b << shift); shift 0 to bits - 1."""
    return _shifted(_ORR, dst, a, b, shift, bits)


def eor_rr(dst: int, a: int, b: int, shift: int = 0, bits: int = 64) -> bytes:
    """dst = a ^ (b << shift); shift 0 to bits - 1."""
    return _shifted(_EOR, dst, a, b, shift, bits)


def tst_rr(a: int, b: int, shift: int = 0, bits: int = 64) -> bytes:
    """The flags of a & (b << shift); shift 0 to bits - 1."""
    return _shifted(_TST, 0, a, b, shift, bits)


def mvn_r(dst: int, src: int, shift: int = 0, bits: int = 64) -> bytes:
    """dst = ~(src << shift); shift 0 to bits - 1."""
    return _shifted(_MVN, dst, 0, src, shift, bits)
