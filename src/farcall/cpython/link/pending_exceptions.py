"""Exceptions of callbacks, between the callback and the foreign call that C was entered by.

A parked exception is kept under the address of the mark that its call has in its frame, so the one that is raised
belongs to just that call, whatever other calls and threads do meanwhile. The number of parked exceptions lies in a
cell that every call reads.
"""

from __future__ import annotations

import threading
from typing import Any

from ...system import running
from .data_cells import allocate

__all__ = ["failed", "park", "unpark"]

#: How many later exceptions of the same call are mentioned.
MOST_NOTES = 5

_parked: dict[int, BaseException] = {}
_lock = threading.RLock()  # a finalizer may call C, and C a callback, in the middle
_count = allocate(16)


def failed(closure: Any, error: BaseException, place: int) -> None:
    """Deal with the exception of a callback whose frame holds `place`: park it for the call that C was entered
    by; raise it again where there is none, which the caller reports as unraisable."""
    from ..callable.stack import enclosing_call

    mark = enclosing_call(place)
    if mark is None:
        try:
            raise error
        finally:
            del error  # no cycle through this frame
    park(mark, error)


def park(mark: int, error: BaseException) -> None:
    """Keep `error` for the call with its mark at `mark`.

    The first exception is the one that will be raised; later ones become notes of it (`__notes__`). Only a
    KeyboardInterrupt, SystemExit or the like takes the place of an ordinary one, which is then its context.
    """
    with _lock:
        first = _parked.get(mark)
        if first is None or (isinstance(first, Exception) and not isinstance(error, Exception)):
            if first is not None and error.__context__ is None:
                error.__context__ = first
            _parked[mark] = error
        else:
            _note(first, error)
        _count.put_int(0, len(_parked))


def _note(first: BaseException, later: BaseException) -> None:
    """Mention a later exception in the first one, up to a number of lines."""
    notes: list[str] = first.__dict__.setdefault("__notes__", [])
    if len(notes) < MOST_NOTES:
        notes.append(f"later in the same call, a callback raised {later!r}")
    elif len(notes) == MOST_NOTES:
        notes.append("and more")


def unpark(function: Any, mark: int) -> None:
    """Raise the exception that waits for the call with its mark at `mark`, if one does."""
    with _lock:
        error = _parked.pop(mark, None)
        _count.put_int(0, len(_parked))
    if error is not None:
        try:
            raise error
        finally:
            del error  # no cycle through this frame


def _after_fork_in_child() -> None:
    """Only this thread is left, and only what waits for its calls."""
    global _lock
    from ..callable.stack import bounds

    _lock = threading.RLock()
    low, high = bounds()
    for mark in [mark for mark in _parked if not low <= mark < high]:
        del _parked[mark]
    _count.put_int(0, len(_parked))


running().at_fork(after_in_child=_after_fork_in_child)


def count() -> int:
    """Where the number of parked exceptions is, for the links of generated code."""
    return _count.address
