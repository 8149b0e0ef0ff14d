"""Sums, differences, products and comparisons of general registers.

`bits` is the operand width, 32 or 64; a 32-bit destination has its upper half cleared. Register 31 is the zero
register unless the function says that it is the stack pointer.
"""

from __future__ import annotations

from farcall.encode.aarch64.form import Form, Table, widths, with_registers
from farcall.encode.aarch64.registers import XZR
from farcall.encode.field import ranged, register, unsigned

__all__ = [
    "SXTB",
    "SXTH",
    "SXTW",
    "SXTX",
    "UXTB",
    "UXTH",
    "UXTW",
    "UXTX",
    "add_extended",
    "add_ri",
    "add_rr",
    "cmn_ri",
    "cmp_ri",
    "cmp_rr",
    "madd",
    "msub",
    "mul_rr",
    "neg_r",
    "sdiv_rr",
    "smulh_rr",
    "sub_extended",
    "sub_ri",
    "sub_rr",
    "udiv_rr",
    "umulh_rr",
]

# --- with an immediate of 12 bits ---

_ADD_I = widths("add {}d, {}n, imm12", 0x11000000)
_SUB_I = widths("sub {}d, {}n, imm12", 0x51000000)
_CMP_I = widths("cmp {}n, imm12", 0x71000000 | XZR, fields=("", "Rn", ""))
_CMN_I = widths("cmn {}n, imm12", 0x31000000 | XZR, fields=("", "Rn", ""))


def _immediate(form: Form, imm: int, shift12: bool) -> int:
    return unsigned(imm, 12, form.name, "immediate") << 10 | bool(shift12) << 22


def add_ri(dst: int, src: int, imm: int, shift12: bool = False, bits: int = 64) -> bytes:
    """dst = src + imm (0 to 4095), or + imm * 4096; register 31 is SP in both places."""
    form = _ADD_I[bits]
    return with_registers(form, dst, src, 0, _immediate(form, imm, shift12))


def sub_ri(dst: int, src: int, imm: int, shift12: bool = False, bits: int = 64) -> bytes:
    """dst = src - imm (0 to 4095), or - imm * 4096; register 31 is SP in both places."""
    form = _SUB_I[bits]
    return with_registers(form, dst, src, 0, _immediate(form, imm, shift12))


def cmp_ri(a: int, imm: int, shift12: bool = False, bits: int = 64) -> bytes:
    """The flags of a - imm (0 to 4095), or of a - imm * 4096; register 31 is SP."""
    form = _CMP_I[bits]
    return with_registers(form, 0, a, 0, _immediate(form, imm, shift12))


def cmn_ri(a: int, imm: int, shift12: bool = False, bits: int = 64) -> bytes:
    """The flags of a + imm, so of a comparison with -imm; register 31 is SP."""
    form = _CMN_I[bits]
    return with_registers(form, 0, a, 0, _immediate(form, imm, shift12))


# --- with a register, shifted left ---

_ADD = widths("add {}d, {}n, {}m", 0x0B000000)
_SUB = widths("sub {}d, {}n, {}m", 0x4B000000)
_CMP = widths("cmp {}n, {}m", 0x6B000000 | XZR, fields=("", "Rn", "Rm"))
_NEG = widths("neg {}d, {}m", 0x4B000000 | XZR << 5, fields=("Rd", "", "Rm"))


def add_rr(dst: int, a: int, b: int, shift: int = 0, bits: int = 64) -> bytes:
    """dst = a + (b << shift); shift 0 to bits - 1. Register 31 is zero everywhere: see `add_extended` for SP."""
    form = _ADD[bits]
    return with_registers(form, dst, a, b, ranged(shift, bits - 1, form.name, "shift") << 10)


def sub_rr(dst: int, a: int, b: int, shift: int = 0, bits: int = 64) -> bytes:
    """dst = a - (b << shift); shift 0 to bits - 1. Register 31 is zero everywhere: see `sub_extended` for SP."""
    form = _SUB[bits]
    return with_registers(form, dst, a, b, ranged(shift, bits - 1, form.name, "shift") << 10)


