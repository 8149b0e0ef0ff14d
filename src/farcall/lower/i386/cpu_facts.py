"""What is to be known around i386's code. Its caches are coherent: what was written runs (Intel SDM 3A, §12.6)."""

from __future__ import annotations

from ..cpu_facts import Hardware

__all__ = ["HARDWARE"]

EM_386 = 3  # i386 psABI 1.1, §4.1
INT3 = b"\xcc"
#: endbr32; mov eax, 1 or 2; ret
SAMPLES = (bytes.fromhex("f30f1efb b801000000 c3"), bytes.fromhex("f30f1efb b802000000 c3"))

HARDWARE = Hardware(word=4, elf=EM_386, trap=INT3, samples=SAMPLES)
