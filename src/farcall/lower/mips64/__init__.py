"""MIPS, big-endian, 64-bit, by n64: see `mips`, which has nearly all; here are `cpu_facts`, `unwinding` and `listing`."""

from ..mips.thunk import thunk, trampoline
from ..mips.width import BigFarWide, BigWide

__all__ = ["APART", "MACHINES", "thunk", "trampoline"]

#: A load from the pool reaches 32 KiB, a branch 128: a routine longer than that takes several instructions for each.
MACHINES = (BigWide, BigFarWide)
#: Cells are counted from the routine's start, and in an image lie further away.
APART = (BigFarWide,)
