"""What is to be known around LoongArch's code: above all, that its instruction fetch has to be told of it."""

from __future__ import annotations

from struct import pack

from ..cpu_facts import Dynamic, Hardware, written

__all__ = ["HARDWARE", "SYNCHRONISE"]

EM_LOONGARCH = 258  # ELF for LoongArch (LAELF), "EM_LOONGARCH"
#: LAELF, "e_flags": the double-precision ABI, object file ABI version 1; the loader of an lp64d system wants these.
EF_LOONGARCH = 0x43
BREAK = pack("<I", 0x002A0000)
#: ori $a0, $zero, 1 or 2; jirl $zero, $ra, 0
SAMPLES = (pack("<2I", 0x03800404, 0x4C000020), pack("<2I", 0x03800804, 0x4C000020))

#: `void synchronise(start, end)`: what compilers make of __builtin___clear_cache. The CPUs keep their caches alike by
#: themselves (Reference Manual, "IBAR"); what has been fetched ahead is dropped.
SYNCHRONISE = (
    (0x38728000, "ibar 0"),
    (0x4C000020, "jirl $zero, $ra, 0"),
)

#: LAELF, "Relocations" (R_LARCH_RELATIVE, R_LARCH_64, R_LARCH_TLS_TPREL64).
DYNAMIC = Dynamic(relative=3, symbol=2, thread=11)

HARDWARE = Hardware(8, EM_LOONGARCH, BREAK, SAMPLES, written(SYNCHRONISE), EF_LOONGARCH, dynamic=DYNAMIC)
