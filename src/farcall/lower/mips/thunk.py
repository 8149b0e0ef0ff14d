"""A closure's own bytes: tell the body which closure it is, and jump there. t9 is where they lie, as in all functions."""

from __future__ import annotations

from ...convention import Placement, Target
from ...encode import mips as e
from ..code import Code
from ..engine import Assembler
from ..engine.assembler import turned
from .machine import Mips
from .width import BigNarrow, BigWide, Narrow, Wide

__all__ = ["thunk", "trampoline"]

#: By the bytes of a word, libffi's FFI_TRAMPOLINE_SIZE, in which the last word holds the body's address.
TRAMPOLINE_SIZES = {4: 20, 8: 56}
TARGET = Wide.TARGET


def _machine(target: Target) -> type[Mips]:
    (found,) = (one for one in (Narrow, Wide, BigNarrow, BigWide) if one.cpu == target.cpu)
    return found


def thunk(target: Target, placement: Placement, assembler: type[Assembler]) -> Code:
    """`t1 = the cell "state"; jump to "body"`. The cell lies at the start of the pool."""
    machine = _machine(target)
    a, chain = assembler(machine), machine.names(target)["t1"]
    a.note = "where this closure's state is"
    a.pool(machine.ADD_NUMBER, lambda distance: (chain, TARGET, distance), "state", origin=0)
    a.pool(e.lw if machine.word == 4 else e.ld, lambda distance: (TARGET, TARGET, distance), "body", origin=0)
    a.emit(e.jr, TARGET)
    a.emit(e.nop)
    return a.finish()


def trampoline(target: Target, placement: Placement, body: int, address: int) -> bytes:
    """The first bytes of an ffi_closure: `t1 = what lies behind them; jump to the body`. Runs wherever it lies."""
    machine, word = _machine(target), target.model.pointer
    load, size = e.lw if word == 4 else e.ld, TRAMPOLINE_SIZES[word]
    code = machine.ADD_NUMBER(machine.names(target)["t1"], TARGET, size) + load(TARGET, TARGET, size - word)
    code += e.jr(TARGET) + e.nop()
    return (turned(code) if machine.turned else code).ljust(size - word, b"\0") + body.to_bytes(
        word, target.byteorder.name
    )
