"""Memory operands, and the ModRM, SIB and displacement bytes that name them.

    ModRM     7 6 | 5 4 3 | 2 1 0        SIB     7 6   | 5 4 3 | 2 1 0
              mod |  reg  |  r/m                 scale | index | base

`reg` is one operand (or three more opcode bits), `r/m` the other: a register where mod = 3, else memory:

    mod 0   [base]              mod 1   [base + disp8]          mod 2   [base + disp32]

Register numbers are four bits; the fourth stands in the REX prefix (see `form`). Two r/m values are taken:

    r/m 4 (RSP, R12)            "a SIB byte follows", so these bases need one; index 4 in it means "no index"
    r/m 5 (RBP, R13), mod 0     "[rip + disp32]", so these bases need a displacement, if only of 0

Source: Intel SDM volume 2, section 2.1.3 and tables 2-2, 2-3; section 2.2.1.6 for [rip + disp32].
"""

from __future__ import annotations

from struct import error as PackError

from farcall.encode.x86_64.immediate import PACK_SIGNED32, SIGNED8
from farcall.record import NamedTuple

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import TypeVar, final

    _V = TypeVar("_V")
else:

    def final(cls):
        return cls


__all__ = ["Address", "Mem", "Rip"]

_BaseRow = tuple[bytes, bytes, bytes]


@final
class Mem(NamedTuple):
    """[base + index*scale + disp]: 64-bit general registers, the index not RSP; `disp` in signed 32 bits.

    `scale` is 1, 2, 4 or 8 and counts only where there is an index.
    """

    base: int
    disp: int = 0
    index: int | None = None  # type: ignore[assignment]  # nobody searches an operand by tuple.index
    scale: int = 1


@final
class Rip(NamedTuple):
    """[rip + disp]: `disp` counts from the end of the instruction, the bytes of an immediate included.

    The field is the last four bytes of the instruction, or the four before its immediate.
    """

    disp: int


Address = Mem | Rip

_REGISTERS = range(16)
_SIB_BASE_ONLY = {4: b"\x24"}  # index 4: none; base 4


def _base_row(reg: int, base: int) -> _BaseRow:
    """ModRM (and SIB) of [base], in three-bit numbers, for a displacement of no, 8 and 32 bits."""
    low = reg << 3 | base
    sib = _SIB_BASE_ONLY.get(base, b"")
    bare = b"%c\x00" % (low | 0x40) if base == 5 else b"%c" % low + sib
    return bare, b"%c" % (low | 0x40) + sib, b"%c" % (low | 0x80) + sib


def _by_registers(rows: list[list[_V]]) -> dict[int, dict[int, _V]]:
    """From three-bit numbers to register numbers; 8 to 15 share the rows of 0 to 7.

    A dict and not a list: what is no register (-1 too) is a KeyError, a check that costs nothing.
    """
    inner = [{rm: row[rm & 7] for rm in _REGISTERS} for row in rows]
    return {reg: inner[reg & 7] for reg in _REGISTERS}


MODRM = _by_registers([[b"%c" % (0xC0 | reg << 3 | rm) for rm in range(8)] for reg in range(8)])
BASE = _by_registers([[_base_row(reg, base) for base in range(8)] for reg in range(8)])
MODRM_RIP = {r: b"%c" % ((r & 7) << 3 | 5) for r in _REGISTERS}
_INDEX = {i: (i & 7) << 3 for i in _REGISTERS if i != 4}
_SIB_BASE = {b: b & 7 for b in _REGISTERS}
_SCALE = {1: 0x00, 2: 0x40, 4: 0x80, 8: 0xC0}


def address(reg: int, mem: Address, unit: int = 1) -> bytes:
    """ModRM, SIB and displacement of `reg` (0 to 15, its low three bits count) and `mem`.

    `unit` is the size that an EVEX form multiplies an 8-bit displacement by. Raises KeyError or struct.error
    for an operand that does not fit; the caller makes them the ValueError whose text `misfit` gives.
    """
    if type(mem) is Rip:
        return MODRM_RIP[reg] + PACK_SIGNED32(mem.disp)
    base, disp, index, scale = mem
    if index is None:
        bare, near, far = BASE[reg][base]
    else:
        bare, near, far = _indexed_row(reg, _SCALE[scale] | _INDEX[index] | _SIB_BASE[base])
    if not disp:
        return bare
    byte = None if disp % unit else SIGNED8.get(disp // unit)
    return far + PACK_SIGNED32(disp) if byte is None else near + byte


def _indexed_row(reg: int, sib: int) -> _BaseRow:
    """What BASE holds, where an index makes a SIB byte necessary anyway."""
    low = (reg & 7) << 3 | 4
    near = bytes((low | 0x40, sib))
    return near + b"\x00" if sib & 7 == 5 else bytes((low, sib)), near, bytes((low | 0x80, sib))


def misfit(mem: Address) -> str:
    """What is wrong with `mem`, for a message; "" where nothing is."""
    if type(mem) is not Rip:
        base, _, index, scale = mem
        if base not in MODRM:
            return f"base {base!r} of {mem} is not a register (0 to 15)"
        if index is not None and index not in _INDEX:
            return f"index {index!r} of {mem} is not a register that can be one (0 to 15 but RSP)"
        if scale not in _SCALE:
            return f"scale {scale!r} of {mem} is not 1, 2, 4 or 8"
    try:
        PACK_SIGNED32(mem.disp)
    except PackError:
        return f"displacement {mem.disp!r} of {mem} does not fit 32 signed bits"
    return ""
