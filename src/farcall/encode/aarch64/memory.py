"""Loads and stores of one register. The base is a general register or SP (31).

`bits` is the width of what is moved. An offset is in bytes: the encoder takes the scaled form, 0 to 4095 times
the size of what is moved, or else the unscaled one, -256 to 255; `fits` tells whether one of them holds it.
"""

from __future__ import annotations

from farcall.encode.aarch64.form import Form, Table, by_size, displacement, with_registers
from farcall.encode.aarch64.registers import SP
from farcall.encode.field import signed

__all__ = [
    "adr",
    "adrp",
    "fits",
    "ldr",
    "ldr_indexed",
    "ldr_literal",
    "ldr_post",
    "ldr_pre",
    "ldr_v",
    "ldr_v_indexed",
    "ldrs",
    "ldrs_indexed",
    "str_",
    "str_indexed",
    "str_post",
    "str_pre",
    "str_v",
    "str_v_indexed",
]

_T = ("Rt", "Rn", "Rm")
# The fixed bits of the unscaled form; the others add to it alike.
_LDR = by_size(
    "ldr rt, [xn]",
    {
        8: ("ldrb wt, [xn]", 0x38400000),
        16: ("ldrh wt, [xn]", 0x78400000),
        32: ("ldr wt, [xn]", 0xB8400000),
        64: ("ldr xt, [xn]", 0xF8400000),
    },
    _T,
)
_LDRS = by_size(
    "ldrs xt, [xn]",
    {
        8: ("ldrsb xt, [xn]", 0x38800000),
        16: ("ldrsh xt, [xn]", 0x78800000),
        32: ("ldrsw xt, [xn]", 0xB8800000),
    },
    _T,
)
_STR = by_size(
    "str rt, [xn]",
    {
        8: ("strb wt, [xn]", 0x38000000),
        16: ("strh wt, [xn]", 0x78000000),
        32: ("str wt, [xn]", 0xB8000000),
        64: ("str xt, [xn]", 0xF8000000),
    },
    _T,
)
_LDR_V = by_size(
    "ldr vt, [xn]",
    {
        8: ("ldr bt, [xn]", 0x3C400000),
        16: ("ldr ht, [xn]", 0x7C400000),
        32: ("ldr st, [xn]", 0xBC400000),
        64: ("ldr dt, [xn]", 0xFC400000),
        128: ("ldr qt, [xn]", 0x3CC00000),
    },
    _T,
)
_STR_V = by_size(
    "str vt, [xn]",
    {
        8: ("str bt, [xn]", 0x3C000000),
        16: ("str ht, [xn]", 0x7C000000),
        32: ("str st, [xn]", 0xBC000000),
        64: ("str dt, [xn]", 0xFC000000),
        128: ("str qt, [xn]", 0x3C800000),
    },
    _T,
)
_SCALED = 0x01000000
_POST, _PRE, _INDEXED = 0x400, 0xC00, 0x00206800  # the last with the index taken as 64 bits, "lsl"


def fits(offset: int, bits: int) -> bool:
    """Whether a load or store of `bits` bits reaches `offset` from its base."""
    size = bits >> 3
    return -256 <= offset <= 255 or (0 <= offset <= 4095 * size and not offset % size)


