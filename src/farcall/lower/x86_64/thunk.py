"""A closure's own bytes: tell the body which closure it is, and jump there."""

from __future__ import annotations

from ...convention import Placement, Target
from ...encode.x86_64 import Rip, endbr64, jmp_m, lea_rm
from ..code import Code
from ..engine import Assembler
from .machine import X86_64, from_pool

__all__ = ["thunk", "trampoline"]


def thunk(target: Target, placement: Placement, assembler: type[Assembler]) -> Code:
    """`t1 = the cell "state"; jump to "body"`. The cell lies at the start of the pool."""
    a, chain = assembler(X86_64), X86_64.names(target)["t1"]
    a.frame(8, (), "rsp")
    a.note = "a landing pad for indirect calls (CET)"
    a.emit(endbr64)
    a.note = "where this closure's state is"
    from_pool(a, lea_rm, chain, symbol="state")
    from_pool(a, jmp_m, symbol="body")
    return a.finish()


#: libffi's FFI_TRAMPOLINE_SIZE on x86-64, in which the last eight bytes hold the body's address.
TRAMPOLINE_SIZE, BODY_CELL = 32, 24


def trampoline(target: Target, placement: Placement, body: int, address: int) -> bytes:
    """The first 32 bytes of an ffi_closure: `t1 = what lies behind them; jump to the body`. Runs wherever it lies."""
    code, chain = endbr64(), X86_64.names(target)["t1"]
    lea_size, jmp_size = len(lea_rm(chain, Rip(0))), len(jmp_m(Rip(0)))
    code += lea_rm(chain, Rip(TRAMPOLINE_SIZE - len(code) - lea_size))
    code += jmp_m(Rip(BODY_CELL - len(code) - jmp_size))
    return code.ljust(BODY_CELL, b"\xcc") + body.to_bytes(8, target.byteorder.name)
