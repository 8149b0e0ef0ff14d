"""Exceptions that are set where C calls back, and those that callbacks leave to whoever called for an object."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import farcall


@pytest.fixture(params=["fast", "api"])
def tier(request: Any) -> Any:
    return request.param


NEW = "PyObject *PyCapsule_New(void *p, const char *name, void (*destructor)(void *))"


def test_a_destructor_runs_while_an_exception_is_on_its_way(tier: str) -> None:
    new = farcall.Library(None, tier=tier).function(NEW)
    seen: list[object] = []
    closure = farcall.Closure(lambda capsule: seen.append(len(str(capsule))), "void (*)(void *)")

    def fail(made: object, what: int) -> object:
        return [made, what, new(farcall.cast("void *", 8), None, closure), 1 // 0]

    for count in (1, 2, 3):
        with pytest.raises(ZeroDivisionError) as caught:
            fail(None, 1)
        assert caught.value.__context__ is None
        assert len(seen) == count


def test_what_the_destructor_raises_is_no_concern_of_the_exception(tier: str, monkeypatch: Any) -> None:
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: told.append(what.exc_type))
    new = farcall.Library(None, tier=tier).function(NEW)

    def destroy(capsule: object) -> None:
        raise KeyError("destroy")

    closure = farcall.Closure(destroy, "void (*)(void *)")
    with pytest.raises(ZeroDivisionError):
        _ = [new(farcall.cast("void *", 8), None, closure), 1 // 0]
    assert told == [KeyError]


def test_who_calls_for_an_object_without_the_gil_is_not_left_the_exception(tier: str) -> None:
    libc = farcall.Library("libc.so.6", tier=tier)
    sort = libc.function("void qsort(void *base, size_t n, size_t size, void *compare)", gil="release")
    numbers = farcall.array(farcall.int_, 3)([3, 1, 2])

    def compare(a: object, b: object) -> object:
        raise KeyError("compare")

    closure = farcall.Closure(compare, "PyObject *(const void *, const void *)")
    for _ in range(3):
        with pytest.raises(KeyError, match="compare"):
            sort(numbers, 3, 4, farcall.cast("void *", closure.address))


def test_a_thread_of_cs_that_calls_for_an_object_is_heard(tier: str, monkeypatch: Any) -> None:
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: told.append(what.exc_type))

    def run(argument: object) -> object:
        raise KeyError("run")

    libc = farcall.Library("libc.so.6", tier=tier)
    closure = farcall.Closure(run, "PyObject *(*)(void *)")
    thread = farcall.ulong(0)
    create = libc.function("int pthread_create(unsigned long *, const void *, void *start, void *argument)")
    assert create(thread, None, farcall.cast("void *", closure.address), None) == 0
    assert libc.function("int pthread_join(unsigned long, void **)")(int(thread), None) == 0
    assert told == [KeyError]


def test_functions_that_take_callbacks_of_objects_hold_the_gil(tier: str) -> None:
    libc = farcall.Library("libc.so.6", tier=tier)
    for compare in ("PyObject *(*)(const void *, const void *)", "int (*)(const void *, PyObject **)"):
        declared = farcall.function(libc.address("qsort"), f"void (void *, size_t, size_t, {compare})")
        assert declared.__self__.gil == "python"
