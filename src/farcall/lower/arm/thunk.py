"""A closure's own bytes: tell the body which closure it is, and jump there. They are entered in Arm state, as their address
says, whichever state the caller is in."""

from __future__ import annotations

from ...convention import Placement, Target
from ...encode import arm as e
from ...encode.arm import PC
from ...encode.arm.form import AHEAD
from ..code import Code
from ..engine import Assembler
from .machine import WORD, Arm

__all__ = ["thunk", "trampoline"]

#: libffi's FFI_TRAMPOLINE_SIZE on Arm, in which the last four bytes hold the body's address.
TRAMPOLINE_SIZE, BODY_CELL = 12, 8


def thunk(target: Target, placement: Placement, assembler: type[Assembler]) -> Code:
    """`t1 = the cell "state"; jump to "body"`. The cell lies at the start of the pool."""
    a = assembler(Arm)
    chain = Arm.names(target)["t1"]
    a.note = "where this closure's state is"
    a.pool(e.subi, lambda distance: (chain, PC, AHEAD - distance), "state")
    a.pool(e.ldr, lambda distance: (PC, PC, distance - AHEAD), "body")
    return a.finish()


def trampoline(target: Target, placement: Placement, body: int, address: int) -> bytes:
    """The first 12 bytes of an ffi_closure: `t1 = what lies behind them; jump to the body`. Runs wherever it lies."""
    code = e.addi(Arm.names(target)["t1"], PC, TRAMPOLINE_SIZE - AHEAD)
    code += e.ldr(PC, PC, BODY_CELL - WORD - AHEAD)
    return code + body.to_bytes(WORD, target.byteorder.name)
