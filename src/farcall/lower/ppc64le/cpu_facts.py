"""What is to be known around the Power ISA's code: above all, that its instruction caches have to be told of it."""

from __future__ import annotations

from struct import pack

from ..cpu_facts import Dynamic, Hardware, written

__all__ = ["HARDWARE", "SYNCHRONISE"]

EM_PPC64 = 21  # ELF V2 ABI 1.5, §4.1
EF_PPC64_ABI = 2  # ELFv2
TRAP = pack("<I", 0x7FE00008)
#: li 3, 1 or 2; blr
SAMPLES = (pack("<2I", 0x38600001, 0x4E800020), pack("<2I", 0x38600002, 0x4E800020))

#: `void synchronise(start, end)`: by blocks of 32 bytes, which no cache's are smaller than (Power ISA 2.07 B, Book II, §1.8).
SYNCHRONISE = (
    (0x786306A4, "rldicr 3, 3, 0, 58"),
    (0x7C651B78, "mr 5, 3"),
    (0x7C00186C, "1: dcbst 0, 3"),
    (0x38630020, "addi 3, 3, 32"),
    (0x7C232040, "cmpld 3, 4"),
    (0x4180FFF4, "blt 1b"),
    (0x7C0004AC, "sync"),
    (0x7C002FAC, "2: icbi 0, 5"),
    (0x38A50020, "addi 5, 5, 32"),
    (0x7C252040, "cmpld 5, 4"),
    (0x4180FFF4, "blt 2b"),
    (0x7C0004AC, "sync"),
    (0x4C00012C, "isync"),
    (0x4E800020, "blr"),
)

#: ELF V2 ABI 1.5, §3.5.3 (R_PPC64_RELATIVE, R_PPC64_ADDR64, R_PPC64_TPREL64).
DYNAMIC = Dynamic(relative=22, symbol=38, thread=73)

HARDWARE = Hardware(8, EM_PPC64, TRAP, SAMPLES, written(SYNCHRONISE), EF_PPC64_ABI, dynamic=DYNAMIC)
