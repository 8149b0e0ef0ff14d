"""LoongArch 64: `machine` says how the CPU does what the engine asks, `thunk` makes a closure's own bytes, `unwinding`
describes its frames, `cpu_facts` what is to be known around its code, `listing` prints."""

from .machine import FarLoongArch64, LoongArch64
from .thunk import thunk, trampoline

__all__ = ["APART", "MACHINES", "thunk", "trampoline"]

#: A branch reaches 128 KiB: a routine longer than that branches around jumps.
MACHINES = (LoongArch64, FarLoongArch64)
#: Cells are counted from the instruction, wherever they lie.
APART = MACHINES
