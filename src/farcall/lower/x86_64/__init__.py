"""x86-64: `machine` says how the CPU does what the engine asks, `thunk` makes a closure's own bytes, `unwinding`
describes its frames, `cpu_facts` what is to be known around its code, `listing` prints."""

from .machine import X86_64
from .thunk import thunk, trampoline

__all__ = ["APART", "MACHINES", "thunk", "trampoline"]

MACHINES = (X86_64,)
#: Cells are counted from the instruction, wherever they lie.
APART = MACHINES
