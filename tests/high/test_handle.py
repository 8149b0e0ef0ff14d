"""Handles stand for Python objects while C hands them through, and are told from everything else when they are stale."""

from __future__ import annotations

import gc
import threading
from typing import Any

import pytest

import farcall


def sort(numbers: Any, **options: Any) -> None:
    """glibc's qsort_r, whose comparator gets userdata."""
    libc = farcall.Library("libc.so.6", **options)
    libc.cdef("void qsort_r(void *, size_t, size_t, int (*)(const int *, const int *, void *), void *);")
    keys = farcall.handle({1: "b", 2: "a", 3: "c"})

    def compare(a: Any, b: Any, userdata: Any) -> int:
        key = farcall.from_handle(userdata)
        return int(key[a[0]] > key[b[0]]) - int(key[a[0]] < key[b[0]])

    libc.qsort_r(numbers, len(numbers), 4, compare, keys)


@pytest.mark.parametrize("tier", ["fast", "api"])
def test_a_callback_gets_its_object_back(tier: str) -> None:
    numbers = farcall.new("int[]", [3, 1, 2])
    sort(numbers, tier=tier)
    assert list(numbers) == [2, 1, 3]


def test_any_object_has_one_and_keeps_its_identity() -> None:
    for thing in (None, 0, "text", [], object(), farcall.handle):
        assert farcall.from_handle(farcall.handle(thing)) is thing


def test_what_the_pointer_is_stored_in_keeps_it() -> None:
    lib = farcall.cdef("struct job { int n; void *userdata; };")
    job = lib.types.job(1, farcall.handle("kept"))
    gc.collect()
    assert farcall.from_handle(job.userdata) == "kept"
    number = int(job.userdata)
    assert farcall.from_handle(number) == "kept"
    job.userdata = None
    gc.collect()
    with pytest.raises(ValueError, match="no handle, or one whose pointer is gone"):
        farcall.from_handle(number)


def test_the_object_goes_with_its_pointer() -> None:
    class Thing:
        pass

    import weakref

    thing = Thing()
    gone = weakref.ref(thing)
    made = farcall.handle(thing)
    del thing
    assert gone() is not None
    del made
    assert gone() is None


def test_no_number_comes_again() -> None:
    numbers = set()
    for _ in range(100):
        numbers.add(int(farcall.handle("x")))
    assert len(numbers) == 100
    assert all(number and not number % 16 for number in numbers)


def test_threads_get_different_ones() -> None:
    made: list[Any] = []

    def make() -> None:
        made.extend(farcall.handle(index) for index in range(200))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({int(one) for one in made}) == 800
    assert [farcall.from_handle(one) for one in made].count(7) == 4


@pytest.mark.parametrize("wrong", [None, "x", 1.5, True, b"", farcall.int_(5)])
def test_what_is_no_pointer(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"from_handle\(\) takes a pointer"):
        farcall.from_handle(wrong)


@pytest.mark.parametrize("wrong", [0, -1, 1 << 200, 17])
def test_what_is_no_handle(wrong: int) -> None:
    with pytest.raises(ValueError, match="is no handle"):
        farcall.from_handle(wrong)
