"""Where CPython's own memory has the state of whoever holds the GIL: found on the running interpreter."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from farcall import Closure, function, seed
from farcall.cpython.facts.interpreter import interpreter
from farcall.system import running

ROW = interpreter()
FOUND = pytest.mark.skipif(not ROW.runtime_state, reason="functions are asked here")
RUNTIME = seed.symbol("_PyRuntime") or 0


def word(place: int, size: int) -> int:
    return int.from_bytes(seed.read(place, size), sys.byteorder)


@pytest.mark.skipif(
    sys.version_info >= (3, 12) or not ROW.fast or sys.platform == "win32", reason="no such thing is relied on here"
)
def test_it_is_found() -> None:
    assert ROW.runtime_state


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the current state is whoever's")
def test_where_each_thread_has_its_own_none_is_looked_for() -> None:
    assert not ROW.runtime_state


@FOUND
def test_it_is_the_state_of_whichever_thread_runs() -> None:
    state = seed.word_function(seed.symbol("PyThreadState_Get"), 0)

    def seen() -> bool:
        key = word(RUNTIME + ROW.runtime_key, 4)
        return state() == word(RUNTIME + ROW.runtime_state, ROW.pointer) == running().thread_value(key)

    answers = [seen()]
    thread = threading.Thread(target=lambda: answers.append(seen()))
    thread.start()
    thread.join()
    assert answers == [True, True]


@FOUND
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_callbacks_in_a_child_of_fork_where_the_key_is_another() -> None:
    """CPython makes it anew in the child (`_PyGILState_Reinit`): whoever holds the GIL, and whoever has let go of it."""
    one_more = Closure(lambda number: number + 1, "int (*)(int)")
    calls = [function(one_more.address, "int (*)(int)", gil=gil) for gil in ("hold", "release")]
    child = os.fork()
    if not child:
        os._exit(sum(call(20) for call in calls))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42
