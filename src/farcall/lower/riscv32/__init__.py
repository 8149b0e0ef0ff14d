"""RISC-V with registers of 32 bits: see `riscv64`, which has nearly all; here are `cpu_facts`, `unwinding` and `listing`."""

from ..riscv64.machine import FarRiscV32, RiscV32
from ..riscv64.thunk import thunk, trampoline

__all__ = ["APART", "MACHINES", "thunk", "trampoline"]

#: A branch reaches 4 KiB: a routine longer than that branches around jumps.
MACHINES = (RiscV32, FarRiscV32)
#: Cells are counted from the instruction, wherever they lie.
APART = MACHINES
