"""A closure's own bytes: tell the body which closure it is, and jump there."""

from __future__ import annotations

from ...convention import Placement, Target
from ...encode import riscv64 as e
from ..code import Code
from ..engine import Assembler
from .machine import RiscV32, RiscV64

__all__ = ["thunk", "trampoline"]

#: libffi's FFI_TRAMPOLINE_SIZE on RISC-V, and where in it the body's address is.
TRAMPOLINE_SIZE, BODY_CELL = 24, 16


def thunk(target: Target, placement: Placement, assembler: type[Assembler]) -> Code:
    """`t1 = the cell "state"; jump to "body"`. The cell lies at the start of the pool."""
    machine, load = (RiscV32, e.lw) if target.cpu == RiscV32.cpu else (RiscV64, e.ld)
    a = assembler(machine)
    chain = RiscV64.names(target)["t1"]
    a.note = "where this closure's state is"
    a.pool(e.auipc, lambda distance: (chain, e.hi20(distance)), "state")
    a.pool(e.addi, lambda distance: (chain, chain, e.lo12(distance)), "state", origin=0)
    a.pool(load, lambda distance: (RiscV64.TARGET, chain, distance), "body", origin=16)  # where the cells start
    a.emit(e.jalr, 0, RiscV64.TARGET, 0)
    return a.finish()


def trampoline(target: Target, placement: Placement, body: int, address: int) -> bytes:
    """The first 24 bytes of an ffi_closure: `t1 = what lies behind them; jump to the body`. Runs wherever it lies."""
    chain = RiscV64.names(target)["t1"]
    code = e.auipc(chain, 0)
    word = target.model.pointer
    code += (e.ld if word == 8 else e.lw)(RiscV64.TARGET, chain, BODY_CELL)
    code += e.addi(chain, chain, TRAMPOLINE_SIZE)
    code += e.jalr(0, RiscV64.TARGET, 0)
    return code + body.to_bytes(word, target.byteorder.name).ljust(TRAMPOLINE_SIZE - BODY_CELL, b"\0")
