"""What is to be known around RISC-V's code of 32 bits."""

from __future__ import annotations

from ..riscv64.cpu_facts import facts

__all__ = ["HARDWARE"]

HARDWARE = facts(4)
