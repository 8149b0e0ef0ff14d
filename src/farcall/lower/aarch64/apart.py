"""AArch64 with the addresses that code needs in cells apart from it, up to 4 GiB away."""

from __future__ import annotations

from typing import cast

from ...encode import aarch64 as e
from ..engine import Apart
from .machine import AArch64, BigAArch64

__all__ = ["ApartAArch64", "ApartBigAArch64"]

PAGE_BITS = 12
LOW = (1 << PAGE_BITS) - 1


class ApartAArch64(AArch64):
    """Reads a cell as compilers do for other ELF files' symbols: its page, then what lies there (AAELF64, §5.7.6)."""

    def symbol(self, to: int, name: str) -> None:
        a = cast(Apart, self.a)
        a.read_cell(lambda here, cell: e.adrp(to, (cell >> PAGE_BITS) - (here >> PAGE_BITS)), name)
        a.read_cell(lambda here, cell: e.ldr(to, to, cell & LOW, 64), name)


class ApartBigAArch64(ApartAArch64, BigAArch64):
    """The same in the other byte order."""
