"""A closure's own bytes: tell the body which closure it is, and jump there."""

from __future__ import annotations

from ...convention import Placement, Target
from ...encode.x86_64 import Rip, endbr64, jmp_m, lea_rm
from ..code import Code
from .assembler import Assembler
from .registers import NAMED

__all__ = ["thunk", "trampoline"]


def thunk(target: Target, placement: Placement) -> Code:
    """`t1 = the cells "state" and "generation"; jump to "body"`. The cells lie at the start of the pool."""
    a = Assembler()
    a.frame(8, ())
    a.note = "a landing pad for indirect calls (CET)"
    a.emit(endbr64)
    a.note = "this closure's cells"
    a.emit_pool(lea_rm, NAMED["t1"], symbol="state")
    a.cell("generation")
    a.emit_pool(jmp_m, symbol="body")
    return a.finish("x86_64")


#: libffi's FFI_TRAMPOLINE_SIZE on x86-64, in which the last eight bytes hold the body's address.
TRAMPOLINE_SIZE, BODY_CELL = 32, 24


def trampoline(target: Target, placement: Placement, body: int, address: int) -> bytes:
    """The first 32 bytes of an ffi_closure: `t1 = what lies behind them; jump to the body`. Runs wherever it lies."""
    code = endbr64()
    lea_size, jmp_size = len(lea_rm(NAMED["t1"], Rip(0))), len(jmp_m(Rip(0)))
    code += lea_rm(NAMED["t1"], Rip(TRAMPOLINE_SIZE - len(code) - lea_size))
    code += jmp_m(Rip(BODY_CELL - len(code) - jmp_size))
    return code.ljust(BODY_CELL, b"\xcc") + body.to_bytes(8, target.byteorder.name)
