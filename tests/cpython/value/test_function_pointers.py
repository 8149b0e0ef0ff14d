"""Function pointers called as they are: what is bound for an address once serves all pointers of the type, and keeps none."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pytest

import farcall
from farcall import ClosureError, FreedMemoryError, LibraryClosedError, NullPointerError
from farcall.cpython.value.function_pointer import MOST
from tests.conftest import Load

SOURCE = """
struct called_ops { int (*add)(int a, int b); double (*half)(double x); };
static int add(int a, int b) { return a + b; }
static int subtract(int a, int b) { return a - b; }
static double half(double x) { return x / 2; }
struct called_ops called_ops = { add, half }, called_others = { subtract, 0 };
struct called_ops *all_ops(void) { return &called_ops; }
"""
DECLARED = """
struct called_ops { int (*add)(int a, int b); double (*half)(double x); };
extern struct called_ops called_ops, called_others; struct called_ops *all_ops(void);
"""


@pytest.fixture
def lib(load_c: Load) -> Any:
    return load_c(SOURCE, DECLARED)


def test_members_are_called(lib: Any) -> None:
    ops = lib.all_ops()
    for _ in range(3):
        assert (ops.add(3, 2), ops[0].add(3, b=2), lib.called_others.add(3, 2), ops.half(3)) == (5, 5, 1, 1.5)
    with pytest.raises(TypeError, match="parameter 'a' must be an int for int, not str"):
        ops.add("3", 2)
    with pytest.raises(NullPointerError, match="cannot be called"):
        lib.called_others.half(1)


def test_a_function_is_bound_once_for_an_address(lib: Any) -> None:
    ops = lib.all_ops()
    ops.add(1, 2)
    bound = type(ops.add).__bound__
    known = dict(bound.functions)
    assert ops[0].add(1, 2) == lib.called_ops.add(2, 1) == 3
    assert bound.functions == known
    assert int(ops.add) in known


def test_a_pointer_keeps_its_closure_and_a_call_does_not() -> None:
    kind = farcall.type_of("long (*)(long, long, char)")

    def callback(a: int, b: int, c: bytes) -> int:
        return a * b

    pointer, gone = kind(callback), weakref.ref(callback)
    assert pointer(6, 7, b"x") == 42
    del callback
    gc.collect()
    assert pointer(6, 7, b"x") == 42
    del pointer
    gc.collect()
    assert gone() is None


def test_pointers_to_what_has_ended_are_refused(load_c: Load) -> None:
    lib = load_c(SOURCE, DECLARED)
    pointer = lib.types["struct called_ops *(*)(void)"](lib.all_ops)
    for _ in range(3):
        assert pointer().add(1, 1) == 2
    closure = farcall.Closure(lambda n: n, "short (*)(short)")
    other = farcall.type_of("short (*)(short)")(closure)
    assert other(5) == 5
    closure.close()
    with pytest.raises(ClosureError):
        other(5)
    lib.close()
    for _ in range(2):
        with pytest.raises(LibraryClosedError, match="cannot be called"):
            pointer()


def test_a_pointer_made_of_a_function_is_of_use_until_its_library_is_closed(load_c: Load) -> None:
    first, second = load_c(SOURCE, DECLARED), load_c(SOURCE, DECLARED)
    pointers = [one.types["struct called_ops *(*)(void)"](one.all_ops) for one in (first, second)]
    for _ in range(3):
        assert [pointer().add(2, 1) for pointer in pointers] == [3, 3]
    first.close()
    for _ in range(3):
        assert pointers[1]().add(2, 1) == 3
        with pytest.raises(LibraryClosedError, match="cannot be called"):
            pointers[0]()


def test_pointers_into_freed_memory_are_refused() -> None:
    with farcall.arena() as arena:
        block = arena.new("char[64]")
        pointer = farcall.cast("int (*)(void)", farcall.addressof(block))
    with pytest.raises(FreedMemoryError):
        pointer()


def test_no_more_functions_are_kept_than_can_be_told_apart_quickly() -> None:
    kind = farcall.type_of("int (*)(int, short)")
    closures = [farcall.Closure(lambda n, m, add=number: n + m + add, kind) for number in range(MOST + 8)]
    for _ in range(2):
        assert [kind(closure)(1, 1) for closure in closures] == list(range(2, MOST + 10))
    assert len(kind.__bound__.functions) <= MOST


def test_threads_call_one_pointer(lib: Any) -> None:
    results: list[int] = []

    def work() -> None:
        ops = lib.all_ops()
        results.extend(ops.add(n, 1) - n for n in range(500))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [1] * 2000
