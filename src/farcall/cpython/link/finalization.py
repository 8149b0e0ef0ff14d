"""The end of Python, as threads of C meet it: the gate that closures go through to take the GIL, and its closing.

CPython kills a thread that wants the GIL once the interpreter is going away, wherever in C it was called from. So
at exit the gate is shut, whoever comes later gets the error value at once, and the exit waits for those who are
through it, which have the GIL, wait for it or run a callback. See `stub.gil_state`.

The same goes for an interpreter that ends before the process does, and there the wait has no end: CPython aborts the process
where another thread is in such an interpreter still. When all of its objects are gone the gate says so, and it goes on saying it.
"""

from __future__ import annotations

import atexit
import gc
import math
import sys
import time
from collections.abc import Iterator
from types import AsyncGeneratorType, CoroutineType, GeneratorType

from ... import seed
from ...lock import OWN
from ...stub.gate import CLOSED, ENTERED, LATE, LEFT, SHUT, SIZE, TEXT, TOLD
from ...system import running
from .data_cells import allocate
from .late import late
from .linker import linker
from .table import prepare_for_the_end

__all__ = ["GRACE", "begin", "gate", "interpreter", "tell_when_gone"]

#: How many seconds Python's exit waits for callbacks on threads of C. Those that take longer are killed by CPython
#: when they next want the GIL, as daemon threads are.
GRACE = 0.5
PAUSE = 0.0005

_gate = allocate(SIZE)
_gate.put(TEXT, LATE)
_gate.put_int(TOLD, not seed.INTERPRETER_NUMBER)  # at the end of the process that is no news
_told: list[bool] = []
_begun: list[bool] = []
#: The modules without which no callback is made, and no function bound.
CLOSURES = f"{__name__.partition('.')[0]}.cpython.callable.closure"
FUNCTIONS = f"{__name__.partition('.')[0]}.cpython.callable.function"
#: What knows of functions whose code is made at their first call.
FIRST_CALLS = "cpython.callable.first_call"
#: What runs its program's code when it goes in the middle of it, and the attribute that is None when it has ended.
SUSPENDED = {GeneratorType: "gi_frame", CoroutineType: "cr_frame", AsyncGeneratorType: "ag_frame"}


def _shut() -> None:
    """Let no foreign thread in from now on, and wait for those who are in."""
    _gate.put_int(SHUT, CLOSED)
    deadline = math.inf if seed.INTERPRETER_NUMBER else time.monotonic() + GRACE
    while _gate.word(ENTERED) != _gate.word(LEFT) and time.monotonic() < deadline:
        time.sleep(PAUSE)  # the GIL is theirs meanwhile


def _prepare() -> None:
    """Load and make what finalizers may need, which run when nothing can be imported any more, where a program has some or
    callbacks."""
    is_called = CLOSURES in sys.modules or _has_finalizers()
    if FUNCTIONS in sys.modules and late(f"{FIRST_CALLS}:have_waiting")() and (is_called or _has_others()):
        late(f"{FIRST_CALLS}:make_all")()
    if not is_called:
        return
    system = running()
    for name in vars(system)["__all__"]:
        getattr(system, name)
    prepare_for_the_end()


def _has_finalizers() -> bool:
    """Whether a class with a finalizer in Python is neither the standard library's nor of this package."""
    return any("__del__" in cls.__dict__ for cls in _classes())


def _has_others() -> bool:
    """Whether other code of the program's may run at the end: that of classes that inherit a finalizer, as those of files do,
    and of suspended generators."""
    if any(hasattr(cls, "__del__") for cls in _classes()):
        return True
    for thing in gc.get_objects():
        kind = type(thing)
        if kind in SUSPENDED and getattr(thing, SUSPENDED[kind]) is not None:
            return True
    return False


def _classes() -> Iterator[type]:
    """All classes that are neither the standard library's nor of this package: finalizers of those call no C functions of the
    program's."""
    waiting, seen = [object], {object}
    while waiting:
        for cls in type.__subclasses__(waiting.pop()):
            if cls not in seen:
                seen.add(cls)
                waiting.append(cls)
                if str(getattr(cls, "__module__", None)).partition(".")[0] not in OWN:
                    yield cls


def _after_fork_in_child() -> None:
    """Threads that were inside are not there any more."""
    _gate.put_word(LEFT, _gate.word(ENTERED))


def begin() -> None:
    """Have finalizers prepared for and the gate shut at exit, once, however often this is called. Exit handlers run last
    first: these have to be known before a program's own, which may still be called by C."""
    if not _begun:
        _begun.append(True)
        tell_when_gone()
        atexit.register(_prepare)
        atexit.register(_shut)


def tell_when_gone() -> None:
    """Have the gate say when this interpreter is gone, once, however often this is called: by the end of an object that is kept
    where an interpreter keeps what is let go of last. What interpreters have of the thread library goes with it."""
    if _told:
        return
    _told.append(True)  # what the routine refers to asks for the same
    token = seed.make_token(linker().entry("interpreter_gone", bool(seed.INTERPRETER_NUMBER)))
    kept = seed.object_at(seed.word_function(seed.symbol("PyInterpreterState_GetDict"), 1)(seed.INTERPRETER))
    assert isinstance(kept, dict)
    kept[__name__] = token


def interpreter() -> int:
    """Where the interpreter is that this code is of, for the links of generated code."""
    return seed.INTERPRETER


running().at_fork(after_in_child=_after_fork_in_child)


def gate() -> int:
    """Where the gate is, for the links of generated code."""
    return _gate.address
