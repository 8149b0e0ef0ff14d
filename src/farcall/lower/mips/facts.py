"""What is to be known around MIPS's code: above all, that its instruction caches have to be told of it, by the kernel."""

from __future__ import annotations

from struct import pack

from ..cpu_facts import Dynamic, Hardware, written

__all__ = ["hardware"]

EM_MIPS = 8  # the System V ABI's MIPS supplement, chapter 4, "ELF Header"
BREAK = pack("<I", 0x0000000D)
#: li $2, 1 or 2; jr $31; nop
SAMPLES = tuple(pack("<3I", 0x24020000 | number, 0x03E00008, 0) for number in (1, 2))
#: R_MIPS_REL32, which is both: without a symbol it adds the image's own address.
REL32 = 3


def hardware(word: int, flags: int, synchronise: tuple[tuple[int, str], ...]) -> Hardware:
    """The facts where addresses have so many bytes."""
    first, second = SAMPLES
    dynamic = Dynamic(relative=REL32, symbol=REL32, addends=False)
    return Hardware(word, EM_MIPS, BREAK, (first, second), written(synchronise), flags, dynamic=dynamic)
