"""Functions that threads share where there is no GIL: their references are not counted, those of others are."""

from __future__ import annotations

import functools
import gc
import sys
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


COUNTED = """
#include <pthread.h>
static long sum(int (*f)(int), int n) { long k = 0; while (n--) k += f(1) == 1; return k; }
struct work { int (*f)(int); int n; long k; };
static void *body(void *p) { struct work *w = p; w->k = sum(w->f, w->n); return 0; }
long at_once(int (*f)(int), int n) {
    struct work works[2] = {{f, n, 0}, {f, n, 0}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], 0, body, &works[i]);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], 0);
    return works[0].k + works[1].k;
}
"""
AT_ONCE = "long at_once(void *f, int n);"


@pytest.mark.parametrize("how", ["close", "drop"])
def test_closing_while_threads_of_c_call_it(load_c: Load, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Every call gets the callback's result or the error value, whenever the closure goes; those after that are reported."""
    at_once: Any = load_c(COUNTED, AT_ONCE, gil="release").at_once
    late: list[Any] = []
    monkeypatch.setattr("sys.unraisablehook", lambda args: late.append(args.exc_value))
    for turn in range(40):
        closures = [farcall.Closure(lambda n: n, "int (*)(int)")]
        address, got = closures[0].address, list[int]()
        thread = threading.Thread(target=lambda: got.append(at_once(address, 300)))  # noqa: B023
        thread.start()
        for _ in range(turn * 40):  # so that it goes now before, now behind the first call, now in the middle
            pass
        if how == "close":
            closures[0].close()
        closures.clear()
        thread.join()
        assert 0 <= got[0] <= 600
    assert all(isinstance(error, farcall.ClosureError) for error in late)


def test_closing_it_on_several_threads() -> None:
    """The callable is let go of once."""
    thing, start = object(), threading.Barrier(THREADS)
    before = sys.getrefcount(thing)

    def close(closures: list[farcall.Closure]) -> None:
        for closure in closures:
            start.wait()
            closure.close()

    made = [farcall.Closure(functools.partial(id, thing), "int (*)(void)") for _ in range(200)]
    threads = [threading.Thread(target=close, args=(made,)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sys.getrefcount(thing) == before


def test_a_closure_that_is_dropped_on_another_thread_while_it_runs(load_c: Load) -> None:
    """It goes when the last callback returns, and what that returns is right."""
    call: Any = load_c("int call(int (*f)(int), int n) { return f(n); }", "int call(void *f, int n);").call
    inside, dropped, got, seen = threading.Event(), threading.Event(), list[int](), list[object]()

    def callback(n: int) -> int:
        inside.set()
        assert dropped.wait(30)
        seen.append(gone())
        return n + 1

    closures = [farcall.Closure(callback, "int (*)(int)")]
    gone, address = weakref.ref(closures[0]), closures[0].address
    thread = threading.Thread(target=lambda: got.append(call(address, 4)))
    thread.start()
    assert inside.wait(30)
    closures.clear()
    gc.collect()
    dropped.set()
    thread.join()
    assert got == [5]
    assert seen != [None]
    seen.clear()
    gc.collect()
    assert gone() is None


POINTED = """
typedef struct pair { double x, y; } pair;
long length(const char *s) { long n = 0; while (*s++) n++; return n; }
double first(const double *p) { return *p; }
double both(const pair *p) { return p->x + p->y; }
double all(pair p) { return p.x + p.y; }
int is_null(void *p) { return p == 0; }
int call(int (*f)(int), int n) { return f(n); }
"""
POINTED_TO = """
typedef struct pair { double x, y; } pair; typedef struct holder { double *p; } holder;
long length(const char *s); double first(const double *p);
double both(const pair *p); double all(pair p); int is_null(void *p); int call(int (*f)(int), int n);
"""


def test_arguments_that_are_read_inline(load_c: Load) -> None:
    """Text, pointers, arrays, structs and closures: what is told apart is as with a GIL."""
    lib: Any = load_c(POINTED, POINTED_TO)
    for text, length in (("abc", 3), (b"abcd", 4), ("\xe9", 2), ("\u20ac", 3), ("", 0), (bytearray(b"xy\0"), 2)):
        assert [lib.length(text) for _ in range(3)] == [length] * 3
    for wrong in ("a\0b", 5, 1.5):
        with pytest.raises((TypeError, ValueError), match=r"length\(\) parameter"):
            lib.length(wrong)
    items, pair = farcall.array(farcall.double, 2)([1.5, 2.5]), lib.types.pair(1.0, 2.0)
    pointer = farcall.cast("double *", items)
    for _ in range(3):
        assert (lib.first(items), lib.first(pointer), lib.first(farcall.double(4.5))) == (1.5, 1.5, 4.5)
        assert (lib.both(pair), lib.all(pair), lib.all((3.0, 4.0))) == (3.0, 3.0, 7.0)
        assert [lib.is_null(what) for what in (None, 0, 4096, pointer, 1 << 40)] == [1, 1, 0, 0, 0]
    with farcall.arena() as arena:
        lent = arena.new("double[2]", [6.5, 7.5])
        assert [lib.first(lent) for _ in range(3)] == [6.5] * 3
    for _ in range(3):
        with pytest.raises(farcall.FreedMemoryError, match="memory that was freed"):
            lib.first(lent)
    closure = farcall.Closure(lambda n: n + 1, "int (*)(int)")
    assert [lib.call(closure, n) for n in range(3)] == [1, 2, 3]
    closure.close()
    with pytest.raises(farcall.ClosureError):
        lib.call(closure, 1)


def test_pointers_that_are_set_while_others_pass_them(load_c: Load) -> None:
    """Whose memory a pointer points to changes all the time, and the one before may go at once."""
    lib: Any = load_c(POINTED, POINTED_TO)
    holder, done, got = lib.types.holder(p=farcall.double(1.0)), threading.Event(), list[int]()

    def read() -> None:
        while not done.is_set():
            got.append(lib.is_null(holder.p))

    threads = [threading.Thread(target=read) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for n in range(3000):
        holder.p = farcall.double(float(n))
    done.set()
    for thread in threads:
        thread.join()
    assert set(got) <= {0}
