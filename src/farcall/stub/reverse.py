"""Bytes copied the other way round: what makes a number of one byte order one of the other."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Load, Memory, Store

__all__ = ["reverse"]


def reverse(w: Builder, to: Memory, source: Memory, size: int, note: str) -> None:
    """Copy `size` bytes, the last one first, byte by byte, since none of them need be aligned. t1 is lost."""
    for index in range(size):
        w.add(
            Load("t1", Memory(source.base, source.offset + index), 1, note=note if not index else ""),
            Store(Memory(to.base, to.offset + size - 1 - index), "t1", 1),
        )
