"""A closure's own bytes: tell the body which closure it is, and jump there. r12 is where they lie, as in all functions."""

from __future__ import annotations

from ...convention import Placement, Target
from ...encode import ppc64le as e
from ..code import Code
from ..engine import Assembler
from .machine import Ppc64le

__all__ = ["thunk", "trampoline"]

#: libffi's FFI_TRAMPOLINE_SIZE, in which the last eight bytes hold the body's address.
TRAMPOLINE_SIZE, BODY_CELL = 32, 24
TARGET = Ppc64le.TARGET


def thunk(target: Target, placement: Placement, assembler: type[Assembler]) -> Code:
    """`t1 = the cell "state"; jump to "body"`. The cell lies at the start of the pool."""
    a = assembler(Ppc64le)
    chain = Ppc64le.names(target)["t1"]
    a.note = "where this closure's state is"
    a.pool(e.addi, lambda distance: (chain, TARGET, distance), "state", origin=0)
    a.pool(e.ld, lambda distance: (TARGET, TARGET, distance), "body", origin=0)
    a.emit(e.mtctr, TARGET)
    a.emit(e.bctr)
    return a.finish()


def trampoline(target: Target, placement: Placement, body: int, address: int) -> bytes:
    """The first 32 bytes of an ffi_closure: `t1 = what lies behind them; jump to the body`. Runs wherever it lies."""
    code = e.addi(Ppc64le.names(target)["t1"], TARGET, TRAMPOLINE_SIZE)
    code += e.ld(TARGET, TARGET, BODY_CELL) + e.mtctr(TARGET) + e.bctr()
    return code.ljust(BODY_CELL, b"\0") + body.to_bytes(8, target.byteorder.name)
