"""Shifts, rotations, byte order and single bits; names and `bits` as in `move`."""

from __future__ import annotations

from farcall.encode.x86_64.form import Form, Table, plus_register, widths, with_memory, with_register
from farcall.encode.x86_64.immediate import ranged
from farcall.encode.x86_64.operand import Address

__all__ = [
    "ROL",
    "ROR",
    "SAR",
    "SHL",
    "SHR",
    "bswap_r",
    "bt_mi",
    "bt_ri",
    "shift_mcl",
    "shift_mi",
    "shift_rcl",
    "shift_ri",
    "shld_rrcl",
    "shld_rri",
    "shrd_rrcl",
    "shrd_rri",
]

# The operation is the digit of opcodes D0 (by one), C0 (by an immediate) and D2 (by CL).
ROL, ROR, SHL, SHR, SAR = 0, 1, 4, 5, 7
_NAMES = {ROL: "rol", ROR: "ror", SHL: "shl", SHR: "shr", SAR: "sar"}


def _by_operation(count: str, byte: bytes, wide: bytes) -> Table[Table[Form]]:
    rows = {op: widths(f"{name} r/m{{}}, {count}", byte, wide, reg_is_operand=False) for op, name in _NAMES.items()}
    return Table("shift", "operation", rows)


_BY_ONE = _by_operation("1", b"\xd0", b"\xd1")
_BY_IMMEDIATE = _by_operation("imm8", b"\xc0", b"\xc1")
_BY_CL = _by_operation("cl", b"\xd2", b"\xd3")


def _count(count: int, bits: int, name: str) -> bytes:
    # The CPU masks the count to 6 bits at 64 and to 5 bits below; a count it would change is refused.
    return ranged(count, 63 if bits == 64 else 31, name, "count")


def shift_ri(op: int, reg: int, count: int, bits: int = 64) -> bytes:
    """reg = reg op count; count 0 to 63 at 64 bits, 0 to 31 below."""
    if count == 1:
        return with_register(_BY_ONE[op][bits], op, reg)
    form = _BY_IMMEDIATE[op][bits]
    return with_register(form, op, reg) + _count(count, bits, form.name)


def shift_mi(op: int, mem: Address, count: int, bits: int = 64) -> bytes:
    """[mem] = [mem] op count; count 0 to 63 at 64 bits, 0 to 31 below."""
    if count == 1:
        return with_memory(_BY_ONE[op][bits], op, mem)
    form = _BY_IMMEDIATE[op][bits]
    return with_memory(form, op, mem) + _count(count, bits, form.name)


def shift_rcl(op: int, reg: int, bits: int = 64) -> bytes:
    """reg = reg op CL."""
    return with_register(_BY_CL[op][bits], op, reg)


def shift_mcl(op: int, mem: Address, bits: int = 64) -> bytes:
    """[mem] = [mem] op CL."""
    return with_memory(_BY_CL[op][bits], op, mem)


# --- double shifts: 16, 32 or 64 bits; the bits shifted in come from src ---

_SHLD = widths("shld r/m{}, r{}, imm8", None, b"\x0f\xa4")
_SHLD_CL = widths("shld r/m{}, r{}, cl", None, b"\x0f\xa5")
_SHRD = widths("shrd r/m{}, r{}, imm8", None, b"\x0f\xac")
_SHRD_CL = widths("shrd r/m{}, r{}, cl", None, b"\x0f\xad")


def shld_rri(dst: int, src: int, count: int, bits: int = 64) -> bytes:
    """dst = dst << count, filled from the top of src; count 0 to bits - 1."""
    form = _SHLD[bits]
    return with_register(form, src, dst) + ranged(count, bits - 1, form.name, "count")


def shld_rrcl(dst: int, src: int, bits: int = 64) -> bytes:
    """dst = dst << CL, filled from the top of src."""
    return with_register(_SHLD_CL[bits], src, dst)


def shrd_rri(dst: int, src: int, count: int, bits: int = 64) -> bytes:
    """dst = dst >> count, filled from the bottom of src; count 0 to bits - 1."""
    form = _SHRD[bits]
    return with_register(form, src, dst) + ranged(count, bits - 1, form.name, "count")


def shrd_rrcl(dst: int, src: int, bits: int = 64) -> bytes:
    """dst = dst >> CL, filled from the bottom of src."""
    return with_register(_SHRD_CL[bits], src, dst)


# --- byte order and bit test ---

_BSWAP = Table(
    "bswap",
    "width",
    {32: plus_register("bswap r32", b"\x0f\xc8"), 64: plus_register("bswap r64", b"\x0f\xc8", w=8)},
)
_BT = widths("bt r/m{}, imm8", None, b"\x0f\xba", reg_is_operand=False)


def bswap_r(reg: int, bits: int = 64) -> bytes:
    """Reverses the bytes of a register of 32 or 64 bits."""
    return _BSWAP[bits][reg]


def bt_ri(reg: int, bit: int, bits: int = 64) -> bytes:
    """Carry = that bit of reg; 16, 32 or 64 bits, bit 0 to bits - 1."""
    form = _BT[bits]
    return with_register(form, 4, reg) + ranged(bit, bits - 1, form.name, "bit")


def bt_mi(mem: Address, bit: int, bits: int = 64) -> bytes:
    """Carry = that bit of [mem]; 16, 32 or 64 bits, bit 0 to bits - 1."""
    form = _BT[bits]
    return with_memory(form, 4, mem) + ranged(bit, bits - 1, form.name, "bit")
