"""The C stack of the running thread: which foreign call, if any, lies above a place in it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import lru_cache

from ... import seed
from ...stub.call_mark import MARK, SIZE
from ..facts.host import WORD

__all__ = ["bounds", "enclosing_call"]

_PATTERN = MARK.to_bytes(SIZE, sys.byteorder, signed=True)
_limits = threading.local()
#: The thread library's functions that tell, with their numbers of parameters; what an int result that is not 0 has.
FUNCTIONS = (("pthread_self", 0), ("pthread_getattr_np", 2), ("pthread_attr_getstack", 3), ("pthread_attr_destroy", 1))
FAILED = 0xFFFFFFFF
ATTRIBUTES = 256  # more than sizeof(pthread_attr_t) anywhere: 36, 56 or 64 bytes with glibc


def enclosing_call(place: int) -> int | None:
    """The address of the mark of the innermost foreign call that is under way above `place`, an address in the
    running thread's stack; None if C was not entered through farcall on this thread."""
    low, high = bounds()
    if not low <= place < high:
        return None
    start = -(-place // WORD) * WORD
    found, data = -1, seed.read(start, high - start)
    while True:
        found = data.find(_PATTERN, found + 1)
        if found < 0 or found % WORD == 0:
            return None if found < 0 else start + found


def bounds() -> tuple[int, int]:
    """The lowest address of the running thread's stack, and the end of its highest byte; (0, 0) if unknown."""
    known: tuple[int, int] | None = getattr(_limits, "stack", None)
    if known is None:
        itself, attributes, stack, destroy = _functions()
        room, low, size = bytearray(ATTRIBUTES), bytearray(WORD), bytearray(WORD)
        at = seed.address_of(room)
        if attributes(itself(), at) & FAILED:
            return (0, 0)
        found = not stack(at, seed.address_of(low), seed.address_of(size)) & FAILED
        destroy(at)
        if not found:
            return (0, 0)
        start = int.from_bytes(low, sys.byteorder)
        known = (start, start + int.from_bytes(size, sys.byteorder))
        _limits.stack = known
    return known


@lru_cache(maxsize=1)
def _functions() -> tuple[Callable[..., int], ...]:
    return tuple(seed.word_function(seed.symbol(name), count) for name, count in FUNCTIONS)
