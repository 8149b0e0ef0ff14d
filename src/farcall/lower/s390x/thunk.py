"""A closure's own bytes: tell the body which closure it is, and jump there."""

from __future__ import annotations

from ...convention import Placement, Target
from ...encode import s390x as e
from ..code import Code
from ..engine import Assembler
from .machine import CHAIN, S390x

__all__ = ["thunk", "trampoline"]

#: libffi's FFI_TRAMPOLINE_SIZE on s390x, in which the last eight bytes hold the body's address.
TRAMPOLINE_SIZE, BODY_CELL = 32, 24


def thunk(target: Target, placement: Placement, assembler: type[Assembler]) -> Code:
    """`t1 = the cell "state"; jump to "body"`. The cell lies at the start of the pool."""
    a = assembler(S390x)
    a.note = "where this closure's state is"
    a.pool(e.larl, lambda distance: (CHAIN, distance), "state")
    a.pool(e.lgrl, lambda distance: (S390x.TARGET, distance), "body")
    a.emit(e.br, S390x.TARGET)
    return a.finish()


def trampoline(target: Target, placement: Placement, body: int, address: int) -> bytes:
    """The first 32 bytes of an ffi_closure: `t1 = what lies behind them; jump to the body`. Runs wherever it lies."""
    code = e.larl(CHAIN, TRAMPOLINE_SIZE)
    code += e.lgrl(S390x.TARGET, BODY_CELL - len(code))
    code += e.br(S390x.TARGET)
    return code.ljust(BODY_CELL, b"\0") + body.to_bytes(8, target.byteorder.name)
