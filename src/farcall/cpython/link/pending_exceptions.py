"""Exceptions of callbacks, between the callback and the foreign call that C was entered by.

A pending exception is kept under the address of the mark that its call has in its frame, so the one that is raised
belongs to just that call, whatever other calls and threads do meanwhile. The number of pending exceptions lies in a
cell that every call reads.
"""

from __future__ import annotations

from ...lock import new_lock
from ...system import running
from .data_cells import allocate
from .stack import bounds, enclosing_call

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["failed", "postpone", "raise_pending"]

#: How many later exceptions of the same call are mentioned.
MOST_NOTES = 5

_pending: dict[int, BaseException] = {}
#: Exceptions that generated code put here because Python code could not run, each behind an address in the frame of
#: its callback.
_stranded: list[tuple[int, BaseException]] = []
_lock = new_lock()  # a finalizer may call C, and C a callback, in the middle
_count = allocate(16)


def failed(closure: Any, error: BaseException, place: int) -> bool:
    """Deal with the exception of a callback whose frame holds `place`: keep it for the call that C was entered by.
    False if there is none."""
    if error.__traceback__ is None and type(error) is TypeError and closure is not None:
        error.args = (f"{closure.called_as()}: {error}",)  # of the call itself: the callable takes other arguments
    mark = enclosing_call(place)
    if mark is None:
        return False
    postpone(mark, error)
    return True


def postpone(mark: int, error: BaseException) -> None:
    """Keep `error` for the call with its mark at `mark`.

    The first exception is the one that will be raised; later ones become notes of it (`__notes__`). Only a
    KeyboardInterrupt, SystemExit or the like takes the place of an ordinary one, which is then its context.
    """
    with _lock:
        first = _pending.get(mark)
        if first is error:
            return
        if first is None or (isinstance(first, Exception) and not isinstance(error, Exception)):
            if first is not None and error.__context__ is None:
                error.__context__ = first
            _pending[mark] = error
        else:
            _note(first, error)
        _tell()


def _note(first: BaseException, later: BaseException) -> None:
    """Mention a later exception in the first one, up to a number of lines."""
    notes: list[str] = first.__dict__.setdefault("__notes__", [])
    if len(notes) < MOST_NOTES:
        notes.append(f"later in the same call, a callback raised {later!r}")
    elif len(notes) == MOST_NOTES:
        notes.append("and more")


def raise_pending(function: Any, mark: int) -> None:
    """Raise the exception that waits for the call with its mark at `mark`, if one does."""
    with _lock:
        _adopt(mark)
        error = _pending.pop(mark, None)
        _tell()
    if error is not None:
        try:
            raise error
        finally:
            del error  # no cycle through this frame


def _adopt(mark: int) -> None:
    """Have the call with its mark at `mark` take what calls below it had no room to take: they have returned."""
    if not _stranded and len(_pending) == (mark in _pending):
        return
    low, _ = bounds()
    for entry in [entry for entry in _stranded if low <= entry[0] < mark]:
        postpone(mark, entry[1])
        _stranded.remove(entry)
    for below in [other for other in _pending if low <= other < mark]:
        postpone(mark, _pending[below])
        del _pending[below]


def _tell() -> None:
    """Tell generated code how many exceptions wait."""
    _count.put_int(0, len(_pending) + len(_stranded))


def _after_fork_in_child() -> None:
    """Only this thread is left, and only what waits for its calls."""
    low, high = bounds()
    for mark in [mark for mark in _pending if not low <= mark < high]:
        del _pending[mark]
    _stranded[:] = [entry for entry in _stranded if low <= entry[0] < high]
    _tell()


running().at_fork(after_in_child=_after_fork_in_child)


def count() -> int:
    """Where the number of pending exceptions is, for the links of generated code."""
    return _count.address


def stranded() -> int:
    """The list of what Python code could not keep, for the links of generated code."""
    return id(_stranded)
