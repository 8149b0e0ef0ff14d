"""Thread states that foreign threads keep between callbacks: whether they do, and what a fork makes of them.

See `stub.kept_thread`.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache

from ... import seed
from ...stub.kept_thread import CELLS, ENDED, KEEP, NEWEST, NEXT, PROCESS
from ...system import running
from ...system.record import ThreadValues
from ..facts.host import WORD
from ..facts.interpreter import counts_references
from .data_cells import allocate
from .linker import linker

__all__ = ["MAY_KEEP", "keep_threads"]

#: Not so in subinterpreters, see `stub.kept_thread`; nor in debug builds from 3.12 on, which end the process where the state of
#: another thread is deleted (an assertion in `unbind_gilstate_tstate`, Python/pystate.c).
MAY_KEEP = not seed.INTERPRETER_NUMBER and not (counts_references() and sys.version_info >= (3, 12))

_cells = allocate(CELLS * WORD)
_cells.put_int(KEEP * WORD, MAY_KEEP)
_cells.put_int(PROCESS * WORD, os.getpid())


def keep_threads(on: bool = True) -> None:
    """Whether a foreign thread, one that Python did not start, keeps Python's state of it from its first callback until
    the thread ends. That is so from the start, because it makes further callbacks many times faster.

    `keep_threads(False)`: from now on each callback of a foreign thread gets a new state, which goes when it returns, and
    with it the thread's `threading.local` values. Threads that have a state keep it. In subinterpreters that is always so, as they
    may end before the threads do, and in debug builds of CPython from 3.12 on.

        >>> farcall.keep_threads(True)
    """
    _cells.put_int(KEEP * WORD, bool(on) and MAY_KEEP)


def cells() -> int:
    """Where the cells are, for the links of generated code."""
    return _cells.address


def key() -> int:
    """The key of the threads' records; 0 where there are none, and none are looked for."""
    return 0 if seed.INTERPRETER_NUMBER else _values().key


@lru_cache(maxsize=1)
def _values() -> ThreadValues:
    return running().thread_values(linker().entry("thread_ended"))


def _after_fork_in_child() -> None:
    """Only this thread is left, and CPython has freed the states of all others."""
    for at in (NEWEST, ENDED):
        _cells.put_word(at * WORD, 0)
    _cells.put_int(PROCESS * WORD, os.getpid())
    if not _values.cache_info().currsize:
        return
    values = _values()
    mine = seed.system_function(values.get, 1)(values.key)
    if mine:
        seed.write(mine + NEXT * WORD, bytes(WORD))
        _cells.put_word(NEWEST * WORD, mine)


running().at_fork(after_in_child=_after_fork_in_child)
