"""The C stack of the running thread: which foreign call of this interpreter's, if any, lies above a place in it."""

from __future__ import annotations

import sys
from _thread import _local as local

from ... import seed
from ...stub.interpreter import SIZE
from ...system import running
from ..facts.host import WORD
from ..facts.interpreter import interpreter
from .late import late
from .table import want_at_the_end

__all__ = ["bounds", "enclosing_call", "inside_call"]

_PATTERN = interpreter().mark.to_bytes(SIZE, sys.byteorder, signed=True)
_limits = local()
#: What tells an address in the running thread's stack, for who closes a library: finalizers may, too.
HERE = "cpython.link.here:here"
want_at_the_end(HERE)


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


def inside_call() -> bool:
    """Whether C that was entered through farcall is under way on this thread: a callback is running."""
    return enclosing_call(late(HERE)(None)) is not None


def bounds() -> tuple[int, int]:
    """The lowest address of the running thread's stack, and the end of its highest byte; (0, 0) if unknown."""
    known: tuple[int, int] | None = getattr(_limits, "stack", None)
    if known is None:
        known = running().thread_stack()
        if known != (0, 0):
            _limits.stack = known
    return known
