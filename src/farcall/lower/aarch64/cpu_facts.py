"""What is to be known around AArch64's code: above all, that its instruction caches have to be told of it."""

from __future__ import annotations

from struct import pack

from ..cpu_facts import Dynamic, Hardware, written

__all__ = ["HARDWARE", "SYNCHRONISE"]

EM_AARCH64 = 183  # AAELF64, §5.1
BRK = bytes.fromhex("000020d4")  # brk #0
#: mov w0, #1 or #2; ret
SAMPLES = (pack("<2I", 0x52800020, 0xD65F03C0), pack("<2I", 0x52800040, 0xD65F03C0))

#: `void synchronise(start, end)`: clean the data caches to where instructions are fetched from, then let all CPUs
#: fetch anew (Arm ARM, B2.4.4 and D7.5.9). CTR_EL0 says how long the caches' lines are, and whether either half may
#: be left out: bit 28 (IDC) for the data caches, bit 29 (DIC) for those of instructions. The addresses are those
#: that run, also where the bytes were written at others: data caches go by physical addresses here (D7.5.6).
SYNCHRONISE = (
    (0xD53B0023, "mrs x3, ctr_el0"),
    (0xD2800082, "mov x2, #4"),  # line lengths are logarithms of words of four bytes
    (0x37E00123, "tbnz x3, #28, .+36"),
    (0xD3504C64, "ubfx x4, x3, #16, #4"),
    (0x9AC42044, "lsl x4, x2, x4"),
    (0xD1000485, "sub x5, x4, #1"),
    (0x8A250005, "bic x5, x0, x5"),
    (0xD50B7B25, "dc cvau, x5"),
    (0x8B0400A5, "add x5, x5, x4"),
    (0xEB0100BF, "cmp x5, x1"),
    (0x54FFFFA3, "b.lo .-12"),
    (0xD5033B9F, "dsb ish"),
    (0x37E80143, "tbnz x3, #29, .+40"),
    (0x92400C64, "and x4, x3, #15"),
    (0x9AC42044, "lsl x4, x2, x4"),
    (0xD1000485, "sub x5, x4, #1"),
    (0x8A250005, "bic x5, x0, x5"),
    (0xD50B7525, "ic ivau, x5"),
    (0x8B0400A5, "add x5, x5, x4"),
    (0xEB0100BF, "cmp x5, x1"),
    (0x54FFFFA3, "b.lo .-12"),
    (0xD5033B9F, "dsb ish"),
    (0xD5033FDF, "isb"),
    (0xD65F03C0, "ret"),
)

#: AAELF64, §5.7.11 (R_AARCH64_RELATIVE, R_AARCH64_ABS64, R_AARCH64_TLS_TPREL); §5.9: BTI.
DYNAMIC = Dynamic(relative=1027, symbol=257, thread=1030, property=0xC0000000, bits=1)

HARDWARE = Hardware(8, EM_AARCH64, BRK, SAMPLES, written(SYNCHRONISE), dynamic=DYNAMIC)
