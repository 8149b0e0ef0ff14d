"""C++ exceptions and longjmp over generated code, with no Python frame in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.cdecl import Scope, parse_function
from farcall.cpython.callable.function import bind
from farcall.cpython.callable.handler import Handler
from farcall.cpython.facts.host import host_target
from farcall.cpython.link import code_map
from farcall.ctype import LP64
from farcall.lower.cpu_facts import hardware
from farcall.system import running

SOURCE = Path(__file__).resolve().parents[2] / "src"
INT_OF_INT = parse_function("int f(int)", Scope(LP64))[1]
#: Whether this CPU's unwinders are told of nothing, but go by tables.
BY_TABLES = bool(hardware(host_target().cpu).dynamic.unwound)
ONE_IN_ASCII = 49  # catches() gives the first letter of the number thrown

#: A throw through generated code of which libgcc was never told.
UNTOLD = """
import sys, farcall
from farcall.system import linux
pages = linux.code_pages
linux.unwinder, linux.code_pages = lambda: None, lambda size, library: pages(size)
from farcall.cpython.callable.handler import Handler
from farcall.cdecl import Scope, parse_function
from farcall.ctype import LP64
library = farcall.Library(sys.argv[1], gil="hold")
library.cdef("int catches(int (*f)(int), int x); size_t thrower(void);")
library.catches(Handler(parse_function("int f(int)", Scope(LP64))[1], library.thrower()), 1)
"""


@pytest.fixture
def thrower(native: farcall.Library) -> Handler:
    """A closure with a C++ handler that throws unless its argument is 0."""
    return Handler(INT_OF_INT, native.thrower())


def test_one_that_stays_in_c(native: farcall.Library) -> None:
    assert native.catches(native.throws_if, 1) == ONE_IN_ASCII
    assert native.catches(native.throws_if, 0) == 0


def test_one_that_passes_through_a_closure(native: farcall.Library, thrower: Handler) -> None:
    assert native.catches(thrower, 1) == ONE_IN_ASCII
    assert native.catches(thrower, 0) == 0
    assert native.catches_and_keeps(thrower, 7) == 1


def test_one_that_passes_through_a_call(native: farcall.Library) -> None:
    """The caller of the builtin's code is C++ itself."""
    native.throws_if(0)  # so that there is code
    description = native.throws_if.__self__
    one, none = 1, 0
    assert native.catches_over_stub(description.slot.address, id(description), id(one)) == ONE_IN_ASCII
    assert native.catches_over_stub(description.slot.address, id(description), id(none)) == 0
    assert native.catches(native.throws_if, 1) == ONE_IN_ASCII


def test_one_that_passes_through_closures_within_closures(native: farcall.Library, thrower: Handler) -> None:
    inner = farcall.Closure(lambda x: native.catches(thrower, x) + 1, "int (*)(int)")
    assert native.catches(inner, 1) == ONE_IN_ASCII + 1


def test_it_is_what_was_told_to_libgcc_that_makes_it_pass(native: farcall.Library) -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNTOLD, native.path],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGABRT, done.stderr
    assert "terminate called" in done.stderr


@pytest.mark.usefixtures("eager")
def test_ten_thousand_functions_do_not_slow_a_throw(native: farcall.Library, thrower: Handler) -> None:
    before = len(code_map._maps)  # of what ran before
    functions = [native.throws_if] + [
        bind(f"f{i}", INT_OF_INT, native.throws_if.__self__.address, gil="hold") for i in range(10_000)
    ]
    assert len(code_map._maps) - before < 20  # regions, and so registrations
    start = time.perf_counter()
    assert native.catches_often(thrower, 1000) == 1000
    assert time.perf_counter() - start < 2
    last = functions[-1].__self__
    assert native.catches_over_stub(last.slot.address, id(last), id(1)) == ONE_IN_ASCII


@pytest.mark.usefixtures("eager")
def test_regions_come_and_go(native: farcall.Library, thrower: Handler) -> None:
    before = list(code_map._maps)  # themselves: the address of one that is gone may be another's
    address = native.throws_if.__self__.address

    def new() -> list[Any]:
        return [each for each in code_map._maps if not any(each is one for one in before)]

    for _ in range(3):
        functions = [bind("f", INT_OF_INT, address, gil="hold") for _ in range(20_000)]
        while not new():  # regions that are there have room, more or less, by what ran before
            functions += [bind("f", INT_OF_INT, address, gil="hold") for _ in range(2000)]
            assert len(functions) < 1_000_000
        assert all(each.registered != BY_TABLES for each in new())
        last = functions[-1].__self__
        assert native.catches_over_stub(last.slot.address, id(last), id(1)) == ONE_IN_ASCII
        del functions, last
        assert native.catches(thrower, 1) == ONE_IN_ASCII
    assert sum(len(each.pieces) for each in new()) == 0
    assert len(code_map._maps) <= len(before) + 1


def test_threads_throw_while_code_comes_and_goes(native: farcall.Library) -> None:
    library = farcall.Library(native.path)  # lets go of the GIL
    library.cdef("int catches_often(int (*f)(int), int times); size_t thrower(void);")
    handler = Handler(INT_OF_INT, library.thrower())
    caught: list[int] = []
    threads = [threading.Thread(target=lambda: caught.append(library.catches_often(handler, 5000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    address = native.throws_if.__self__.address
    while any(thread.is_alive() for thread in threads):
        for _ in range(500):
            bind("f", INT_OF_INT, address)
    assert caught == [5000] * 4


def test_after_a_fork_both_go_on(native: farcall.Library, thrower: Handler) -> None:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            fresh = Handler(INT_OF_INT, native.thrower())
            old = native.catches(thrower, 1)
            thrower.close()
            status = 0 if (old, native.catches(fresh, 1)) == (ONE_IN_ASCII, ONE_IN_ASCII) else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert native.catches(thrower, 1) == ONE_IN_ASCII
    assert native.catches(Handler(INT_OF_INT, native.thrower()), 1) == ONE_IN_ASCII


def test_longjmp_out_of_a_handler(native: farcall.Library) -> None:
    jumper = Handler(INT_OF_INT, native.jumper())
    for i in range(1, 1000):
        assert native.jumps(jumper, i) == 100 + i
    assert native.jumps(farcall.Closure(lambda x: x * 2, "int (*)(int)"), 4) == 8
    with pytest.raises(ZeroDivisionError):
        native.jumps(farcall.Closure(lambda x: x // 0, "int (*)(int)"), 4)


@pytest.mark.skipif(BY_TABLES, reason="unwinders know frames by the tables of libraries here")
def test_libgcc_is_found() -> None:
    assert running().unwinder() is not None
