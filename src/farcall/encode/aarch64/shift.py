"""Shifts, bit-fields, extensions and byte order; `bits` as in `arithmetic`, register 31 is zero.

All but the shifts by a register are names for three instructions that move a field of bits (Arm ARM, C6.2, SBFM,
BFM and UBFM): immr says where it lies or goes, imms which bit is its last.
"""

from __future__ import annotations

from farcall.encode.aarch64.form import WIDE, Form, Table, widths, with_registers
from farcall.encode.field import ranged

__all__ = [
    "asr_ri",
    "asrv",
    "bfi",
    "bfxil",
    "lsl_ri",
    "lslv",
    "lsr_ri",
    "lsrv",
    "rev_r",
    "ror_ri",
    "sbfx",
    "sxtb",
    "sxth",
    "sxtw",
    "ubfx",
    "uxtb",
    "uxth",
    "uxtw",
]

_N = 1 << 22  # set where sf is
_SBFM, _BFM, _UBFM, _EXTR = 0x13000000, 0x33000000, 0x53000000, 0x13800000


def _field(name: str, word: int) -> Table[Form]:
    return widths(name, word, WIDE | _N)


_LSL = _field("lsl {}d, {}n, imm", _UBFM)
_LSR = _field("lsr {}d, {}n, imm", _UBFM)
_ASR = _field("asr {}d, {}n, imm", _SBFM)
_ROR = _field("ror {}d, {}n, imm", _EXTR)
_UBFX = _field("ubfx {}d, {}n, lsb, width", _UBFM)
_SBFX = _field("sbfx {}d, {}n, lsb, width", _SBFM)
_BFI = _field("bfi {}d, {}n, lsb, width", _BFM)
_BFXIL = _field("bfxil {}d, {}n, lsb, width", _BFM)


def _moved(form: Form, dst: int, src: int, immr: int, imms: int) -> bytes:
    return with_registers(form, dst, src, 0, immr << 16 | imms << 10)


def lsl_ri(dst: int, src: int, count: int, bits: int = 64) -> bytes:
    """dst = src << count; count 0 to bits - 1."""
    form = _LSL[bits]
    ranged(count, bits - 1, form.name, "count")
    return _moved(form, dst, src, -count % bits, bits - 1 - count)


def lsr_ri(dst: int, src: int, count: int, bits: int = 64) -> bytes:
    """dst = src >> count, unsigned; count 0 to bits - 1."""
    form = _LSR[bits]
    return _moved(form, dst, src, ranged(count, bits - 1, form.name, "count"), bits - 1)


def asr_ri(dst: int, src: int, count: int, bits: int = 64) -> bytes:
    """dst = src >> count, signed; count 0 to bits - 1."""
    form = _ASR[bits]
    return _moved(form, dst, src, ranged(count, bits - 1, form.name, "count"), bits - 1)


def ror_ri(dst: int, src: int, count: int, bits: int = 64) -> bytes:
    """dst = src rotated right; count 0 to bits - 1."""
    form = _ROR[bits]
    return with_registers(form, dst, src, src, ranged(count, bits - 1, form.name, "count") << 10)


def _lsb_and_width(form: Form, lsb: int, width: int, bits: int) -> None:
    ranged(lsb, bits - 1, form.name, "lsb")
    if not 1 <= width <= bits - lsb:
        raise ValueError(f"{form.name}: width {width!r} is not in 1 to {bits - lsb}")


def ubfx(dst: int, src: int, lsb: int, width: int, bits: int = 64) -> bytes:
    """dst = the `width` bits of src from bit `lsb` on, zero-extended."""
    form = _UBFX[bits]
    _lsb_and_width(form, lsb, width, bits)
    return _moved(form, dst, src, lsb, lsb + width - 1)


