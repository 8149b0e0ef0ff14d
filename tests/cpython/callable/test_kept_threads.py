"""Foreign threads keep their thread state between callbacks, and it goes when they have ended."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.cpython.link.kept_threads import MAY_KEEP

pytestmark = pytest.mark.skipif(not MAY_KEEP, reason="a debug build of 3.12 or later, where threads keep no states")

Compile = Callable[..., Path]
Load = Callable[..., farcall.Library]

SOURCE = r"""
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static pthread_t thread;
static long (*call)(long);
static long times, sum, after;
static volatile int called;
static void *run(void *nothing) {
    for (long i = 0; i < times; i++) sum += call(i);
    called = 1;
    usleep(after);
    return 0;
}
void begin(long (*f)(long), long n, long microseconds) {
    call = f; times = n; sum = 0; after = microseconds; pthread_create(&thread, 0, run, 0);
}
long end(void) { pthread_join(thread, 0); return sum; }
void wait(long microseconds) { usleep(microseconds); }
static void joined(void) { if (called) end(); called = 0; }
void join_in_fork(void) { while (!called) usleep(1000); pthread_atfork(joined, 0, 0); }
static void last(void) { pthread_join(thread, 0); printf("joined %ld\n", sum); fflush(stdout); }
void join_at_the_end(void) { atexit(last); }
"""
DECLARED = """void begin(long (*f)(long), long n, long microseconds); long end(void); void join_at_the_end(void);
               void wait(long microseconds); void join_in_fork(void);"""


@pytest.fixture
def c(load_c: Load) -> farcall.Library:
    return load_c(SOURCE, DECLARED)


@pytest.fixture
def dropped() -> Iterator[None]:
    farcall.keep_threads(False)
    yield
    farcall.keep_threads()


def through(c: farcall.Library, callback: Callable[[int], int], times: int) -> int:
    """The sum of the results of so many callbacks on a thread of C's, which ends then."""
    with farcall.Closure(callback, "long (long)") as closure:
        c.begin(closure, times, 0)
        total: int = c.end()
    return total


class Counted:
    """What a thread has of its own; `gone` are those that went."""

    gone = 0

    def __del__(self) -> None:
        Counted.gone += 1


class Callback:
    """A callable that puts something into its thread's own data at the first call on each; `made` is how often."""

    def __init__(self) -> None:
        self.local = threading.local()
        self.made = 0
        self.started = threading.Event()

    def __call__(self, number: int) -> int:
        if not hasattr(self.local, "thing"):
            self.made += 1
            self.local.thing = Counted()
        self.started.set()
        return number


def settled(expected: int) -> bool:
    """Whether so many are gone, when the interpreter has had the time: pending calls run in the main thread."""
    for _ in range(500):
        if Counted.gone == expected:
            return True
        time.sleep(0.01)
    return False


def states_agree() -> bool:
    """Whether the interpreter knows this thread by the state that it runs with."""
    import ctypes

    known, running = ctypes.pythonapi.PyGILState_GetThisThreadState, ctypes.pythonapi.PyThreadState_Get
    known.restype = running.restype = ctypes.c_void_p
    return bool(known() == running())


def test_a_thread_keeps_its_state_until_it_ends(c: farcall.Library) -> None:
    before, callback = Counted.gone, Callback()
    assert through(c, callback, 20) == sum(range(20))
    assert callback.made == 1
    assert settled(before + 1)
    assert states_agree()


def test_a_thread_may_end_while_the_gil_is_held_until_it_has(load_c: Load) -> None:
    holding = load_c(SOURCE, DECLARED, gil="hold")
    before, callback = Counted.gone, Callback()
    with farcall.Closure(callback, "long (long)") as closure:
        holding.begin(closure, 1, 100_000)
        assert callback.started.wait(30)
        time.sleep(0.02)  # it is out of the callback
        assert holding.end() == 0
    assert settled(before + 1)


def test_states_of_many_threads_go(c: farcall.Library) -> None:
    """Also where the next thread that calls comes before the interpreter has had the time."""
    before, callback = Counted.gone, Callback()
    with farcall.Closure(callback, "long (long)") as closure:
        for _ in range(60):
            c.begin(closure, 2, 0)
            c.end()
    assert callback.made == 60
    assert settled(before + 60)
    assert states_agree()


