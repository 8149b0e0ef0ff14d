"""Python's callables for function pointers: each gets a closure for the call, whatever was passed before."""

from __future__ import annotations

import functools
import sys
import weakref
from typing import Any

import pytest

import farcall
from tests.conftest import Load

CALLS = "int apply(int (*f)(int), int x) { return f(x); } int is_null(int (*f)(int)) { return !f; }"
CALLS_DECLARED = "int apply(int (*f)(int), int x); int is_null(int (*f)(int));"


@pytest.fixture(params=["fast", "api"])
def calls(load_c: Load, request: pytest.FixtureRequest) -> Any:
    return load_c(CALLS, CALLS_DECLARED, tier=request.param, gil="hold")


class Adds:
    """A callable that is no function."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, x: int) -> int:
        return x + self.number

    def method(self, x: int) -> int:
        return x - self.number


def test_callables_of_every_kind_in_turn(calls: Any) -> None:
    kept = farcall.Closure(lambda x: -x, "int (int)")
    numbers: list[int] = []
    for turn in range(4):
        given = Adds(turn)
        callables = (
            (lambda x, turn=turn: x * turn, 5 * turn), (given, 5 + turn), (given.method, 5 - turn), (abs, 5), (kept, -5),
            (functools.partial(pow, 2), 32), (numbers.__len__, None), (int, 5), (kept.code_ptr, -5), (calls.apply, None),
        )  # fmt: skip
        for one, expected in callables:
            if expected is None:
                with pytest.raises(TypeError):
                    calls.apply(one, 5)
                continue
            for _ in range(3):
                assert calls.apply(one, 5) == expected
        assert calls.is_null(None) == 1
        assert calls.is_null(given) == 0


def test_such_closures_go_with_the_call(calls: Any) -> None:
    for _ in range(3):
        for make in (Adds, lambda n: lambda x: x + n, lambda n: Adds(n).method):
            thing = make(1)
            gone = weakref.ref(getattr(thing, "__self__", thing))
            before = sys.getrefcount(thing)
            assert calls.apply(thing, 5) in (4, 6)
            assert sys.getrefcount(thing) == before
            del thing
            assert gone() is None


def test_what_is_called_is_looked_at_each_time(calls: Any) -> None:
    """A class that is not callable any more, one with a name of no kind, callables that raise."""

    class Fickle:
        def __call__(self, x: int) -> int:
            return x

    class Named(Adds):
        __name__ = 5  # type: ignore[assignment]

    class Hostile(Adds):
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

    for _ in range(3):
        assert calls.apply(Fickle(), 5) == calls.apply(Named(0), 5) == 5
        with pytest.raises(ZeroDivisionError):
            calls.apply(lambda x: 1 // 0, 5)
    assert calls.apply(Adds(2), 5) == 7
    del Fickle.__call__
    with pytest.raises(TypeError, match="f"):
        calls.apply(Fickle(), 5)
    assert calls.apply(Adds(2), 5) == 7


def test_memory_taken_back_while_the_closure_is_made(load_c: Load) -> None:
    """The name of a callable may be a property, which frees what another argument needs."""
    c = load_c("int of(int *p, int (*f)(int)) { return f(*p); }", "int of(int *p, int (*f)(int));", gil="hold")

    class Freeing(Adds):
        arena: Any = None

        @property
        def __name__(self) -> str:  # type: ignore[override]
            if Freeing.arena is not None:
                Freeing.arena.__exit__(None, None, None)
            return "freeing"

    value = farcall.new("int", 4)
    for _ in range(3):
        assert c.of(value, Freeing(1)) == 5
    arena = farcall.arena()
    arena.__enter__()
    value = arena.new("int", 4)
    assert c.of(value, Freeing(1)) == 5
    Freeing.arena = arena
    with pytest.raises(farcall.FreedMemoryError):
        c.of(value, Freeing(1))
