"""Locks that a forked child finds open: of its parent's threads it has only the one that forked.

What such a lock guards must be whole wherever Python may switch threads, or be made anew by whoever comes next: the
child goes on with what a thread that is not there any more had done so far.
"""

from __future__ import annotations

import threading
from types import TracebackType
from weakref import WeakSet

__all__ = ["Lock", "after_fork_in_child"]


class Lock:
    """A re-entrant lock: a finalizer or a signal handler may come to it in the middle."""

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self._lock = threading.RLock()
        _locks.add(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def _after_fork_in_child(self) -> None:
        if self._lock.acquire(blocking=False):  # nobody has it, or this thread has and will give it back
            self._lock.release()
        else:
            self._lock = threading.RLock()


_locks: WeakSet[Lock] = WeakSet()


def after_fork_in_child() -> None:
    """Open what threads had that are not there any more; to be called before any lock is taken."""
    for lock in list(_locks):
        lock._after_fork_in_child()
