"""i386: `machine` says how the CPU does what the engine asks, `thunk` makes a closure's own bytes, `unwinding`
describes its frames, `cpu_facts` what is to be known around its code, `listing` prints;
`apart` is for images."""

from .apart import ApartI386
from .machine import I386
from .thunk import thunk, trampoline

__all__ = ["APART", "MACHINES", "thunk", "trampoline"]

MACHINES = (I386,)
APART = (ApartI386,)
