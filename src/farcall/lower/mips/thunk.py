"""A closure's own bytes: tell the body which closure it is, and jump there. t9 is where they lie, as in all functions."""

from __future__ import annotations

from ...convention import Placement, Target
from ...encode import mips as e
from ..code import Code
from ..engine import Assembler
from .width import Narrow, Wide

__all__ = ["thunk", "trampoline"]

#: By the bytes of a word, libffi's FFI_TRAMPOLINE_SIZE, in which the last word holds the body's address.
TRAMPOLINE_SIZES = {4: 20, 8: 56}
TARGET = Wide.TARGET


def thunk(target: Target, placement: Placement, assembler: type[Assembler]) -> Code:
    """`t1 = the cell "state"; jump to "body"`. The cell lies at the start of the pool."""
    machine = Narrow if target.model.pointer == Narrow.word else Wide
    a, chain = assembler(machine), machine.names(target)["t1"]
    a.note = "where this closure's state is"
    a.pool(machine.ADD_NUMBER, lambda distance: (chain, TARGET, distance), "state", origin=0)
    a.pool(e.lw if machine is Narrow else e.ld, lambda distance: (TARGET, TARGET, distance), "body", origin=0)
    a.emit(e.jr, TARGET)
    a.emit(e.nop)
    return a.finish()


def trampoline(target: Target, placement: Placement, body: int, address: int) -> bytes:
    """The first bytes of an ffi_closure: `t1 = what lies behind them; jump to the body`. Runs wherever it lies."""
    word = target.model.pointer
    machine, load = (Narrow, e.lw) if word == Narrow.word else (Wide, e.ld)
    size = TRAMPOLINE_SIZES[word]
    code = machine.ADD_NUMBER(machine.names(target)["t1"], TARGET, size) + load(TARGET, TARGET, size - word)
    return (code + e.jr(TARGET) + e.nop()).ljust(size - word, b"\0") + body.to_bytes(word, target.byteorder.name)
