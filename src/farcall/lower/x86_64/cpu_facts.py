"""What is to be known around x86-64's code. Its caches are coherent: what was written runs (Intel SDM 3A, §12.6)."""

from __future__ import annotations

from ..cpu_facts import Dynamic, Hardware

__all__ = ["HARDWARE"]

EM_X86_64 = 62  # x86-64 psABI 1.0, §4.1.1
INT3 = b"\xcc"
#: endbr64; mov eax, 1 or 2; ret
SAMPLES = (bytes.fromhex("f30f1efa b801000000 c3"), bytes.fromhex("f30f1efa b802000000 c3"))

#: psABI 1.0, table 4.9 (R_X86_64_RELATIVE, R_X86_64_64, R_X86_64_TPOFF64); the Linux gABI extensions: IBT and SHSTK.
DYNAMIC = Dynamic(relative=8, symbol=1, thread=18, property=0xC0000002, bits=3)

HARDWARE = Hardware(8, EM_X86_64, INT3, SAMPLES, dynamic=DYNAMIC)
