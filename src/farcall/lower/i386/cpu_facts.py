"""What is to be known around i386's code. Its caches are coherent: what was written runs (Intel SDM 3A, §12.6)."""

from __future__ import annotations

from ..cpu_facts import Dynamic, Hardware

__all__ = ["HARDWARE"]

EM_386 = 3  # i386 psABI 1.1, §4.1
INT3 = b"\xcc"
#: endbr32; mov eax, 1 or 2; ret
SAMPLES = (bytes.fromhex("f30f1efb b801000000 c3"), bytes.fromhex("f30f1efb b802000000 c3"))

#: i386 psABI 1.1, table 4.9 (R_386_RELATIVE, R_386_32, R_386_TLS_TPOFF); IBT alone, for images learn their place by a
#: call that does not return.
DYNAMIC = Dynamic(relative=8, symbol=1, thread=14, addends=False, property=0xC0000002, bits=1)

HARDWARE = Hardware(4, EM_386, INT3, SAMPLES, dynamic=DYNAMIC)
