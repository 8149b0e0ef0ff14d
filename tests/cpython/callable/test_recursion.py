"""Recursion through C: where Python's limit is met, the exception comes out of the call through which C was entered."""

from __future__ import annotations

import gc
import subprocess
import sys
import textwrap
import weakref

import pytest

import farcall
from farcall.cpython.link import pending_exceptions
from tests.conftest import Load

SOURCE = "int again(int (*f)(int), int n) { return f(n); }"
DECLARED = "int again(int (*f)(int), int n);"


@pytest.fixture(params=("hold", "release"))
def library(request: pytest.FixtureRequest, load_c: Load) -> farcall.Library:
    return load_c(SOURCE, DECLARED, gil=request.param)


@pytest.fixture(params=("fast", "api"))
def again(request: pytest.FixtureRequest, library: farcall.Library) -> object:
    return farcall.function(library.address("again"), DECLARED.rstrip(";"), tier=request.param)


def nothing_waits() -> bool:
    count = pending_exceptions._count
    told = any(count.view[count.offset : count.offset + 4])
    return not (pending_exceptions._pending or pending_exceptions._stranded or told)


def test_at_the_limit(again: object) -> None:
    depth = 0

    def deeper(n: int) -> int:
        nonlocal depth
        depth += 1
        return again(closure, n)  # type: ignore[operator]

    closure = farcall.Closure(deeper, "int (*)(int)")
    for _ in range(3):
        depth = 0
        with pytest.raises(RecursionError):
            again(closure, 1)  # type: ignore[operator]
        assert depth > 50
        assert nothing_waits()
    closure.close()
    plain = farcall.Closure(lambda n: n + 1, "int (*)(int)")
    assert again(plain, 4) == 5  # type: ignore[operator]


def test_another_exception_near_the_limit(again: object) -> None:
    """Python code that deals with exceptions may have no room either; whatever comes out, something does."""

    def deeper(n: int) -> int:
        if n == 0:
            raise KeyboardInterrupt
        return again(closure, n - 1)  # type: ignore[operator]

    closure = farcall.Closure(deeper, "int (*)(int)")
    seen = set()
    limit = sys.getrecursionlimit()
    for depth in (5, 100, *range(limit // 2 - 60, limit // 2 + 5, 7), *range(limit - 60, limit + 5, 7)):
        with pytest.raises((RecursionError, KeyboardInterrupt)) as info:
            again(closure, depth)  # type: ignore[operator]
        seen.add(info.type)
        assert nothing_waits()
    assert seen == {RecursionError, KeyboardInterrupt}


def test_a_closure_closed_at_the_limit_is_put_away(again: object) -> None:
    kind = farcall.type_of("int (*)(int)")
    gone = []

    def deeper(n: int) -> int:
        made = farcall.Closure(lambda n: deeper(n), kind)
        gone.append(weakref.ref(made))
        with made:
            return again(made, n)  # type: ignore[operator]

    with pytest.raises(RecursionError):
        deeper(0)
    gc.collect()
    assert len(gone) > 10
    assert not any(ref() for ref in gone)


def test_the_first_callback_of_a_process() -> None:
    code = """
    import farcall, sys
    libc = farcall.Library("libc.so.6")
    libc.cdef("void *bsearch(const void *, const void *, size_t, size_t, int (*)(const void *, const void *));")
    here = bytearray(8)
    def compare(a, b):
        libc.bsearch(here, here, 1, 1, closure)
        return 1
    closure = farcall.Closure(compare, "int (*)(const void *, const void *)")
    for _ in range(2):
        try:
            libc.bsearch(here, here, 1, 1, closure)
        except RecursionError:
            print("raised")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, timeout=100)
    assert done.stdout.split() == ["raised", "raised"], done.stderr
