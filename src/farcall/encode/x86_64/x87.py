"""The x87 stack: what long double, and results on i386, are returned in."""

from __future__ import annotations

from farcall.encode.x86_64.form import Form, Table, with_memory
from farcall.encode.x86_64.operand import Address

__all__ = ["fild_m", "fistp_m", "fld_m", "fld_st", "fldz", "fstp_m", "fstp_st", "fxch_st"]

# width: (form, opcode digit)
_FLD = Table(
    "fld m",
    "width",
    {32: (Form("fld m32", b"\xd9"), 0), 64: (Form("fld m64", b"\xdd"), 0), 80: (Form("fld m80", b"\xdb"), 5)},
)
_FSTP = Table(
    "fstp m",
    "width",
    {
        32: (Form("fstp m32", b"\xd9"), 3),
        64: (Form("fstp m64", b"\xdd"), 3),
        80: (Form("fstp m80", b"\xdb"), 7),
    },
)
_FILD = Table(
    "fild m",
    "width",
    {16: (Form("fild m16", b"\xdf"), 0), 32: (Form("fild m32", b"\xdb"), 0), 64: (Form("fild m64", b"\xdf"), 5)},
)
_FISTP = Table(
    "fistp m",
    "width",
    {16: (Form("fistp m16", b"\xdf"), 3), 32: (Form("fistp m32", b"\xdb"), 3), 64: (Form("fistp m64", b"\xdf"), 7)},
)
_FLD_ST = Table("fld st(i)", "register", {i: b"\xd9%c" % (0xC0 | i) for i in range(8)})
_FSTP_ST = Table("fstp st(i)", "register", {i: b"\xdd%c" % (0xD8 | i) for i in range(8)})
_FXCH_ST = Table("fxch st(i)", "register", {i: b"\xd9%c" % (0xC8 | i) for i in range(8)})


def fld_m(mem: Address, bits: int) -> bytes:
    """Pushes the float of 32, 64 or 80 bits at mem."""
    form, digit = _FLD[bits]
    return with_memory(form, digit, mem)


def fstp_m(mem: Address, bits: int) -> bytes:
    """Pops to the float of 32, 64 or 80 bits at mem; 80 bits are ten bytes, the padding after them stays."""
    form, digit = _FSTP[bits]
    return with_memory(form, digit, mem)


def fild_m(mem: Address, bits: int) -> bytes:
    """Pushes the signed integer of 16, 32 or 64 bits at mem; the stack holds all of them exactly."""
    form, digit = _FILD[bits]
    return with_memory(form, digit, mem)


def fistp_m(mem: Address, bits: int) -> bytes:
    """Pops to the signed integer of 16, 32 or 64 bits at mem, rounded as the control word says."""
    form, digit = _FISTP[bits]
    return with_memory(form, digit, mem)


def fld_st(i: int) -> bytes:
    """Pushes a copy of st(i)."""
    return _FLD_ST[i]


def fstp_st(i: int) -> bytes:
    """st(i) = st(0), then pops."""
    return _FSTP_ST[i]


def fxch_st(i: int = 1) -> bytes:
    """Swaps st(0) and st(i)."""
    return _FXCH_ST[i]


def fldz() -> bytes:
    """Pushes +0.0."""
    return b"\xd9\xee"
