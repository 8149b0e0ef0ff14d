"""The frames of generated code for Windows' unwinder: a row of its function table for each stretch of code whose frame is
the same, and what undoes that frame.

    row      start, end, place of what undoes the frame: words of 32 bits, from a common base
    undoing  version and flags, bytes of the prologue, words that follow, frame pointer; then the words, the last push first

Every stretch says what is true all over it, so none has a prologue. Source: Microsoft Learn, "x64 exception handling".
"""

from __future__ import annotations

import struct
from functools import lru_cache
from itertools import pairwise

from ..record import NamedTuple
from .code import Unwind
from .cpu_facts import part
from .frames import rows

__all__ = ["Stretch", "stretches", "undoing"]

#: The operations: a register was pushed; so many bytes were taken, in a scaled number of 4, 16 or 32 bits; the frame pointer
#: was set.
PUSHED, TAKEN_LARGE, TAKEN_SMALL, POINTER_SET = 0, 1, 2, 3
VERSION = 1
WORD = 8


class Stretch(NamedTuple):
    """Code from `start` to `end`, in bytes from the code's own start, and what undoes its frame."""

    start: int
    end: int
    undoing: bytes


@lru_cache(maxsize=256)  # code of the same shape is bound again and again
def stretches(cpu: str, size: int, shapes: bytes) -> tuple[Stretch, ...]:
    """The stretches of a code of so many bytes, by its shapes (`frames`)."""
    found = rows(cpu, shapes)
    ends = [*(later.offset for _, later in pairwise(found)), size]
    return tuple(
        Stretch(row.offset, min(end, size), undoing(cpu, row))
        for row, end in zip(found, ends, strict=True)
        if row.offset < size
    )


def undoing(cpu: str, row: Unwind) -> bytes:
    """How the frame of a row is undone (UNWIND_INFO). Registers were pushed right below the return address, in the order
    in which the row has them."""
    numbers = part(cpu, "machine").PUSHED
    framed = row.base != part(cpu, "unwinding").FRAMES.bases[0]
    below = row.depth - WORD * (1 + len(row.saved))  # from where the base points up to the last one pushed
    codes = b""
    pointer = 0
    if framed:
        pointer = numbers[row.base]
        codes += _code(POINTER_SET, 0)
    if below:
        codes += _taken(below)
    codes += b"".join(_code(PUSHED, numbers[name]) for name in reversed(row.saved))
    count = len(codes) // 2
    return struct.pack("<4B", VERSION, 0, count, pointer) + codes + bytes(2 * (count % 2))


def _code(operation: int, information: int, *more: int) -> bytes:
    return struct.pack(f"<BB{len(more)}H", 0, operation | information << 4, *more)


def _taken(size: int) -> bytes:
    if size <= 16 * WORD:
        return _code(TAKEN_SMALL, size // WORD - 1)
    if size // WORD < 1 << 16:
        return _code(TAKEN_LARGE, 0, size // WORD)
    return _code(TAKEN_LARGE, 1, size & 0xFFFF, size >> 16)
