"""What is to be known around MIPS's code: above all, that its instruction caches have to be told of it, by the kernel."""

from __future__ import annotations

from struct import pack

from ..cpu_facts import Dynamic, Hardware, written

__all__ = ["hardware"]

EM_MIPS = 8  # the System V ABI's MIPS supplement, chapter 4, "ELF Header"
BREAK = pack("<I", 0x0000000D)
#: li $2, 1 or 2; jr $31; nop
SAMPLES = tuple(pack("<3I", 0x24020000 | number, 0x03E00008, 0) for number in (1, 2))
#: R_MIPS_REL32, which is both: without a symbol it adds the image's own address. Of 64 bits it is with R_MIPS_64 after it,
#: as r_info has the two there: its bytes from the last on, and the symbol in the first four.
REL32, REL64 = 3, 3 << 56 | 18 << 48
#: By the bytes of a word, Elf_ABIFlags_v0: version, instruction set, its revision, widths of general and floating-point
#: registers and of a second coprocessor's, the ABI of floating-point numbers (5, either kind of registers, and 1, with 64 bits),
#: extensions. Of o32 code, nothing hangs on the odd registers (FLAGS 1).
ABI_FLAGS = {
    4: pack("<H6B4I", 0, 32, 2, 1, 1, 0, 5, 0, 0, 0, 0),
    8: pack("<H6B4I", 0, 64, 2, 2, 2, 0, 1, 0, 0, 1, 0),
}


def hardware(word: int, flags: int, synchronise: tuple[tuple[int, str], ...]) -> Hardware:
    """The facts where addresses have so many bytes."""
    first, second = SAMPLES
    kind, bit = (REL64, 0) if word == 8 else (REL32, 8)
    dynamic = Dynamic(relative=kind, symbol=kind, addends=False, symbol_bit=bit, fills=True, abi_flags=ABI_FLAGS[word])
    return Hardware(word, EM_MIPS, BREAK, (first, second), written(synchronise), flags, dynamic=dynamic)