def cmp_rr(a: int, b: int, shift: int = 0, bits: int = 64) -> bytes:
    """The flags of a - (b << shift); shift 0 to bits - 1."""
    form = _CMP[bits]
    return with_registers(form, 0, a, b, ranged(shift, bits - 1, form.name, "shift") << 10)


def neg_r(dst: int, src: int, shift: int = 0, bits: int = 64) -> bytes:
    """dst = -(src << shift); shift 0 to bits - 1."""
    form = _NEG[bits]
    return with_registers(form, dst, 0, src, ranged(shift, bits - 1, form.name, "shift") << 10)


# --- with a register, extended: the only sums of two registers in which 31 is SP ---

UXTB, UXTH, UXTW, UXTX, SXTB, SXTH, SXTW, SXTX = range(8)
_ADD_X = widths("add {}d|sp, {}n|sp, rm, extend", 0x0B200000)
_SUB_X = widths("sub {}d|sp, {}n|sp, rm, extend", 0x4B200000)


def _extension(form: Form, extend: int, shift: int) -> int:
    return ranged(extend, 7, form.name, "extend") << 13 | ranged(shift, 4, form.name, "shift") << 10


def add_extended(dst: int, a: int, b: int, extend: int = UXTX, shift: int = 0, bits: int = 64) -> bytes:
    """dst = a + (extended b << shift); shift 0 to 4. Register 31 is SP as dst and a, zero as b."""
    form = _ADD_X[bits]
    return with_registers(form, dst, a, b, _extension(form, extend, shift))


def sub_extended(dst: int, a: int, b: int, extend: int = UXTX, shift: int = 0, bits: int = 64) -> bytes:
    """dst = a - (extended b << shift); shift 0 to 4. Register 31 is SP as dst and a, zero as b."""
    form = _SUB_X[bits]
    return with_registers(form, dst, a, b, _extension(form, extend, shift))


# --- products and quotients ---

_MADD = widths("madd {}d, {}n, {}m, {}a", 0x1B000000)
_MSUB = widths("msub {}d, {}n, {}m, {}a", 0x1B008000)
_MUL = widths("mul {}d, {}n, {}m", 0x1B000000 | XZR << 10)
_SDIV = widths("sdiv {}d, {}n, {}m", 0x1AC00C00)
_UDIV = widths("udiv {}d, {}n, {}m", 0x1AC00800)
_SMULH = Form("smulh xd, xn, xm", 0x9B400000 | XZR << 10)
_UMULH = Form("umulh xd, xn, xm", 0x9BC00000 | XZR << 10)


def _with_addend(forms: Table[Form], dst: int, a: int, b: int, addend: int, bits: int) -> bytes:
    form = forms[bits]
    return with_registers(form, dst, a, b, register(addend, form.name, "Ra") << 10)


def madd(dst: int, a: int, b: int, addend: int, bits: int = 64) -> bytes:
    """dst = addend + a * b."""
    return _with_addend(_MADD, dst, a, b, addend, bits)


def msub(dst: int, a: int, b: int, minuend: int, bits: int = 64) -> bytes:
    """dst = minuend - a * b."""
    return _with_addend(_MSUB, dst, a, b, minuend, bits)


def mul_rr(dst: int, a: int, b: int, bits: int = 64) -> bytes:
    """dst = the lower half of a * b."""
    return with_registers(_MUL[bits], dst, a, b)


def smulh_rr(dst: int, a: int, b: int) -> bytes:
    """dst = the upper 64 bits of the signed product a * b."""
    return with_registers(_SMULH, dst, a, b)


def umulh_rr(dst: int, a: int, b: int) -> bytes:
    """dst = the upper 64 bits of the unsigned product a * b."""
    return with_registers(_UMULH, dst, a, b)


def sdiv_rr(dst: int, a: int, b: int, bits: int = 64) -> bytes:
    """dst = a / b, signed, cut toward zero; 0 where b is 0."""
    return with_registers(_SDIV[bits], dst, a, b)


def udiv_rr(dst: int, a: int, b: int, bits: int = 64) -> bytes:
    """dst = a / b, unsigned; 0 where b is 0."""
    return with_registers(_UDIV[bits], dst, a, b)