def sbfx(dst: int, src: int, lsb: int, width: int, bits: int = 64) -> bytes:
    """dst = the `width` bits of src from bit `lsb` on, sign-extended."""
    form = _SBFX[bits]
    _lsb_and_width(form, lsb, width, bits)
    return _moved(form, dst, src, lsb, lsb + width - 1)


def bfi(dst: int, src: int, lsb: int, width: int, bits: int = 64) -> bytes:
    """The `width` bits of dst from bit `lsb` on = the lowest of src; the other bits of dst stay."""
    form = _BFI[bits]
    _lsb_and_width(form, lsb, width, bits)
    return _moved(form, dst, src, -lsb % bits, width - 1)


def bfxil(dst: int, src: int, lsb: int, width: int, bits: int = 64) -> bytes:
    """The lowest `width` bits of dst = those of src from bit `lsb` on; the other bits of dst stay."""
    form = _BFXIL[bits]
    _lsb_and_width(form, lsb, width, bits)
    return _moved(form, dst, src, lsb, lsb + width - 1)


# --- by a register, whose lower 5 or 6 bits count ---

_LSLV = widths("lsl {}d, {}n, {}m", 0x1AC02000)
_LSRV = widths("lsr {}d, {}n, {}m", 0x1AC02400)
_ASRV = widths("asr {}d, {}n, {}m", 0x1AC02800)


def lslv(dst: int, src: int, count: int, bits: int = 64) -> bytes:
    """dst = src << (register count modulo bits)."""
    return with_registers(_LSLV[bits], dst, src, count)


def lsrv(dst: int, src: int, count: int, bits: int = 64) -> bytes:
    """dst = src >> (register count modulo bits), unsigned."""
    return with_registers(_LSRV[bits], dst, src, count)


def asrv(dst: int, src: int, count: int, bits: int = 64) -> bytes:
    """dst = src >> (register count modulo bits), signed."""
    return with_registers(_ASRV[bits], dst, src, count)


# --- extensions: to 64 bits; with zeros by the 32-bit form, which clears the upper half ---

_SXTB = Form("sxtb xd, wn", _SBFM | WIDE | _N | 7 << 10)
_SXTH = Form("sxth xd, wn", _SBFM | WIDE | _N | 15 << 10)
_SXTW = Form("sxtw xd, wn", _SBFM | WIDE | _N | 31 << 10)
_UXTB = Form("uxtb wd, wn", _UBFM | 7 << 10)
_UXTH = Form("uxth wd, wn", _UBFM | 15 << 10)
_UXTW = Form("mov wd, wm", 0x2A0003E0, ("Rd", "", "Rm"))


def sxtb(dst: int, src: int) -> bytes:
    """dst = the low 8 bits of src, sign-extended to 64."""
    return with_registers(_SXTB, dst, src)


def sxth(dst: int, src: int) -> bytes:
    """dst = the low 16 bits of src, sign-extended to 64."""
    return with_registers(_SXTH, dst, src)


def sxtw(dst: int, src: int) -> bytes:
    """dst = the low 32 bits of src, sign-extended to 64."""
    return with_registers(_SXTW, dst, src)


def uxtb(dst: int, src: int) -> bytes:
    """dst = the low 8 bits of src, zero-extended to 64."""
    return with_registers(_UXTB, dst, src)


def uxth(dst: int, src: int) -> bytes:
    """dst = the low 16 bits of src, zero-extended to 64."""
    return with_registers(_UXTH, dst, src)


def uxtw(dst: int, src: int) -> bytes:
    """dst = the low 32 bits of src, zero-extended to 64: the 32-bit mov."""
    return with_registers(_UXTW, dst, 0, src)


# --- byte order ---

_REV = Table("rev rd, rn", "width", {32: Form("rev wd, wn", 0x5AC00800), 64: Form("rev xd, xn", 0xDAC00C00)})


def rev_r(dst: int, src: int, bits: int = 64) -> bytes:
    """dst = src with its 4 or 8 bytes in reverse order."""
    return with_registers(_REV[bits], dst, src)
