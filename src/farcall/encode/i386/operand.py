"""Memory operands of i386. [base + index*scale + disp] is x86-64's; what has no base is an address outright.

ModRM with mod 0 and r/m 5 means [disp32] here, where 64-bit mode reads the same bytes as [rip + disp32].

Source: Intel SDM volume 2, table 2-2; section 2.2.1.6 for what 64-bit mode made of it.
"""

from __future__ import annotations

from farcall.encode.x86_64.operand import Mem, Rip
from farcall.record import NamedTuple

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import final

else:

    def final(cls):
        return cls


__all__ = ["Absolute", "Address", "Mem"]

_REGISTERS = range(8)
_NO_INDEX = 4  # ESP
_SCALES = (1, 2, 4, 8)


@final
class Absolute(NamedTuple):
    """[address]: 32 bits in either view (-2^31 to 2^32 - 1).

    The field is the last four bytes of the instruction, or the four before its immediate.
    """

    address: int


Address = Mem | Absolute


def as_x86_64(mem: object, name: str) -> Mem | Rip:
    """The operand that 64-bit mode writes with the same bytes; ValueError names instruction and what does not fit."""
    if type(mem) is Mem:
        wrong = _misfit(mem)
        if not wrong:
            return mem
    elif type(mem) is Absolute:
        if -0x8000_0000 <= mem.address <= 0xFFFF_FFFF:
            return Rip((mem.address + 0x8000_0000) % 0x1_0000_0000 - 0x8000_0000)
        wrong = f"address {mem.address!r} does not fit 32 bits"
    else:
        wrong = f"{mem!r} is not a memory operand of i386 (Mem, Absolute)"
    raise ValueError(f"{name}: {wrong}")


def _misfit(mem: Mem) -> str:
    """What is wrong with `mem`, for a message; "" where nothing is."""
    base, disp, index, scale = mem
    if base not in _REGISTERS:
        return f"base {base!r} of {mem} is not a register (0 to 7)"
    if index is not None:
        if index not in _REGISTERS or index == _NO_INDEX:
            return f"index {index!r} of {mem} is not a register that can be one (0 to 7 but ESP)"
        if scale not in _SCALES:
            return f"scale {scale!r} of {mem} is not 1, 2, 4 or 8"
    if not -0x8000_0000 <= disp <= 0x7FFF_FFFF:
        return f"displacement {disp!r} of {mem} does not fit 32 signed bits"
    return ""
