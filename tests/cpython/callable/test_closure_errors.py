"""Exceptions in callbacks: what C gets, and where the exception comes out."""

from __future__ import annotations

import ctypes
import gc
import signal
import sys
import threading
import traceback
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

import farcall
from farcall.cpython.callable.handler import Handler
from farcall.cpython.link import pending_exceptions
from farcall.cpython.link.pending_exceptions import MOST_NOTES

Load = Callable[..., farcall.Library]

KINDS = {
    "schar": ("signed char", -7), "uchar": ("unsigned char", 200), "short": ("short", -300),
    "int": ("int", -70000), "ulong": ("unsigned long", 1 << 31), "bool": ("_Bool", True), "char": ("char", b"z"),
    "float": ("float", 0.5), "double": ("double", -2.25), "pointer": ("void *", 4096),
    "text": ("const char *", "stated"), "pair": ("pair", (7, 0.5)), "vector": ("vector", (1.0, 2.0, 3.0)),
    "tiny": ("tiny", (1, 2, 3)), "floats": ("floats", (1.5, 2.5)),
}  # fmt: skip
TYPES = """
typedef struct { int a; float b; } pair;
typedef struct { double x, y, z; } vector;
typedef struct { unsigned char a, b, c; } tiny;
typedef struct { float a, b; } floats;
"""
SOURCE = TYPES + "".join(
    f"{c} got_{name}; void call_{name}({c} (*f)(int)) {{ got_{name} = f(5); }}\n" for name, (c, _) in KINDS.items()
)
SOURCE += r"""
#include <setjmp.h>
#include <pthread.h>
int again(int (*f)(int), int times) { int sum = 0; for (int i = 0; i < times; i++) sum += f(i); return sum; }
vector shape(int (*f)(int)) { vector v = {f(1), 2, 3}; return v; }
const char *title(int (*f)(int)) { return f(1) ? "one" : "none"; }
double twice(double (*f)(double), double x) { return f(x) + f(x); }
static void *body(void *p) { ((void (*)(void))p)(); return 0; }
int on_a_thread(void (*f)(void)) { pthread_t t; return pthread_create(&t, 0, body, (void *)f) || pthread_join(t, 0); }
static jmp_buf place;
int guard(void (*f)(void)) { if (setjmp(place)) return 1; f(); return 0; }
void jump_out(void *cif, void *result, void **arguments, void *data) { longjmp(place, 1); }
"""
DECLARED = (
    TYPES
    + "".join(f"extern {c} got_{name}; void call_{name}({c} (*f)(int));\n" for name, (c, _) in KINDS.items())
    + """
int again(int (*f)(int), int times);
vector shape(int (*f)(int));
const char *title(int (*f)(int));
double twice(double (*f)(double), double x);
int on_a_thread(void (*f)(void));
int guard(void (*f)(void));
"""
)


@pytest.fixture(params=("hold", "release"))
def c(request: pytest.FixtureRequest, load_c: Load) -> farcall.Library:
    return load_c(SOURCE, DECLARED, gil=request.param)


