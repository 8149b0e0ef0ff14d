"""What happens around a call: the GIL let go or held, Ctrl-C, buffers held fast."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import farcall
from tests.conftest import Load, with_gil

TIERS = ("fast", "api")
NAP = 200_000  # microseconds

SOURCE = """
#include <pthread.h>
#include <unistd.h>
int store_later(char *place, int after) { usleep(after); place[0] = 'x'; return 1; }
"""


@pytest.fixture(params=TIERS)
def tier(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ran_meanwhile(call: Callable[[], Any]) -> int:
    """How often another Python thread got its turn during a call."""
    count, stop, ready = 0, threading.Event(), threading.Event()

    def run() -> None:
        nonlocal count
        while not stop.is_set():
            count += 1
            ready.set()
            time.sleep(0.001)

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(10)  # a turn is given by the call or not at all
    try:
        before = count
        call()
        return count - before
    finally:
        sys.setswitchinterval(interval)
        stop.set()
        thread.join()


def test_released_lets_other_threads_run(tier: str) -> None:
    libc = farcall.Library("libc.so.6", tier=tier)
    usleep = libc.function("int usleep(unsigned int microseconds)")
    assert ran_meanwhile(lambda: usleep(NAP)) >= 5
    snooze = libc.function("int nanosleep(const long *wanted, long *left)", gil="release")
    wanted = farcall.array(farcall.long, 2)([0, NAP * 1000])
    assert ran_meanwhile(lambda: snooze(wanted, None)) >= 5


@with_gil
def test_held_blocks_other_threads(tier: str) -> None:
    usleep = farcall.Library("libc.so.6", tier=tier, gil="hold").function("int usleep(unsigned int microseconds)")
    usleep(0)  # its code is made now
    assert ran_meanwhile(lambda: usleep(NAP)) <= 1


def test_released_variadic(tier: str, load_c: Load) -> None:
    library = load_c(
        "#include <unistd.h>\nint nap(int n, ...) { usleep(n); return n; }", "int nap(int n, ...);", tier=tier
    )
    assert ran_meanwhile(lambda: library.nap(NAP, 1.5, "x")) >= 5


def test_many_threads_call_at_once(tier: str, load_c: Load) -> None:
    library = load_c("double mix(int a, double b, const char *c) { return a + b + c[0]; }", tier=tier)
    mix = library.function("double mix(int a, double b, const char *c)")
    wrong = []

    def run(number: int) -> None:
        for i in range(20_000):
            if mix(i, number / 2, "a") != i + number / 2 + 97:
                wrong.append((i, number))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# Signals


@pytest.fixture
def alarm() -> Iterator[Callable[[float], None]]:
    """`alarm(seconds)`: SIGINT to this process then, as Ctrl-C sends it."""
    before = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    timers = []

    def after(seconds: float) -> None:
        timers.append(threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)))
        timers[-1].start()

    yield after
    for timer in timers:
        timer.join()
    signal.signal(signal.SIGALRM, before[0])
    signal.signal(signal.SIGINT, before[1])


def then_bytecodes(call: Callable[..., object], *arguments: object) -> None:
    """A call, and what CPython runs after it: that is where it raises what a signal handler did."""
    call(*arguments)
    for _ in range(1000):
        pass


def test_ctrl_c_interrupts_a_blocking_call(tier: str, alarm: Callable[[float], None]) -> None:
    sleep = farcall.Library("libc.so.6", tier=tier).function("unsigned int sleep(unsigned int seconds)")
    assert sleep(0) == 0  # its code is made now
    start = time.monotonic()
    alarm(0.1)
    with pytest.raises(KeyboardInterrupt):
        then_bytecodes(sleep, 20)
    assert time.monotonic() - start < 10


def test_ctrl_c_interrupts_a_held_call(tier: str) -> None:
    libc = farcall.Library("libc.so.6", tier=tier, gil="hold", errno=True)
    sleep = libc.function("int usleep(unsigned int microseconds)")
    assert sleep(0) == 0  # its code is made now
    before = signal.getsignal(signal.SIGALRM)
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        for _ in range(20):  # where the machine is busy, the signal may come before C sleeps
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            with pytest.raises(KeyboardInterrupt):
                then_bytecodes(sleep, 3_000_000)
            if farcall.errno() == errno.EINTR:
                break
        assert farcall.errno() == errno.EINTR
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_ctrl_c_ends_a_program() -> None:
    code = (
        "import farcall, os, signal, threading; sleep = farcall.Library('libc.so.6').function('int sleep(int)')\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler); sleep(0)\n"
        "threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()\nsleep(200)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=100)
    assert "KeyboardInterrupt" in done.stderr
    assert done.returncode != 0


# Buffers


@pytest.mark.parametrize("declared", ["char *place", "void *place"])
def test_a_buffer_cannot_be_resized_during_a_call(tier: str, load_c: Load, declared: str) -> None:
    later = load_c(SOURCE, tier=tier).function(f"int store_later({declared}, int after)")
    buffer, found = bytearray(64), []
    assert later(buffer, 0) == 1  # its code is made now, which takes a while on an emulator

    def resize() -> None:
        time.sleep(NAP / 4e6)
        try:
            buffer.extend(bytes(1 << 20))
        except BufferError as error:
            found.append(error)

    thread = threading.Thread(target=resize)
    thread.start()
    assert later(buffer, NAP) == 1
    thread.join()
    assert len(found) == 1
    assert buffer == b"x" + bytes(63)
    buffer.append(1)  # and it is let go afterwards


def test_buffers_are_let_go_when_another_argument_is_refused(tier: str, load_c: Load) -> None:
    library = load_c("int two(char *a, int *b, int c) { return a && b ? c : 0; }", tier=tier)
    two = library.function("int two(char *a, int *b, int c)")
    first, second = bytearray(8), memoryview(bytearray(8)).cast("i")
    references = sys.getrefcount(first), sys.getrefcount(second)
    for arguments in ((first, second, "x"), (first, second, 1 << 40), (first, b"read-only", 1), (first, 5, 1)):
        with pytest.raises((TypeError, OverflowError)):
            two(*arguments)
    del arguments
    assert (sys.getrefcount(first), sys.getrefcount(second)) == references
    first.append(1)
    assert two(first, second, 5) == 5
    first.append(1)
    second.release()


def test_a_struct_is_kept_by_the_call_that_uses_it(tier: str, load_c: Load) -> None:
    library = load_c(
        "#include <unistd.h>\nstruct pair { int a, b; };"
        "int later(struct pair *p, int after) { usleep(after); return p->a * p->b; }",
        "struct pair { int a, b; }; int later(struct pair *p, int after);",
        tier=tier,
    )
    assert library.later(library.types.pair(6, 7), NAP // 4) == 42
    assert library.later(farcall.addressof(library.types.pair(3, 4)), NAP // 4) == 12


@with_gil
def test_ctypes_agrees_about_the_gil() -> None:
    """The measure itself: ctypes releases the GIL with CDLL and holds it with PyDLL."""
    assert ran_meanwhile(lambda: ctypes.CDLL(None).usleep(NAP)) >= 5
    assert ran_meanwhile(lambda: ctypes.PyDLL(None).usleep(NAP)) <= 1
