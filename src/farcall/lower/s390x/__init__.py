"""z/Architecture: `machine` says how the CPU does what the engine asks, `thunk` makes a closure's own bytes, `unwinding`
describes its frames, `cpu_facts` what is to be known around its code, `listing` prints."""

from .machine import S390x
from .thunk import thunk, trampoline

__all__ = ["APART", "MACHINES", "thunk", "trampoline"]

MACHINES = (S390x,)
#: Cells are counted from the instruction, wherever they lie.
APART = MACHINES
