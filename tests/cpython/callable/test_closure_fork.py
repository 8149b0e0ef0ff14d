"""Closures and fork: parent and child go on, each with its own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from farcall.cpython.facts.without_gil import has_gil


def run(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A script in a process of its own."""
    return subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", textwrap.dedent(script)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


FORK = """
import os, farcall, gc
from farcall.memory import default_memory
call = farcall.function
shared = farcall.Closure(lambda x: x + os.getpid(), "int (int)")
gone = farcall.Closure(lambda x: x, "int (int)")
f, g = call(shared.address, "int (int)"), call(gone.address, "int (int)")
child = os.fork()
assert f(1) == os.getpid() + 1                        # both go on with the closure, each its own
many = [farcall.Closure(lambda x, i=i: x * i, "int (int)") for i in range(500)]
assert [c(3) for c in many] == [3 * i for i in range(500)]
if child == 0:
    gone.close()
    try:
        g(1)
        os._exit(3)
    except farcall.ClosureError:
        pass
    del many, shared
    for _ in range(700):
        farcall.Closure(lambda x: x, "int (int)")     # the parent's oldest leave quarantine here
    gc.collect()
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
assert g(5) == 5                                      # the child's closing closed nothing here
assert f(1) == os.getpid() + 1
assert [c(3) for c in many] == [3 * i for i in range(500)]
print("fine")
"""

FORK_INSIDE = """
import os, farcall
def fork(x):
    child = os.fork()
    if child == 0:
        closure.close()
        return 77
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    return x
closure = farcall.Closure(fork, "int (int)")
call = farcall.function(closure.address, "int (int)", gil=GIL)
got = call(5)
if got == 77:
    try:
        call(5)
    except farcall.ClosureError:
        os._exit(7)
    os._exit(1)
assert got == 5
child = os.fork()
if child == 0:
    def bad(x): raise KeyError
    try:
        farcall.function(farcall.Closure(bad, "int (int)").keep(bad).address, "int (int)")(1)
    except KeyError:
        os._exit(0)
    os._exit(1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print("fine")
"""


@pytest.mark.parametrize("script", [FORK, "GIL = 'hold'" + FORK_INSIDE, "GIL = 'release'" + FORK_INSIDE])
def test_fork(script: str) -> None:
    done = run(script, PYTHONWARNINGS="ignore")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "fine\n"
    assert not done.stderr


@pytest.mark.skipif(not has_gil(), reason="CPython's own dicts that other threads had locked stay locked in the child")
def test_fork_while_threads_park_exceptions() -> None:
    """The child has none of the locks that other threads held."""
    done = run(
        """
        import os, threading, farcall
        libc = farcall.Library(None)
        libc.cdef("void qsort(void *base, size_t n, size_t size, int (*compare)(int *, int *));")
        def bad(a, b): raise KeyError
        try:
            libc.qsort(farcall.array(farcall.int_, 4)(), 4, 4, bad)   # what is imported late is imported now
        except KeyError:
            stop = False
        def run():
            values = farcall.array(farcall.int_, 4)([3, 2, 1, 0])
            while not stop:
                try:
                    libc.qsort(values, 4, 4, bad)
                except KeyError:
                    pass
        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads: thread.start()
        failed = 0
        for _ in range(30):
            child = os.fork()
            if child == 0:
                values = farcall.array(farcall.int_, 4)([3, 2, 1, 0])
                try:
                    libc.qsort(values, 4, 4, bad)
                except KeyError:
                    libc.qsort(values, 4, 4, lambda a, b: a[0] - b[0])
                    from farcall.cpython.link import pending_exceptions
                    os._exit(0 if list(values) == [0, 1, 2, 3] and not pending_exceptions._pending else 1)
                os._exit(2)
            failed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
        stop = True
        for thread in threads: thread.join()
        print(failed)
        """,
        PYTHONWARNINGS="ignore",
    )
    assert done.stdout == "0\n", done.stderr
