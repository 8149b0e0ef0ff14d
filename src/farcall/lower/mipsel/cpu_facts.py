"""What is to be known around code by o32."""

from __future__ import annotations

from ..mips.facts import hardware

__all__ = ["HARDWARE", "SYNCHRONISE"]

#: EF_MIPS_NOREORDER, PIC, CPIC, ABI_O32, ARCH_32R2.
FLAGS = 0x7000_1007
#: `void synchronise(start, end)`: Linux's cacheflush(start, bytes, both caches), for programs may not do it themselves.
SYNCHRONISE = (
    (0x00A42823, "subu $5, $5, $4"),
    (0x24060003, "li $6, 3"),
    (0x24021033, "li $2, 4147"),
    (0x0000000C, "syscall"),
    (0x03E00008, "jr $31"),
    (0x00000000, "nop"),
)
HARDWARE = hardware(4, FLAGS, SYNCHRONISE)
