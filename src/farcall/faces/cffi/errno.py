"""`ffi.errno`: what C's last call left, and finds at the next."""

from __future__ import annotations

from typing import Any

from ...cpython.callable.errno import errno

__all__ = ["get_errno", "set_errno"]


def get_errno() -> int:
    """The errno of this thread's last call; 0 before there was one."""
    try:
        return errno()
    except RuntimeError:
        return 0


def set_errno(value: Any) -> None:
    """Set it. Raises TypeError and OverflowError for what is no C int."""
    errno(value)
