"""Byte order: which end of a number comes first in memory. The only place that knows; everybody else asks a `ByteOrder`.

A number of `width` bytes has a low-order and a high-order end. Where its low-order bytes lie in memory, and how much a
byte at some offset counts, is all that differs between machines.
"""

from __future__ import annotations

from ..record import dataclass

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Literal

__all__ = ["BIG", "LITTLE", "ByteOrder"]


@dataclass(frozen=True, slots=True)
class ByteOrder:
    """`name` is "little" or "big", as `int.to_bytes` and `sys.byteorder` have it."""

    name: Literal["little", "big"]

    def low(self, width: int, size: int) -> int:
        """How far into a number of `width` bytes its `size` low-order bytes begin."""
        return 0 if self.name == "little" else width - size

    def high(self, width: int, size: int) -> int:
        """How far into a number of `width` bytes its `size` high-order bytes begin."""
        return width - size - self.low(width, size)

    def shift(self, width: int, offset: int, size: int) -> int:
        """By how many bits the bytes [offset, offset + size) are shifted to the left in a number of `width` bytes."""
        return self.shift_of_bits(8 * width, 8 * offset, 8 * size)

    def shift_of_bits(self, width: int, first: int, count: int) -> int:
        """The same of the bits [first, first + count) of a number of `width` bits, counted in the order of memory: from a
        byte's least significant bit on a little-endian machine, from its most significant one on a big-endian one."""
        return first if self.name == "little" else width - first - count

    @property
    def format(self) -> str:
        """What a format of `struct`, or of a buffer (PEP 3118), begins with."""
        return "<" if self.name == "little" else ">"

    def __str__(self) -> str:
        return f"{self.name}-endian"


LITTLE, BIG = ByteOrder("little"), ByteOrder("big")
