"""AArch64, big-endian: see `aarch64`, which has nearly all; here are `cpu_facts`, `unwinding` and `listing`."""

from ..aarch64.apart import ApartBigAArch64
from ..aarch64.machine import BigAArch64
from ..aarch64.thunk import thunk, trampoline

__all__ = ["APART", "MACHINES", "thunk", "trampoline"]

MACHINES = (BigAArch64,)
APART = (ApartBigAArch64,)
