"""MIPS, little-endian, 32-bit, by o32: see `mips`, which has nearly all; here are `cpu_facts`, `unwinding` and `listing`."""

from ..mips.thunk import thunk, trampoline
from ..mips.width import FarNarrow, Narrow

__all__ = ["APART", "MACHINES", "thunk", "trampoline"]

#: A load from the pool reaches 32 KiB, a branch 128: a routine longer than that takes several instructions for each.
MACHINES = (Narrow, FarNarrow)
#: Cells are counted from the routine's start, and in an image lie further away.
APART = (FarNarrow,)
