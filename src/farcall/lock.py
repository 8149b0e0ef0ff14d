"""Locks that a forked child finds open: of its parent's threads it has only the one that forked.

What such a lock guards must be whole wherever Python may switch threads, or be made anew by whoever comes next: the
child goes on with what a thread that is not there any more had done so far.
"""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import Any
from weakref import WeakSet

__all__ = ["Lock", "after_fork_in_child", "loaded_before_fork"]

#: Packages that functions here import, and how many seconds a fork waits for its modules, at most and at a time.
OWN = frozenset({*sys.stdlib_module_names, __name__.partition(".")[0]})
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
    """Wait until no other thread is importing a module of this package, or of the standard library: in a child, nobody would
    ever finish it, nor give back the lock that import has for it. To be called before a fork."""
    deadline = time.monotonic() + PATIENCE  # what is imported may be a program that never ends
    while _others_import() and time.monotonic() < deadline:
        time.sleep(PAUSE)


def _others_import() -> bool:
    """Whether another thread has the lock of such a module, as import keeps them."""
    locks: dict[str, Any] = getattr(sys.modules["_frozen_importlib"], "_module_locks", {})
    for name, reference in list(locks.items()):
        owner = getattr(reference(), "owner", None)
        if owner not in (None, threading.get_ident()) and name.partition(".")[0] in OWN:
            return True
    return False
