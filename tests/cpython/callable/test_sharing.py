"""Functions that threads share where there is no GIL: their references are not counted, those of others are."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import farcall
from farcall import seed
from farcall.cpython.facts.host import WORD
from farcall.cpython.facts.without_gil import DEFER, IMMORTAL, LOCAL, LOCAL_SIZE, has_gil
from farcall.stub.entrance import OWNER_WORDS
from tests.conftest import Load

pytestmark = pytest.mark.skipif(has_gil(), reason="this Python has a GIL")

SOURCE = "int add(int a, int b) { return a + b; } int twice(int a) { return 2 * a; } int three(void) { return 3; }"
DECLARED = "int add(int a, int b); int twice(int a); int three(void);"
CALLS: dict[str, tuple[tuple[object, ...], int]] = {"add": ((1, 2), 3), "twice": ((2,), 4), "three": ((), 3)}
THREADS = 4


def on_a_thread(call: Callable[[], object]) -> None:
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


def several(function: Any, start: threading.Barrier, got: list[list[int]]) -> None:
    start.wait()
    got.append([function(n) for n in range(200)])


def owner_of(function: object) -> int:
    method = function.__self__._method  # type: ignore[attr-defined]
    return int.from_bytes(method[OWNER_WORDS * WORD :], "little")


def is_immortal(thing: object) -> bool:
    return seed.read(id(thing) + LOCAL, LOCAL_SIZE) == IMMORTAL


@pytest.mark.parametrize("name", CALLS)
def test_a_function_that_another_thread_calls_is_shared(load_c: Load, name: str) -> None:
    library, (arguments, expected) = load_c(SOURCE, DECLARED), CALLS[name]
    function = library.function(name)
    assert function(*arguments) == expected
    assert owner_of(function), "its own thread alone calls it so far"
    got: list[object] = []
    on_a_thread(lambda: got.extend((function(*arguments), function(*arguments))))
    assert got == [expected, expected]
    assert not owner_of(function)
    assert function(*arguments) == expected
    if not seed.symbol(DEFER):
        assert is_immortal(function)
        assert is_immortal(library)


def test_one_that_is_not_called_yet(load_c: Load) -> None:
    function: Any = load_c(SOURCE, DECLARED).function("add")
    got: list[object] = []
    on_a_thread(lambda: got.append(function(2, 3)))
    assert (got, owner_of(function)) == ([5], 0)
    with pytest.raises(TypeError):
        function(1)


def test_threads_that_share_it_at_once(load_c: Load) -> None:
    for _ in range(20):
        function, start = load_c(SOURCE, DECLARED).function("twice"), threading.Barrier(THREADS)
        got: list[list[int]] = []
        threads = [threading.Thread(target=several, args=(function, start, got)) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got == [[2 * n for n in range(200)]] * THREADS


def test_a_function_of_one_thread_goes_when_it_is_dropped(load_c: Load) -> None:
    library = load_c(SOURCE, DECLARED)
    function = library.function("add")
    assert function(1, 2) == 3
    gone = weakref.ref(function)
    del function
    gc.collect()
    assert gone() is None


def test_closing_the_library_of_a_shared_function(load_c: Load) -> None:
    library = load_c(SOURCE, DECLARED)
    function = library.function("add")
    on_a_thread(lambda: function(1, 2))
    library.close()
    with pytest.raises(farcall.LibraryClosedError):
        function(1, 2)


def test_results_of_one_closure_on_many_threads(load_c: Load) -> None:
    """The result that a closure keeps for C is another thread's at any time."""
    library = load_c(
        "long length(const char *(*f)(int), int n) { long k = 0; while (n--) k += f(n) != 0; return k; }", ""
    )
    length = library.function("long length(const char *(*f)(int), int n)")
    closure = farcall.Closure(lambda n: b"text %d" % n, "const char *(*)(int)")
    got: list[object] = []
    threads = [threading.Thread(target=lambda: got.append(length(closure, 2000))) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [2000] * THREADS
