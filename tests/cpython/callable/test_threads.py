"""Threads that declare, bind and fork at once."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

import farcall
from farcall.cpython.facts.without_gil import has_gil
from farcall.lock import new_lock


@pytest.fixture(autouse=True)
def often() -> Iterator[None]:
    """Threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def on_threads(count: int, run: Callable[[int], None]) -> None:
    failures: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            run(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_the_same_declarations_on_one_library() -> None:
    library = farcall.Library("libc.so.6")

    def run(number: int) -> None:
        for _ in range(60):
            library.cdef("int abs(int); long labs(long); int toupper(int);")
            assert library.abs(number) == library.labs(-number) == number

    on_threads(12, run)


def test_a_struct_is_declared_once() -> None:
    for turn in range(10):
        library = farcall.Library("libc.so.6")

        def run(number: int, turn: int = turn, library: farcall.Library = library) -> None:
            library.cdef(
                f"struct s{turn} {{ int a; double b; }}; typedef struct s{turn} t; int memcmp(t *, t *, size_t);"
            )
            one, other = library.types.t(1, 2.0), library.types[f"struct s{turn}"](1, 2.0)
            assert library.memcmp(one, other, 16) == 0

        on_threads(8, run)


def test_contradictions_are_found() -> None:
    library = farcall.Library("libc.so.6")
    told: list[str] = []

    def run(number: int) -> None:
        try:
            library.cdef(f"struct p {{ int a[{number + 1}]; }};")
        except farcall.DeclarationError as error:
            told.append(str(error))

    on_threads(8, run)
    assert len(told) == 7
    assert 1 <= farcall.sizeof(library.types.p) // 4 <= 8


def in_child(run: Callable[[], None]) -> int:
    """The status of a child process that runs this."""
    pid = os.fork()
    if pid == 0:
        try:
            threading.Timer(20, os._exit, (9,)).start()  # it hangs
            run()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.skipif(not has_gil(), reason="CPython's own dicts that other threads had locked stay locked in the child")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork_while_other_threads_bind_and_declare() -> None:
    library, stop = farcall.Library("libm.so.6"), threading.Event()
    address = library.address("cos")

    def bind() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            farcall.function(address, f"double f{number % 50}(double a{number % 97})")(0.0)
            library.cdef(f"struct s{number} {{ int a; }}; double cos(double);")
            farcall.Closure(lambda x: x, "double (*)(double)").close()

    def run() -> None:
        assert library.function("double sin(double)")(0.0) == 0
        library.cdef("double tan(double); struct own { int a; };")
        assert library.tan(0.0) == 0
        with farcall.Closure(lambda a, b: a + b, "double (*)(double, double)") as add:
            assert add(1, 2) == 3

    threads = [threading.Thread(target=bind) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        assert [in_child(run) for _ in range(15)] == [0] * 15
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_lock_that_another_thread_has_is_open_in_the_child() -> None:
    lock, taken, done = new_lock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            taken.set()
            done.wait()

    def enter() -> None:
        with lock, lock:
            pass

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    try:
        assert in_child(enter) == 0
    finally:
        done.set()
        thread.join()
    with lock:  # one's own stays one's own
        assert in_child(enter) == 0
        pid = os.fork()
        if pid == 0:
            lock.__exit__(None, None, None)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
