"""Loads and stores of two registers, one behind the other; the base is a general register or SP (31).

The offset is in bytes, -64 to 63 times the size of one register. Mode "offset" leaves the base; "pre" adds the
offset to it before the access, "post" after the access at the base itself.
"""

from __future__ import annotations

from farcall.encode.aarch64.form import Form, Table, by_size, with_registers
from farcall.encode.aarch64.registers import SP
from farcall.encode.field import register, signed

__all__ = ["fits_pair", "ldp", "ldp_v", "stp", "stp_v"]

_MODES = {"post": 1 << 23, "offset": 2 << 23, "pre": 3 << 23}
_FIELDS = ("Rt", "Rn", "")
_LDP = by_size(
    "ldp rt, rt2, [xn]",
    {32: ("ldp wt, wt2, [xn]", 0x28400000), 64: ("ldp xt, xt2, [xn]", 0xA8400000)},
    _FIELDS,
)
_STP = by_size(
    "stp rt, rt2, [xn]",
    {32: ("stp wt, wt2, [xn]", 0x28000000), 64: ("stp xt, xt2, [xn]", 0xA8000000)},
    _FIELDS,
)
_LDP_V = by_size(
    "ldp vt, vt2, [xn]",
    {
        32: ("ldp st, st2, [xn]", 0x2C400000),
        64: ("ldp dt, dt2, [xn]", 0x6C400000),
        128: ("ldp qt, qt2, [xn]", 0xAC400000),
    },
    _FIELDS,
)
_STP_V = by_size(
    "stp vt, vt2, [xn]",
    {
        32: ("stp st, st2, [xn]", 0x2C000000),
        64: ("stp dt, dt2, [xn]", 0x6C000000),
        128: ("stp qt, qt2, [xn]", 0xAC000000),
    },
    _FIELDS,
)


def fits_pair(offset: int, bits: int = 64) -> bool:
    """Whether a pair of registers of `bits` bits reaches `offset` from its base."""
    size = bits >> 3
    return -64 * size <= offset <= 63 * size and not offset % size


def _pair(form: Form, rt1: int, rt2: int, base: int, offset: int, mode: str, bits: int) -> bytes:
    name = form.name
    how = _MODES.get(mode)
    if how is None:
        raise ValueError(f"{name}: mode {mode!r} is none of offset, pre, post")
    word = how | signed(offset, 7, name, "offset", bits >> 3) << 15 | register(rt2, name, "Rt2") << 10
    return with_registers(form, rt1, base, 0, word)


def _apart(forms: Table[Form], rt1: int, rt2: int, bits: int) -> Form:
    """The form of a load; constrained unpredictable (Arm ARM, K1.2) where both results want one register."""
    form = forms[bits]
    if rt1 == rt2:
        raise ValueError(f"{form.name}: Rt2 operand {rt2!r} is Rt as well")
    return form


def _unwritten(form: Form, rt1: int, rt2: int, base: int, mode: str) -> Form:
    """The form of a move of general registers, none of which may be a base that is written back."""
    if mode != "offset" and base != SP and base in (rt1, rt2):
        field = "Rt" if rt1 == base else "Rt2"
        raise ValueError(f"{form.name}: {field} operand {base!r} is the base that is written back")
    return form


def ldp(rt1: int, rt2: int, base: int, offset: int = 0, mode: str = "offset", bits: int = 64) -> bytes:
    """rt1, rt2 = two times 32 or 64 bits at [base + offset]; two different registers."""
    form = _unwritten(_apart(_LDP, rt1, rt2, bits), rt1, rt2, base, mode)
    return _pair(form, rt1, rt2, base, offset, mode, bits)


def stp(rt1: int, rt2: int, base: int, offset: int = 0, mode: str = "offset", bits: int = 64) -> bytes:
    """[base + offset] = rt1, rt2, two times 32 or 64 bits."""
    form = _unwritten(_STP[bits], rt1, rt2, base, mode)
    return _pair(form, rt1, rt2, base, offset, mode, bits)


def ldp_v(vt1: int, vt2: int, base: int, offset: int = 0, mode: str = "offset", bits: int = 64) -> bytes:
    """Vector registers vt1, vt2 = two times 32, 64 or 128 bits at [base + offset]; two different ones."""
    return _pair(_apart(_LDP_V, vt1, vt2, bits), vt1, vt2, base, offset, mode, bits)


def stp_v(vt1: int, vt2: int, base: int, offset: int = 0, mode: str = "offset", bits: int = 64) -> bytes:
    """[base + offset] = vector registers vt1, vt2, two times 32, 64 or 128 bits."""
    return _pair(_STP_V[bits], vt1, vt2, base, offset, mode, bits)
