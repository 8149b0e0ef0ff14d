"""A closure's own bytes: tell the body which closure it is, and jump there."""

from __future__ import annotations

from ...convention import Placement, Target
from ...encode import i386 as e
from ..code import Code
from ..engine import Assembler
from .machine import I386
from .registers import chain_of

__all__ = ["thunk", "trampoline"]

#: libffi's FFI_TRAMPOLINE_SIZE on i386.
TRAMPOLINE_SIZE = 16
CALL, JUMP = 5, 5  # bytes of `call rel32`, `jmp rel32`


def thunk(target: Target, placement: Placement, assembler: type[Assembler]) -> Code:
    """`t1 = the cell "state"; jump to "body"`. The cell lies at the start of the pool."""
    a, chain = assembler(I386), chain_of(placement)
    a.frame(4, (), "esp")
    a.note = "a landing pad for indirect calls (CET)"
    a.emit(e.endbr32)
    a.note = "where this is"
    a.emit(e.call32, 0)
    here = len(a.data)
    a.frame(8, (), "esp")
    a.note = "where this closure's state is"
    if chain is None:  # every register has an argument: the cells' address stays on the stack
        a.pool(e.alu_mi_full, lambda distance: (e.ADD, e.Mem(e.ESP, 0), distance), "state", origin=here)
    else:
        a.emit(e.pop_r, chain)
        a.frame(4, (), "esp")
        a.pool(e.alu_ri_full, lambda distance: (e.ADD, chain, distance), "state", origin=here)
    a.absolute(e.push_i32, 0, symbol="body")
    a.frame(12 if chain is None else 8, (), "esp")
    a.emit(e.ret)
    return a.finish()


def trampoline(target: Target, placement: Placement, body: int, address: int) -> bytes:
    """The 16 bytes of an ffi_closure that run at `address`: `t1 = what lies behind them; jump to the body`."""
    chain, behind = chain_of(placement), address + TRAMPOLINE_SIZE
    behind -= behind >> 31 << 32  # as the encoders have it: signed
    code = e.endbr32()
    code += e.push_i32(behind) if chain is None else e.mov_ri(chain, behind)
    distance = body - (address + len(code) + JUMP)
    code += e.jmp32((distance + (1 << 31)) % (1 << 32) - (1 << 31))
    return code.ljust(TRAMPOLINE_SIZE, I386.filler)
