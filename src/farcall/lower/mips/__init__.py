"""MIPS, big-endian, 32-bit, by o32; and what its CPUs of either width and byte order have in common: `machine` and `width` say
how they do what the engine asks, `thunk` makes a closure's own bytes, `frames` describes their frames, `facts` what is to be
known around their code, `text` prints."""

from .thunk import thunk, trampoline
from .width import BigFarNarrow, BigNarrow

__all__ = ["APART", "MACHINES", "thunk", "trampoline"]

#: A load from the pool reaches 32 KiB, a branch 128: a routine longer than that takes several instructions for each.
MACHINES = (BigNarrow, BigFarNarrow)
#: Cells are counted from the routine's start, and in an image lie further away.
APART = (BigFarNarrow,)
