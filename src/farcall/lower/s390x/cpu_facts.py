"""What is to be known around z/Architecture's code. Its caches are coherent, but what was stored by one address may have
been fetched ahead by another, until the CPU serialises (Principles of Operation, "Conceptual Sequence")."""

from __future__ import annotations

from ...ctype import BIG
from ..cpu_facts import Dynamic, Hardware, written

__all__ = ["HARDWARE", "SYNCHRONISE"]

EM_S390 = 22  # ELF ABI s390x Supplement 1.6, §2.1
BREAKPOINT = bytes.fromhex("00010001")  # twice no instruction; the kernel knows it as the debuggers'
#: lgfi %r2, 1 or 2; br %r14
SAMPLES = (bytes.fromhex("c02100000001 07fe"), bytes.fromhex("c02100000002 07fe"))

#: `void synchronise(start, end)`: serialise.
SYNCHRONISE = ((0x07F0, "bcr 15, %r0"), (0x07FE, "br %r14"))

#: ELF ABI s390x Supplement 1.6, "Relocation Types" (R_390_RELATIVE, R_390_64, R_390_TLS_TPOFF), "Hash Table" (64-bit entries).
DYNAMIC = Dynamic(relative=12, symbol=22, thread=56, hash=8)

HARDWARE = Hardware(8, EM_S390, BREAKPOINT, SAMPLES, written(SYNCHRONISE, ">H"), order=BIG, dynamic=DYNAMIC)