def test_what_goes_may_call_back(c: farcall.Library) -> None:
    """A destructor of a thread's own data runs in another thread, and may call C and be called by it."""
    twice = farcall.Closure(lambda number: 2 * number, "long (long)")
    seen: list[tuple[int, bool]] = []

    class Late:
        def __del__(self) -> None:
            seen.append((twice(4), states_agree()))

    local = threading.local()

    def callback(number: int) -> int:
        local.late = Late()
        return number

    for _ in range(5):
        through(c, callback, 1)
    gc.collect()
    for _ in range(500):
        if len(seen) == 5:
            break
        time.sleep(0.01)
    assert seen == [(8, True)] * 5
    assert states_agree()


def test_it_can_be_switched_off(c: farcall.Library, dropped: None) -> None:
    before, callback = Counted.gone, Callback()
    assert through(c, callback, 20) == sum(range(20))
    assert callback.made == 20
    assert Counted.gone == before + 20


def test_exceptions_and_the_gil(c: farcall.Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on any foreign thread; and Python runs between two callbacks."""
    hooked: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: hooked.append(args.exc_type))
    with farcall.Closure(lambda n: 1 // (n % 2), "long (long)", on_error=-100) as closure:
        c.begin(closure, 10, 0)
        assert c.end() == 5 - 500
    assert hooked == [ZeroDivisionError] * 5


def run(library: Path, script: str) -> subprocess.CompletedProcess[str]:
    head = f"import farcall, os, sys, time\nlib = farcall.Library({str(library)!r})\nlib.cdef({DECLARED!r})\n"
    return subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", head + textwrap.dedent(script)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("end", ["", "sys.exit(0)", "del f", "import atexit; atexit.register(lib.wait, 100000)"])
@pytest.mark.parametrize("times", [1, 2_000_000])
def test_a_thread_ends_after_python(compile_c: Compile, end: str, times: int) -> None:
    """It has a state until Python's end frees it; then the thread goes on, or ends, and nothing happens."""
    script = f"""
    f = farcall.Closure(lambda n: 0, "long (long)")
    lib.join_at_the_end()
    lib.begin(f, {times}, 300000)
    lib.wait(20000)
    """
    done = run(compile_c(SOURCE), textwrap.dedent(script) + end)
    assert (done.returncode, done.stdout) == (0, "joined 0\n"), done.stderr


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_fork(compile_c: Compile) -> None:
    """Of a process with such threads, and from a callback on one: the child has that thread alone, with its state."""
    script = """
    import threading, warnings
    warnings.simplefilter("ignore")
    def inside(number):
        if number == 1:
            child = os.fork()
            if child == 0:
                f = farcall.Closure(lambda n: n, "long (long)")
                lib.begin(f, 3, 0)
                os._exit(lib.end())
            results.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        return number
    results = []
    first = farcall.Closure(lambda n: n, "long (long)")
    lib.begin(first, 5, 200000)
    lib.wait(50000)
    child = os.fork()
    if child == 0:
        lib.begin(first, 4, 0)
        os._exit(lib.end())
    results.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    lib.end()
    second = farcall.Closure(inside, "long (long)")
    lib.begin(second, 4, 0)
    print(lib.end(), results)
    """
    done = run(compile_c(SOURCE), script)
    assert (done.returncode, done.stdout) == (0, "6 [6, 3]\n"), done.stderr


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_thread_ends_while_the_process_forks(compile_c: Compile) -> None:
    """The child is left with what asks to free the thread's state, which CPython has freed there: before it says that there
    was a fork."""
    script = """
    import warnings
    warnings.simplefilter("ignore")
    f = farcall.Closure(lambda n: n, "long (long)")
    lib.begin(f, 4, 100000)
    lib.join_in_fork()
    child = os.fork()
    if child == 0:
        lib.begin(f, 3, 0)
        os._exit(lib.end())
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    done = run(compile_c(SOURCE), script)
    assert (done.returncode, done.stdout) == (0, "3\n"), done.stderr