@pytest.fixture
def unraisable(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What the unraisable hook is given: (exception, repr of the object)."""
    seen: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: seen.append((args.exc_value, repr(args.object))))
    yield seen
    seen.clear()


def boom(*args: object) -> Any:
    raise KeyError("boom", *args)


def plain(value: object) -> object:
    """A C value as Python's own: a struct's fields, a pointer's address."""
    if isinstance(value, farcall.Struct):
        return tuple(getattr(value, field[0]) for field in value.__fields__)
    return int(value) if isinstance(value, farcall.Pointer) else value


@pytest.mark.parametrize("kind", KINDS)
def test_zero_unless_something_is_stated(c: farcall.Library, kind: str) -> None:
    expected = KINDS[kind][1]
    call = getattr(c, f"call_{kind}")
    function = farcall.Closure(boom, c.types[f"{KINDS[kind][0]} (*)(int)"], on_error=expected)
    with pytest.raises(KeyError, match="boom") as caught:
        call(function)
    assert caught.value.args == ("boom", 5)
    got = plain(getattr(c, f"got_{kind}"))
    assert got == expected
    with pytest.raises(KeyError, match="boom"):
        call(boom)
    zero = plain(getattr(c, f"got_{kind}"))
    if isinstance(expected, tuple):
        assert zero == (0,) * len(expected)
    elif isinstance(expected, str):
        assert zero is None
    else:
        assert zero == (b"\0" if kind == "char" else 0)


def test_the_traceback_shows_the_callback(c: farcall.Library) -> None:
    def deeper(number: int) -> int:
        return boom(number)

    def callback(number: int) -> int:
        return deeper(number)

    with pytest.raises(KeyError) as caught:
        c.again(callback, 1)
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[0] == "test_the_traceback_shows_the_callback"
    assert names[-3:] == ["callback", "deeper", "boom"]


def test_the_first_is_raised_and_tells_of_the_later_ones(c: farcall.Library) -> None:
    with pytest.raises(KeyError) as caught:
        c.again(boom, MOST_NOTES + 10)
    assert caught.value.args == ("boom", 0)
    notes = caught.value.__notes__  # type: ignore[attr-defined]
    told = [f"later in the same call, a callback raised KeyError('boom', {i})" for i in range(1, MOST_NOTES + 1)]
    assert notes == [*told, "and more"]


def test_all_results_of_a_call_are_thrown_away(c: farcall.Library) -> None:
    """An object made before the call, a text, a number in a register."""
    for call in (c.shape, c.title, lambda f: c.again(f, 1), lambda f: c.twice(f, 2.0)):
        with pytest.raises(KeyError):
            call(boom)
    v = c.shape(lambda x: x + 41)
    assert (v.x, v.y, v.z) == (42.0, 2.0, 3.0)
    assert c.title(lambda x: x) == "one"
    assert c.twice(lambda x: x * 2, 2.0) == 8.0


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_exceptions_that_end_programs(c: farcall.Library, error: type[BaseException]) -> None:
    def callback(number: int) -> int:
        raise error(number)

    with pytest.raises(error) as caught:
        c.again(callback, 2)
    assert caught.value.args == (0,)


def test_they_go_before_ordinary_ones(c: farcall.Library) -> None:
    def callback(number: int) -> int:
        raise KeyboardInterrupt if number == 3 else ValueError(number)

    with pytest.raises(KeyboardInterrupt) as caught:
        c.again(callback, 5)
    assert isinstance(caught.value.__context__, ValueError)
    assert caught.value.__context__.args == (0,)


def test_a_real_interrupt(c: farcall.Library) -> None:
    assert threading.current_thread() is threading.main_thread()
    calls = 0

    def callback(number: int) -> int:
        nonlocal calls
        calls += 1
        if number == 1:
            signal.raise_signal(signal.SIGINT)
            for _ in range(1000):  # where Python looks for signals
                pass
        return 0

    with pytest.raises(KeyboardInterrupt):
        c.again(callback, 4)
    assert calls == 4


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ("text", "callback wrong(): result must be an int for int, not str"),
        (None, "callback wrong(): result must be an int for int, not NoneType"),
        (2.0, "callback wrong(): result must be an int for int, not float"),
        (1 << 31, "callback wrong(): result: 2147483648 is out of range for int (-2147483648 to 2147483647)"),
    ],
)
def test_wrong_results_name_the_callback(c: farcall.Library, result: object, message: str) -> None:
    def wrong(number: int) -> object:
        return result

    with pytest.raises((TypeError, OverflowError)) as caught:
        c.again(wrong, 1)
    assert str(caught.value) == message


def test_void_wants_none(c: farcall.Library) -> None:
    def wrong() -> object:
        return 5

    call = farcall.function(farcall.Library(None).address("abs"), "int (int)")  # anything to be under way
    assert call(-1) == 1
    with pytest.raises(TypeError, match=r"callback wrong\(\): result must be None"):
        c.guard(wrong)
    assert c.guard(lambda: None) == 0


def test_a_wrong_number_of_arguments(c: farcall.Library) -> None:
    with pytest.raises(TypeError, match="positional argument"):
        c.again(lambda a, b: 0, 1)


def test_a_callback_inside_a_callback(c: farcall.Library) -> None:
    """Each exception comes out of the call that C was entered by, and can be caught there."""
    seen = []

    def outer(number: int) -> int:
        if number == 0:
            return c.again(boom, 1)
        try:
            return c.again(boom, 2)
        except KeyError as error:
            seen.append(error.args)
            return 50

    with pytest.raises(KeyError) as caught:
        c.again(outer, 2)
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names.count("outer") == 1
    assert names[-1] == "boom"
    assert seen == [("boom", 0)]
    assert not hasattr(caught.value, "__notes__")
    assert c.again(lambda n: outer(1), 3) == 150


