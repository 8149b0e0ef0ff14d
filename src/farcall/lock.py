"""Locks that a forked child finds open: of its parent's threads it has only the one that forked.

What such a lock guards must be whole wherever Python may switch threads, or be made anew by whoever comes next: the
child goes on with what a thread that is not there any more had done so far.
"""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from weakref import WeakSet

__all__ = ["Lock", "after_fork_in_child", "loaded_before_fork"]

#: The package, and how many seconds a fork waits for its modules, at most and at a time.
ROOT = __name__.partition(".")[0]
PATIENCE, PAUSE = 1.0, 0.0005


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


def loaded_before_fork() -> None:
    """Wait until no thread is importing a module of this package: in a child, nobody would ever finish it, nor give back the
    lock that import has for it. To be called before a fork."""
    deadline = time.monotonic() + PATIENCE  # this very thread may be importing one
    while any(map(_loading, list(sys.modules.items()))) and time.monotonic() < deadline:
        time.sleep(PAUSE)


def _loading(entry: tuple[str, object]) -> bool:
    name, module = entry
    return name.startswith(ROOT) and bool(getattr(getattr(module, "__spec__", None), "_initializing", False))
