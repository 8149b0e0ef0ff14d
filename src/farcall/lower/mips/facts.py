"""What is to be known around MIPS's code: above all, that its instruction caches have to be told of it, by the kernel."""

from __future__ import annotations

from struct import pack

from ...ctype import LITTLE, ByteOrder
from ..cpu_facts import Dynamic, Hardware, written

__all__ = ["NARROW_FLAGS", "NARROW_SYNCHRONISE", "WIDE_FLAGS", "WIDE_SYNCHRONISE", "hardware"]

EM_MIPS = 8  # the System V ABI's MIPS supplement, chapter 4, "ELF Header"
BREAK = ((0x0000000D, "break"),)
SAMPLES = tuple(((0x24020000 | number, f"li $2, {number}"), (0x03E00008, "jr $31"), (0, "nop")) for number in (1, 2))
#: R_MIPS_REL32, which is both: without a symbol it adds the image's own address. Of 64 bits it is with R_MIPS_64 after it. In
#: little-endian files r_info has these bytes from the last on, and the symbol in the first four; in others it is as ever.
REL32, REL64, LITTLE_REL64 = 3, 18 << 8 | 3, 3 << 56 | 18 << 48
#: By the bytes of a word, Elf_ABIFlags_v0: version, instruction set, its revision, widths of general and floating-point
#: registers and of a second coprocessor's, the ABI of floating-point numbers (5, either kind of registers, and 1, with 64 bits),
#: extensions. Of o32 code, nothing hangs on the odd registers (FLAGS 1).
ABI_FLAGS = {4: (0, 32, 2, 1, 1, 0, 5, 0, 0, 0, 0), 8: (0, 64, 2, 2, 2, 0, 1, 0, 0, 1, 0)}
#: EF_MIPS_NOREORDER, PIC, CPIC; ABI_O32, ARCH_32R2, and ARCH_64R2.
NARROW_FLAGS, WIDE_FLAGS = 0x7000_1007, 0x8000_0007
#: `void synchronise(start, end)`: Linux's cacheflush(start, bytes, both caches), for programs may not do it themselves.
NARROW_SYNCHRONISE = (
    (0x00A42823, "subu $5, $5, $4"),
    (0x24060003, "li $6, 3"),
    (0x24021033, "li $2, 4147"),
    (0x0000000C, "syscall"),
    (0x03E00008, "jr $31"),
    (0x00000000, "nop"),
)
WIDE_SYNCHRONISE = (
    (0x00A4282F, "dsubu $5, $5, $4"),
    (0x24060003, "li $6, 3"),
    (0x2402144D, "li $2, 5197"),
    (0x0000000C, "syscall"),
    (0x03E00008, "jr $31"),
    (0x00000000, "nop"),
)


def hardware(word: int, order: ByteOrder) -> Hardware:
    """The facts where addresses have so many bytes, and numbers this order."""
    form, flags = f"{order.format}I", pack(f"{order.format}H6B4I", *ABI_FLAGS[word])
    trap, first, second = (written(rows, form) for rows in (BREAK, *SAMPLES))
    kind, bit = REL32, 8
    if word == 8:
        kind, bit = (LITTLE_REL64, 0) if order == LITTLE else (REL64, 32)
    dynamic = Dynamic(relative=kind, symbol=kind, addends=False, symbol_bit=bit, fills=True, abi_flags=flags)
    said, rows = (NARROW_FLAGS, NARROW_SYNCHRONISE) if word == 4 else (WIDE_FLAGS, WIDE_SYNCHRONISE)
    return Hardware(word, EM_MIPS, trap, (first, second), written(rows, form), said, order, dynamic)