def _at(forms: Table[Form], rt: int, base: int, offset: int, bits: int) -> bytes:
    form = forms[bits]
    size = bits >> 3
    if 0 <= offset <= 4095 * size and not offset % size:
        return with_registers(form, rt, base, 0, _SCALED | offset // size << 10)
    if -256 <= offset <= 255:
        return with_registers(form, rt, base, 0, (offset & 0x1FF) << 12)
    raise ValueError(
        f"{form.name}: offset {offset!r} is neither a multiple of {size} in 0 to {4095 * size} nor in -256 to 255"
    )


def ldr(rt: int, base: int, offset: int = 0, bits: int = 64) -> bytes:
    """rt = 8, 16, 32 or 64 bits at [base + offset], zero-extended to 64."""
    return _at(_LDR, rt, base, offset, bits)


def ldrs(rt: int, base: int, offset: int = 0, bits: int = 32) -> bytes:
    """rt = 8, 16 or 32 bits at [base + offset], sign-extended to 64."""
    return _at(_LDRS, rt, base, offset, bits)


def str_(rt: int, base: int, offset: int = 0, bits: int = 64) -> bytes:
    """[base + offset] = the low 8, 16, 32 or 64 bits of rt."""
    return _at(_STR, rt, base, offset, bits)


def ldr_v(vt: int, base: int, offset: int = 0, bits: int = 64) -> bytes:
    """Vector register vt = 8, 16, 32, 64 or 128 bits at [base + offset]; the rest of it is cleared."""
    return _at(_LDR_V, vt, base, offset, bits)


def str_v(vt: int, base: int, offset: int = 0, bits: int = 64) -> bytes:
    """[base + offset] = the low 8, 16, 32, 64 or 128 bits of vector register vt."""
    return _at(_STR_V, vt, base, offset, bits)


# --- the base moves as well ---


def _moving(forms: Table[Form], rt: int, base: int, offset: int, bits: int, mode: int) -> bytes:
    form = forms[bits]
    if rt == base != SP:  # constrained unpredictable (Arm ARM, K1.2): both want the register
        raise ValueError(f"{form.name}: Rt operand {rt!r} is the base that is written back")
    return with_registers(form, rt, base, 0, signed(offset, 9, form.name, "offset") << 12 | mode)


def ldr_pre(rt: int, base: int, offset: int, bits: int = 64) -> bytes:
    """base += offset (-256 to 255), then rt = [base]."""
    return _moving(_LDR, rt, base, offset, bits, _PRE)


def ldr_post(rt: int, base: int, offset: int, bits: int = 64) -> bytes:
    """rt = [base], then base += offset (-256 to 255)."""
    return _moving(_LDR, rt, base, offset, bits, _POST)


def str_pre(rt: int, base: int, offset: int, bits: int = 64) -> bytes:
    """base += offset (-256 to 255), then [base] = rt."""
    return _moving(_STR, rt, base, offset, bits, _PRE)


def str_post(rt: int, base: int, offset: int, bits: int = 64) -> bytes:
    """[base] = rt, then base += offset (-256 to 255)."""
    return _moving(_STR, rt, base, offset, bits, _POST)


# --- [base + index], the index times the size of what is moved where `scaled` ---


def _indexed(forms: Table[Form], rt: int, base: int, index: int, scaled: bool, bits: int) -> bytes:
    form = forms[bits]
    return with_registers(form, rt, base, index, _INDEXED | bool(scaled) << 12)


def ldr_indexed(rt: int, base: int, index: int, scaled: bool = False, bits: int = 64) -> bytes:
    """rt = 8, 16, 32 or 64 bits at [base + index], zero-extended; index 31 is zero."""
    return _indexed(_LDR, rt, base, index, scaled, bits)


def ldrs_indexed(rt: int, base: int, index: int, scaled: bool = False, bits: int = 32) -> bytes:
    """rt = 8, 16 or 32 bits at [base + index], sign-extended to 64."""
    return _indexed(_LDRS, rt, base, index, scaled, bits)


def str_indexed(rt: int, base: int, index: int, scaled: bool = False, bits: int = 64) -> bytes:
    """[base + index] = the low 8, 16, 32 or 64 bits of rt."""
    return _indexed(_STR, rt, base, index, scaled, bits)


def ldr_v_indexed(vt: int, base: int, index: int, scaled: bool = False, bits: int = 64) -> bytes:
    """Vector register vt = 8 to 128 bits at [base + index]."""
    return _indexed(_LDR_V, vt, base, index, scaled, bits)


def str_v_indexed(vt: int, base: int, index: int, scaled: bool = False, bits: int = 64) -> bytes:
    """[base + index] = the low 8 to 128 bits of vector register vt."""
    return _indexed(_STR_V, vt, base, index, scaled, bits)


# --- near the instruction itself ---

_LITERAL = by_size(
    "ldr rt, label", {32: ("ldr wt, label", 0x18000000), 64: ("ldr xt, label", 0x58000000)}, ("Rt", "", "")
)
_ADR = Form("adr xd, label", 0x10000000)
_ADRP = Form("adrp xd, label", 0x90000000)


def ldr_literal(rt: int, distance: int, bits: int = 64) -> bytes:
    """rt = 32 or 64 bits that lie `distance` bytes (a multiple of 4, up to 1 MiB) from this instruction."""
    form = _LITERAL[bits]
    return with_registers(form, rt, 0, 0, displacement(distance, 19, form.name) << 5)


def adr(dst: int, distance: int) -> bytes:
    """dst = the address `distance` bytes (up to 1 MiB, in bytes) from this instruction."""
    field = signed(distance, 21, _ADR.name, "displacement")
    return with_registers(_ADR, dst, 0, 0, (field & 3) << 29 | field >> 2 << 5)


def adrp(dst: int, pages: int) -> bytes:
    """dst = the start of the page of 4 KiB that lies `pages` pages (up to 4 GiB in bytes) from this instruction's page."""
    field = signed(pages, 21, _ADRP.name, "displacement")
    return with_registers(_ADRP, dst, 0, 0, (field & 3) << 29 | field >> 2 << 5)
