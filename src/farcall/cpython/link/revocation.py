"""How often memory or code was taken back under the process: a library closed, an arena or a value freed.

A call converts its arguments one by one, and a conversion may run Python code, which may take back what an earlier
argument or the function itself needs. Generated code reads the count before and behind every conversion that can run
Python code; if it has changed, Python looks at all arguments again (`callable.marshal.recheck`). Conversions that run
none pay nothing.
"""

from __future__ import annotations

from ...lock import new_lock
from ..facts.host import WORD
from .data_cells import allocate

__all__ = ["count", "revocations", "revoke"]

_count = allocate(WORD)
_lock = new_lock()  # two that are counted as one would be missed by a conversion between them
_END = 1 << 8 * WORD


def revoke() -> None:
    """Tell conversions under way that something was taken back. Call it when that is done, and before memory goes."""
    with _lock:
        _count.put_word(0, (_count.word(0) + 1) % _END)


def revocations() -> int:
    """How often something was taken back so far."""
    return _count.word(0)


def count() -> int:
    """Where the count is, for the links of generated code."""
    return _count.address
