"""32-bit Arm, in Arm state: `machine` says how the CPU does what the engine asks, `thunk` makes a closure's own bytes,
`unwinding` describes its frames, `cpu_facts` what is to be known around its code, `listing` prints."""

from .machine import Arm, FarArm
from .thunk import thunk, trampoline

__all__ = ["APART", "MACHINES", "thunk", "trampoline"]

#: A load from the pool reaches 4 KiB: a routine longer than that takes three instructions for each.
MACHINES = (Arm, FarArm)
#: In an image cells lie further away.
APART = (FarArm,)
