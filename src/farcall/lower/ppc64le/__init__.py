"""Power ISA, little-endian: `machine` says how the CPU does what the engine asks, `thunk` makes a closure's own bytes,
`unwinding` describes its frames, `cpu_facts` what is to be known around its code, `listing` prints."""

from .machine import FarPpc64le, Ppc64le
from .thunk import thunk, trampoline

__all__ = ["APART", "MACHINES", "thunk", "trampoline"]

#: A conditional branch, and a load from the pool, reach 32 KiB: a routine longer than that takes two instructions for each.
MACHINES = (Ppc64le, FarPpc64le)
#: Cells are counted from the routine's start, and in an image lie further away.
APART = (FarPpc64le,)
