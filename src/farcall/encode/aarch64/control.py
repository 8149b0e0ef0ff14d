"""Branches, calls, landing pads, traps and fillers.

A distance is in bytes from the start of the instruction to its target, a multiple of 4. Conditions are the
numbers of `registers`.
"""

from __future__ import annotations

from farcall.encode.aarch64.form import PACK, Form, Table, displacement, widths, with_registers
from farcall.encode.aarch64.registers import LR
from farcall.encode.field import ranged, register, unsigned

__all__ = [
    "b",
    "b_cond",
    "bl",
    "blr",
    "br",
    "brk",
    "bti",
    "cbnz",
    "cbz",
    "hint",
    "nop",
    "ret",
    "tbnz",
    "tbz",
    "udf",
]

_CBZ = widths("cbz {}t, label", 0x34000000, fields=("Rt", "", ""))
_CBNZ = widths("cbnz {}t, label", 0x35000000, fields=("Rt", "", ""))
_TBZ, _TBNZ = ("tbz rt, bit, label", 0x36000000), ("tbnz rt, bit, label", 0x37000000)
_BR = Form("br xn", 0xD61F0000)
_BLR = Form("blr xn", 0xD63F0000)
_RET = Form("ret xn", 0xD65F0000)


def b(distance: int) -> bytes:
    """Jumps up to 128 MiB."""
    return PACK(0x14000000 | displacement(distance, 26, "b label"))


def bl(distance: int) -> bytes:
    """Calls up to 128 MiB away."""
    return PACK(0x94000000 | displacement(distance, 26, "bl label"))


def b_cond(condition: int, distance: int) -> bytes:
    """Jumps up to 1 MiB if the condition holds."""
    name = "b.cond label"
    return PACK(0x54000000 | displacement(distance, 19, name) << 5 | ranged(condition, 14, name, "condition"))


def _compared(forms: Table[Form], rt: int, distance: int, bits: int) -> bytes:
    form = forms[bits]
    return with_registers(form, rt, 0, 0, displacement(distance, 19, form.name) << 5)


def cbz(rt: int, distance: int, bits: int = 64) -> bytes:
    """Jumps up to 1 MiB if rt is 0."""
    return _compared(_CBZ, rt, distance, bits)


def cbnz(rt: int, distance: int, bits: int = 64) -> bytes:
    """Jumps up to 1 MiB if rt is not 0."""
    return _compared(_CBNZ, rt, distance, bits)


def _tested(row: tuple[str, int], rt: int, bit: int, distance: int) -> bytes:
    name, word = row
    ranged(bit, 63, name, "bit")
    word |= bit >> 5 << 31 | (bit & 31) << 19 | displacement(distance, 14, name) << 5
    return PACK(word | register(rt, name, "Rt"))


def tbz(rt: int, bit: int, distance: int) -> bytes:
    """Jumps up to 32 KiB if that bit (0 to 63) of rt is clear."""
    return _tested(_TBZ, rt, bit, distance)


def tbnz(rt: int, bit: int, distance: int) -> bytes:
    """Jumps up to 32 KiB if that bit (0 to 63) of rt is set."""
    return _tested(_TBNZ, rt, bit, distance)


def br(reg: int) -> bytes:
    """Jumps to the address in reg; the target is a `bti` of kind "j", "jc", or "c" where reg is X16 or X17."""
    return with_registers(_BR, 0, reg)


def blr(reg: int) -> bytes:
    """Calls the address in reg."""
    return with_registers(_BLR, 0, reg)


def ret(reg: int = LR) -> bytes:
    """Returns to the address in reg."""
    return with_registers(_RET, 0, reg)


# --- without operands, or with one that is a name ---

_BTI = {"": 32, "c": 34, "j": 36, "jc": 38}


def hint(number: int) -> bytes:
    """One of the 128 hints; those that a CPU does not know do nothing."""
    return PACK(0xD503201F | unsigned(number, 7, "hint imm7", "immediate") << 5)


def nop() -> bytes:
    """Does nothing."""
    return b"\x1f\x20\x03\xd5"


def bti(kind: str = "") -> bytes:
    """The landing pad for calls ("c"), jumps ("j"), both ("jc") or neither (""); a nop on older CPUs."""
    number = _BTI.get(kind)
    if number is None:
        raise ValueError(f"bti: kind {kind!r} is none of '', 'c', 'j', 'jc'")
    return hint(number)


def brk(imm: int = 0) -> bytes:
    """The breakpoint trap, with a number (0 to 65535) for the debugger; also a filler."""
    return PACK(0xD4200000 | unsigned(imm, 16, "brk imm16", "immediate") << 5)


def udf(imm: int = 0) -> bytes:
    """The instruction that is defined to be undefined: SIGILL."""
    return PACK(unsigned(imm, 16, "udf imm16", "immediate"))
