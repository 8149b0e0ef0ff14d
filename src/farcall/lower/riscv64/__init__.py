"""RISC-V 64: `machine` says how the CPU does what the engine asks, `thunk` makes a closure's own bytes, `unwinding`
describes its frames, `hardware` what is to be known around its code, `listing` prints."""

from __future__ import annotations

from ...convention import Target
from ...ir.instruction import Routine
from .. import engine
from ..code import Code
from .machine import FarRiscV64, RiscV64
from .thunk import thunk, trampoline

__all__ = ["lower", "thunk", "trampoline"]


def lower(routine: Routine, target: Target) -> Code:
    """The machine code of `routine`."""
    try:
        return engine.lower(routine, target, RiscV64)
    except ValueError:  # a branch reaches 4 KiB: a routine longer than that branches around jumps
        return engine.lower(routine, target, FarRiscV64)
