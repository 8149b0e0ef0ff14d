"""The stacks of threads and their values, as kernel32 has them; and frames."""

from __future__ import annotations

import struct

from ... import seed
from ..record import ThreadValues, Unwinder
from .functions import BOOL, failure, function

__all__ = ["thread_stack", "thread_value", "thread_values", "unwinder"]

LIMITS = struct.Struct("2P")  # the lowest address, and the end of the highest byte
#: What FlsAlloc gives where there are no more (FLS_OUT_OF_INDEXES).
NONE_LEFT = 0xFFFFFFFF


def thread_stack() -> tuple[int, int]:
    """The lowest address of the running thread's stack, and the end of its highest byte; (0, 0) if unknown."""
    try:
        limits = function("GetCurrentThreadStackLimits", 2)  # Windows 8 on
    except OSError:
        return (0, 0)
    room = bytearray(LIMITS.size)
    place = seed.address_of(room)
    limits(place, place + LIMITS.size // 2)
    low, high = LIMITS.unpack(room)
    return (low, high)


def thread_values(ended: int = 0) -> ThreadValues:
    """A fiber-local index: unlike a thread-local one it has a function that is called when a thread ends."""
    number = function("FlsAlloc", 1)(ended or seed.symbol("free")) & BOOL
    if number == NONE_LEFT:
        raise failure()
    return ThreadValues(number, *map(seed.symbol, ("FlsGetValue", "FlsSetValue", "FlsFree")))


def thread_value(key: int) -> int:
    """What the running thread has for an index."""
    return function("FlsGetValue", 1)(key)


def unwinder() -> Unwinder | None:
    """None: Windows walks frames by tables of its own (`frame_tables`), which no `.eh_frame` section is."""
    return None
