"""A closure's own bytes: tell the body which closure it is, and jump there."""

from __future__ import annotations

from ...convention import Placement, Target
from ...encode import aarch64 as e
from ..code import Code
from ..engine import Assembler
from .machine import AArch64, BigAArch64

__all__ = ["thunk", "trampoline"]

#: libffi's FFI_TRAMPOLINE_SIZE on AArch64, in which the last eight bytes hold the body's address.
TRAMPOLINE_SIZE, BODY_CELL = 24, 16


def thunk(target: Target, placement: Placement, assembler: type[Assembler]) -> Code:
    """`t1 = the cell "state"; jump to "body"`. The cell lies at the start of the pool."""
    a = assembler(BigAArch64 if target.cpu == BigAArch64.cpu else AArch64)
    chain = AArch64.names(target)["t1"]
    a.note = "a landing pad for indirect calls (BTI)"
    a.emit(e.bti, "c")
    a.note = "where this closure's state is"
    a.pool(e.adr, lambda distance: (chain, distance), "state")
    a.pool(e.ldr_literal, lambda distance: (AArch64.TARGET, distance), "body")
    a.emit(e.br, AArch64.TARGET)
    return a.finish()


def trampoline(target: Target, placement: Placement, body: int, address: int) -> bytes:
    """The first 24 bytes of an ffi_closure: `t1 = what lies behind them; jump to the body`. Runs wherever it lies."""
    code = e.bti("c")
    code += e.adr(AArch64.names(target)["t1"], TRAMPOLINE_SIZE - len(code))
    code += e.ldr_literal(AArch64.TARGET, BODY_CELL - len(code))
    code += e.br(AArch64.TARGET)
    return code + body.to_bytes(8, target.byteorder.name)
