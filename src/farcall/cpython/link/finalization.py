"""The end of Python, as threads of C meet it: the gate that closures go through to take the GIL, and its closing.

CPython kills a thread that wants the GIL once the interpreter is going away, wherever in C it was called from. So
at exit the gate is shut, whoever comes later gets the error value at once, and the exit waits for those who are
through it, which have the GIL, wait for it or run a callback. See `stub.gil_state`.
"""

from __future__ import annotations

import atexit
import sys
import time

from ...stub.gate import ENTERED, LEFT, SHUT, SIZE
from ...system import running
from .data_cells import allocate
from .table import prepare_for_the_end

__all__ = ["GRACE", "begin", "gate"]

#: How many seconds Python's exit waits for callbacks on threads of C. Those that take longer are killed by CPython
#: when they next want the GIL, as daemon threads are.
GRACE = 0.5
PAUSE = 0.0005

_gate = allocate(SIZE)
_begun: list[bool] = []
#: The module without which no callback is made, and packages whose finalizers call no C functions of the program's.
CLOSURES = f"{__name__.partition('.')[0]}.cpython.callable.closure"
OWN = frozenset({*sys.stdlib_module_names, __name__.partition(".")[0]})


def _shut() -> None:
    """Let no foreign thread in from now on, and wait for those who are in."""
    _gate.put_int(SHUT, 1)
    deadline = time.monotonic() + GRACE
    while _gate.word(ENTERED) != _gate.word(LEFT) and time.monotonic() < deadline:
        time.sleep(PAUSE)  # the GIL is theirs meanwhile


def _prepare() -> None:
    """Load what finalizers may need, which run when nothing can be imported any more, where a program has some or callbacks."""
    if CLOSURES not in sys.modules and not _has_finalizers():
        return
    system = running()
    for name in vars(system)["__all__"]:
        getattr(system, name)
    prepare_for_the_end()


def _has_finalizers() -> bool:
    """Whether a class with a finalizer in Python is neither the standard library's nor of this package."""
    waiting, seen = [object], {object}
    while waiting:
        for cls in type.__subclasses__(waiting.pop()):
            if cls not in seen:
                seen.add(cls)
                waiting.append(cls)
                if "__del__" in cls.__dict__ and str(cls.__module__).partition(".")[0] not in OWN:
                    return True
    return False


def _after_fork_in_child() -> None:
    """Threads that were inside are not there any more."""
    _gate.put_word(LEFT, _gate.word(ENTERED))


def begin() -> None:
    """Have finalizers prepared for and the gate shut at exit, once, however often this is called. Exit handlers run last
    first: these have to be known before a program's own, which may still be called by C."""
    if not _begun:
        _begun.append(True)
        atexit.register(_prepare)
        atexit.register(_shut)


running().at_fork(after_in_child=_after_fork_in_child)


def gate() -> int:
    """Where the gate is, for the links of generated code."""
    return _gate.address
