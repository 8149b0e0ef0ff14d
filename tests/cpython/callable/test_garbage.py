"""Finalizers of cyclic garbage call functions that are garbage with them, which may have been finalized before."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import farcall
from tests.conftest import Compile, classes_go

SOURCE = """
int twice(int x) { return 2 * x; }
int apply(int (*f)(int), int x) { return f(x); }
int first(int count, ...) { return count; }
"""


class Last:
    """Runs something when it is finalized."""

    me: Last
    act: Callable[[], Any]

    def __del__(self) -> None:
        self.act()


@pytest.fixture(autouse=True)
def no_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def told(act: Callable[..., Any], *arguments: Any) -> object:
    try:
        return act(*arguments)
    except Exception as error:
        return str(error)


def at_the_end(*acts: Callable[[], Any]) -> list[object]:
    """What is told by functions that were bound before those which call them in finalizers of the same garbage."""
    found: list[object] = []

    def made(act: Callable[[], Any]) -> Last:
        last = Last()
        last.act = lambda: found.append(told(act))
        return last

    lasts = [made(act) for act in acts]
    for last, following in zip(lasts, [*lasts[1:], lasts[0]], strict=True):
        last.me = following
    return found


@pytest.mark.parametrize("called", [False, True])
def test_a_function_that_was_finalized_is_called(compile_c: Compile, called: bool) -> None:
    library, other = farcall.Library(compile_c(SOURCE)), farcall.Library("libc.so.6")
    twice = library.function("int twice(int x)")
    first = library.function("int first(int count, ...)")
    if called:
        assert (twice(1), first(1, 2.0)) == (2, 1)

    def act(twice: Any = twice, first: Any = first) -> object:
        return [other.function("int abs(int x)")(-number) for number in range(4)], twice(4), first(3, 2.0)

    found = at_the_end(act)
    del twice, first, act
    gc.collect()
    assert found == [([0, 1, 2, 3], 8, 3)]


@classes_go
@pytest.mark.parametrize("keeps_library", [False, True])
def test_the_library_of_a_function_is_closed(compile_c: Compile, keeps_library: bool) -> None:
    library = farcall.Library(compile_c(SOURCE))
    twice = library.function("int twice(int x)")
    first = library.function("int first(int count, ...)")
    apply = farcall.Library(compile_c(SOURCE.replace("first", "other"))).function("int apply(int (*f)(int), int x)")
    assert (twice(1), first(1, 2.0), apply(twice, 4)) == (2, 1, 8)
    found = at_the_end(
        lambda library=library: library.close(),  # type: ignore[misc]
        lambda twice=twice: twice(4),  # type: ignore[misc]
        lambda first=first: first(4, 2.0),  # type: ignore[misc]
        lambda twice=twice: apply(twice, 4),  # type: ignore[misc]
    )
    del twice, first
    name = library.name
    if not keeps_library:
        del library
    gc.collect()
    assert found[0] is None
    assert found[1:3] == [f"twice(): {name} is closed", f"first(): {name} is closed"]
    assert "closed" in str(found[3])


def test_the_code_of_a_type_that_was_finalized_runs() -> None:
    library, other = farcall.Library(), farcall.Library()
    library.cdef("struct of_garbage { int x; double y; };")
    cls: Any = library.types.of_garbage
    assert [cls(1, 2.0).x for _ in range(4)] == [1] * 4

    def act(cls: Any = cls) -> object:
        other.cdef("struct another { long z; short v; };")
        assert [other.types.another(number, 2).z for number in range(4)] == [0, 1, 2, 3]
        return cls(5, 6.0).x, cls(x=7).x

    found = at_the_end(act)
    del library, cls, act
    gc.collect()
    assert found == [(5, 7)]


def test_code_goes_with_its_function(compile_c: Compile) -> None:
    library: Any = farcall.Library(compile_c(SOURCE))
    for _ in range(3):
        twice: Any = library.function("int twice(int x)")
        assert twice(2) == 4
        slot = twice.__self__.slot
        assert slot.state == "committed"
        del twice
        assert slot.state == "freed"
    assert not library._functions.places
