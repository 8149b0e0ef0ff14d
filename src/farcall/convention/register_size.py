"""How wide a register is, for who draws one: a placement says only which bytes of it are used."""

from __future__ import annotations

from .placement import Register

__all__ = ["SIZES", "register_size"]

#: By CPU, bytes of the registers of a bank, or of those whose name begins so. Only registers that a placement names.
SIZES: dict[str, dict[str, int]] = {
    "x86_64": {"general": 8, "xmm": 16, "ymm": 32, "zmm": 64, "x87": 10},
    "i386": {"general": 4, "xmm": 16, "ymm": 32, "zmm": 64, "x87": 10, "mmx": 8},
    "aarch64": {"general": 8, "vector": 16},
    "aarch64_be": {"general": 8, "vector": 16},
    "riscv64": {"general": 8, "vector": 8},
    "loongarch64": {"general": 8, "vector": 8},
    "riscv32": {"general": 4, "vector": 8},
    "s390x": {"general": 8, "f": 8, "v": 16},
    "ppc64le": {"general": 8, "f": 8, "v": 16},
    "ppc64": {"general": 8, "f": 8, "v": 16},
    "ppc": {"general": 4, "f": 8},
    "arm": {"general": 4, "s": 4, "d": 8, "q": 16},
    "mipsel": {"general": 4, "vector": 8},
    "mips": {"general": 4, "vector": 8},
    "mips64el": {"general": 8, "vector": 8},
    "mips64": {"general": 8, "vector": 8},
    "sparc64": {"general": 8, "f": 4, "d": 8, "q": 16},
    "sparc": {"general": 4, "f": 4, "d": 8},
    "alpha": {"general": 8, "vector": 8},
    "m68k": {"general": 4, "vector": 12},
    "sh4": {"general": 4, "fr": 4, "dr": 8},
}


def register_size(register: Register, cpu: str) -> int:
    """The bytes of a register of `cpu`; 0 where the table does not know it."""
    known = SIZES.get(cpu, {})
    return known.get(register.name.rstrip("0123456789")) or known.get(register.bank, 0)
