"""What is to be known around code by n64."""

from __future__ import annotations

from ..mips.facts import hardware

__all__ = ["HARDWARE", "SYNCHRONISE"]

#: EF_MIPS_NOREORDER, PIC, CPIC, ARCH_64R2.
FLAGS = 0x8000_0007
#: `void synchronise(start, end)`: Linux's cacheflush(start, bytes, both caches), for programs may not do it themselves.
SYNCHRONISE = (
    (0x00A4282F, "dsubu $5, $5, $4"),
    (0x24060003, "li $6, 3"),
    (0x2402144D, "li $2, 5197"),
    (0x0000000C, "syscall"),
    (0x03E00008, "jr $31"),
    (0x00000000, "nop"),
)
HARDWARE = hardware(8, FLAGS, SYNCHRONISE)