def test_deep_nesting(c: farcall.Library) -> None:
    """Python, C, Python, C, ...: as deep as Python's own limit."""

    def down(depth: int) -> int:
        if depth == 0:
            raise LookupError("at the bottom")
        return c.again(lambda _: down(depth - 1), 1) + 1

    with pytest.raises(LookupError, match="at the bottom"):
        down(150)

    def sink(depth: int) -> int:
        return 0 if depth == 0 else c.again(lambda _: sink(depth - 1), 1) + 1

    assert sink(150) == 150

    def endless(number: int) -> int:
        return c.again(endless, 1)

    with pytest.raises(RecursionError):
        endless(0)
    assert c.again(lambda n: n, 3) == 3


def test_nothing_lies_in_wait_for_other_calls(c: farcall.Library) -> None:
    """A pending exception is for one call: those made meanwhile, here and on other threads, go on."""
    results: list[Any] = []

    def callback(number: int) -> int:
        if number == 0:
            raise ValueError
        results.append(c.again(lambda n: n + 1, 3))
        thread = threading.Thread(target=lambda: results.append(c.again(lambda n: n + 2, 3)))
        thread.start()
        thread.join()
        return 0

    with pytest.raises(ValueError):  # noqa: PT011
        c.again(callback, 2)
    assert results == [6, 9]


def test_exceptions_of_many_threads(c: farcall.Library) -> None:
    """Each comes out on its own thread."""
    wrong: list[Any] = []

    def run(mine: int) -> None:
        def callback(number: int) -> int:
            raise ValueError(mine, number)

        for _ in range(200):
            try:
                c.again(callback, 2)
                wrong.append("nothing raised")
            except ValueError as error:
                if error.args != (mine, 0):
                    wrong.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_on_a_thread_of_c(c: farcall.Library, unraisable: list[Any]) -> None:
    """There is no call to raise it from: the hook gets it, with the callback."""
    seen = []

    def callback() -> None:
        seen.append(threading.get_ident())
        raise ValueError("on a thread of C")

    if c._gil == "hold":  # C waits for the thread, so the GIL must be free
        c.__dict__["_gil"] = "release"
    assert c.on_a_thread(callback) == 0
    assert seen[0] != threading.get_ident()
    ((error, what),) = unraisable
    assert repr(error) == "ValueError('on a thread of C')"
    assert what.startswith("<farcall.Closure callback: void (*)(void) at 0x")
    names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert names[-1] == "callback" or "callback" in names


def test_through_ctypes(unraisable: list[Any]) -> None:
    """C was not entered through farcall: the hook gets it."""
    libc = ctypes.CDLL(None)
    values = (ctypes.c_int * 3)(3, 2, 1)
    with farcall.Closure(boom, "int (void *, void *)") as compare:
        libc.qsort(values, ctypes.c_size_t(3), ctypes.c_size_t(4), compare)
    assert unraisable
    assert all(isinstance(error, KeyError) for error, _ in unraisable)
    assert "boom" in unraisable[0][1]


def test_exceptions_are_let_go(c: farcall.Library) -> None:
    """No cycle keeps what the callback held."""

    class Thing:
        pass

    def call() -> weakref.ref[Thing]:
        thing = Thing()
        gone = weakref.ref(thing)

        def callback(number: int) -> int:
            assert thing
            raise ValueError

        with suppress(ValueError):
            c.again(callback, 2)
        return gone

    gc.disable()
    try:
        assert call()() is None
    finally:
        gc.enable()


def test_longjmp_over_a_c_handler(c: farcall.Library) -> None:
    """Where no Python lies between, C may leave by a longjmp: over a closure's code, to the call's C."""
    function = farcall.type_of("void (*)(void)").__ctype__.target
    with Handler(function, c.address("jump_out")) as handler:
        for _ in range(3):
            assert c.guard(handler) == 1
    assert c.again(lambda n: n, 3) == 3
    with pytest.raises(KeyError):
        c.again(boom, 1)
    assert not pending_exceptions._pending
    assert pending_exceptions._count.word(0) == 0
