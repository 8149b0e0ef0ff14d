"""Locks that a forked child finds open: of its parent's threads it has only the one that forked.

What such a lock guards must be whole wherever Python may switch threads, or be made anew by whoever comes next: the
child goes on with what a thread that is not there any more had done so far.
"""

from __future__ import annotations

import sys
import time
from _thread import RLock, get_ident
from weakref import WeakSet

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["OWN", "after_fork_in_child", "loaded_before_fork", "new_lock"]

#: This package and those of the standard library: all that functions here import.
OWN = frozenset({*sys.stdlib_module_names, __name__.partition(".")[0]})
#: How many seconds a fork waits for modules of theirs, at most and at a time.
PATIENCE, PAUSE = 1.0, 0.0005


_locks: WeakSet[RLock] = WeakSet()


def new_lock() -> RLock:
    """A re-entrant lock: a finalizer or a signal handler may come to it in the middle.

    It is the interpreter's own, not one of ours around it: entered and left without code in Python, it has no place for an
    interrupt between a `with` and its lock.
    """
    made = RLock()
    _locks.add(made)
    return made


def after_fork_in_child() -> None:
    """Open what threads had that are not there any more; to be called before any lock is taken."""
    for lock in list(_locks):
        if lock.acquire(blocking=False):  # nobody has it, or this thread has and will give it back
            lock.release()
        else:
            lock._at_fork_reinit()  # type: ignore[attr-defined]  # what `threading` calls then, too


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
        if owner not in (None, get_ident()) and name.partition(".")[0] in OWN:
            return True
    return False
