"""A closure's own bytes: tell the body which closure it is, and jump there."""

from __future__ import annotations

from ...convention import Placement, Target
from ...encode import loongarch64 as e
from ..code import Code
from ..engine import Assembler
from .machine import LoongArch64

__all__ = ["thunk", "trampoline"]

#: libffi's FFI_TRAMPOLINE_SIZE on LoongArch, in which the last eight bytes hold the body's address.
TRAMPOLINE_SIZE, BODY_CELL = 24, 16


def thunk(target: Target, placement: Placement, assembler: type[Assembler]) -> Code:
    """`t1 = the cell "state"; jump to "body"`. The cell lies at the start of the pool."""
    a = assembler(LoongArch64)
    chain = LoongArch64.names(target)["t1"]
    a.note = "where this closure's state is"
    a.pool(e.pcaddu12i, lambda distance: (chain, e.hi20(distance)), "state")
    a.pool(e.addi_d, lambda distance: (chain, chain, e.lo12(distance)), "state", origin=0)
    a.pool(e.ld_d, lambda distance: (LoongArch64.TARGET, chain, distance), "body", origin=16)  # where the cells start
    a.emit(e.jirl, 0, LoongArch64.TARGET, 0)
    return a.finish()


def trampoline(target: Target, placement: Placement, body: int, address: int) -> bytes:
    """The first 24 bytes of an ffi_closure: `t1 = what lies behind them; jump to the body`. Runs wherever it lies."""
    chain = LoongArch64.names(target)["t1"]
    code = e.pcaddu12i(chain, 0)
    code += e.ld_d(LoongArch64.TARGET, chain, BODY_CELL)
    code += e.addi_d(chain, chain, TRAMPOLINE_SIZE)
    code += e.jirl(0, LoongArch64.TARGET, 0)
    return code + body.to_bytes(8, target.byteorder.name)
