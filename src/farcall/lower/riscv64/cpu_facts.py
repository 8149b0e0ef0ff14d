"""What is to be known around RISC-V's code: above all, that its instruction caches have to be told of it."""

from __future__ import annotations

from struct import pack

from ..cpu_facts import Dynamic, Hardware, written

__all__ = ["HARDWARE", "SYNCHRONISE", "facts"]

EM_RISCV = 243  # psABI, "File Header"
EF_RISCV_FLOAT_ABI_DOUBLE = 4  # the loader of an lp64d system refuses other libraries; code here has no C in it
EBREAK = bytes.fromhex("73001000")
#: li a0, 1 or 2; ret
SAMPLES = (pack("<2I", 0x00100513, 0x00008067), pack("<2I", 0x00200513, 0x00008067))

#: `void synchronise(start, end)`: Linux's riscv_flush_icache(start, end, 0). The instruction for it, fence.i, reaches
#: only the hart that executes it, and the kernel may move a thread to another one right afterwards.
SYNCHRONISE = (
    (0x00000613, "li a2, 0"),  # for all threads of this process
    (0x10300893, "li a7, 259"),
    (0x00000073, "ecall"),
    (0x00008067, "ret"),
)

#: psABI, "Relocations" (R_RISCV_RELATIVE), and by the bytes of a word R_RISCV_64 or R_RISCV_32, R_RISCV_TLS_TPREL64 or
#: R_RISCV_TLS_TPREL32.
RELATIVE, SYMBOL, THREAD = 3, {4: 1, 8: 2}, {4: 10, 8: 11}


def facts(word: int) -> Hardware:
    """The facts where addresses have so many bytes."""
    dynamic = Dynamic(relative=RELATIVE, symbol=SYMBOL[word], thread=THREAD[word])
    flags = EF_RISCV_FLOAT_ABI_DOUBLE
    return Hardware(word, EM_RISCV, EBREAK, SAMPLES, written(SYNCHRONISE), flags, dynamic=dynamic)


HARDWARE = facts(8)
