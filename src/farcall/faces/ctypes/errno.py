"""The private copy of errno that functions with `use_errno` exchange for C's around a call."""

from __future__ import annotations

import sys

from ...cpython.callable.errno import errno

__all__ = ["get_errno", "set_errno"]


def get_errno() -> int:
    """The private copy of errno in this thread; 0 where no call has set it."""
    sys.audit("ctypes.get_errno")
    try:
        return errno()
    except RuntimeError:
        return 0


def set_errno(value: int) -> int:
    """Set the private copy of errno in this thread; gives what it was."""
    if not isinstance(value, int):
        raise TypeError(f"an integer is required (got type {type(value).__name__})")
    sys.audit("ctypes.set_errno", value)
    before = get_errno()
    errno(value)
    return before
