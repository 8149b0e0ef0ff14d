"""Python's functions stored where C reads function pointers, and builtins passed for them, again and again: Python makes the
first closure, generated code those that follow."""

from __future__ import annotations

import ctypes
import gc
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import farcall
from farcall.errors import FreedMemoryError

TIMES = range(4)


@pytest.fixture(scope="module")
def lib() -> Any:
    library = farcall.Library(None, gil="hold")
    library.cdef("""
        typedef struct { int (*cb)(int); int n; void (*hook)(void); } handlers;
        typedef struct { handlers inner; handlers *other; } outer;
        void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
    """)
    return library


def test_a_field_keeps_the_closure_of_what_it_was_given(lib: Any) -> None:
    for turn in TIMES:
        record = lib.types.handlers()

        def function(x: int, more: int = turn) -> int:
            return x + more

        seen = weakref.ref(function)
        record.cb = function
        del function
        gc.collect()
        assert record.cb(3) == 3 + turn
        assert seen() is not None
        record.cb = lambda x: 2 * x
        gc.collect()
        assert seen() is None
        assert record.cb(4) == 8
        farcall.addressof(record).cb = lambda x: 3 * x
        assert record.cb(4) == 12
        record.cb = None
        assert not record.cb


def test_parts_items_and_constructors_take_functions(lib: Any) -> None:
    class Handler:
        def method(self, x: int) -> int:
            return x + 100

    for _ in TIMES:
        outer = lib.types.outer()
        outer.inner.cb = lambda x: x + 1
        outer.inner.hook = lambda: None
        assert outer.inner.cb(1) == 2
        outer.inner.cb = Handler().method
        assert outer.inner.cb(1) == 101
        record = lib.types.handlers(lambda x: x + 5, 3)
        outer.inner = record
        assert (outer.inner.cb(1), outer.inner.n) == (6, 3)
        items = farcall.array(farcall.type_of("int (*)(int)"), 3)()
        items[0] = lambda x: -x
        items[1] = abs
        items[2] = items[0]
        assert [one(3) for one in items] == [-3, 3, -3]


def test_what_is_wrong_is_refused_after_what_is_right(lib: Any) -> None:
    record = lib.types.handlers()
    memory = ctypes.create_string_buffer(64)
    foreign = lib.cast("handlers *", ctypes.addressof(memory))
    for _ in TIMES:
        record.cb = lambda x: x + 1
        with pytest.raises(TypeError, match="this memory is C's"):
            foreign.cb = lambda x: x
        assert not foreign.cb
        for wrong in (object(), "text", 5):
            with pytest.raises(TypeError):
                record.cb = wrong
        assert record.cb(1) == 2


def test_an_arena_s_memory_keeps_them_to_its_end(lib: Any) -> None:
    for _ in TIMES:
        arena = farcall.arena()
        record = arena.new(lib.types.handlers)
        record.cb = lambda x: x + 7
        first = record.cb
        record.cb = lambda x: x + 8
        assert (first(1), record.cb(1)) == (8, 9)
        arena.close()
        with pytest.raises(FreedMemoryError):
            record.cb = lambda x: x


class Own(list):  # type: ignore[type-arg]
    """A builtin's `__self__` of a class that Python made."""


@pytest.mark.parametrize(
    "make", [lambda got: got.append, lambda got: Own(got).append, lambda got: max], ids=["list", "own", "module"]
)
def test_builtins_are_called_back(lib: Any, make: Callable[[list[Any]], Any]) -> None:
    items = farcall.array(farcall.int_, 2)([2, 1])
    seen = []
    for _ in TIMES:
        with pytest.raises(TypeError):  # what they return is no int, or they take one argument
            lib.qsort(items, 2, 4, make([]))
        lib.qsort(items, 2, 4, lambda a, b: seen.append(1) or 0)  # type: ignore[func-returns-value]
        with pytest.raises(TypeError, match="compare"):
            lib.qsort(items, 2, 4, [])
    assert len(seen) == len(TIMES)


def test_a_bound_function_among_builtins_is_itself(lib: Any) -> None:
    other = farcall.Library(None).function("int abs(int)")
    for _ in TIMES:
        record = lib.types.handlers()
        record.cb = other
        assert int(record.cb) == farcall.Library(None).address("abs")
        record.cb = ord
        assert int(record.cb) != farcall.Library(None).address("abs")
