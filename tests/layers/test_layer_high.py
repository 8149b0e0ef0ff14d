"""The examples of libffi's Rust bindings at the high door: H1 to H5."""

from __future__ import annotations

import random

import pytest

import farcall
from farcall import FnPtr, arg, f32, i32, u32, u64, usize
from farcall.errors import ClosureError

libc = farcall.Library(None)
libm = farcall.Library("libm.so.6")
void_pointer = farcall.pointer(None)


def test_h1_a_closure_captures_a_variable() -> None:
    x = 5

    def add(y: u64, z: u64) -> u64:
        return x + y + z

    closure = farcall.Closure(add)
    fun = closure.code_ptr

    assert isinstance(fun, FnPtr)
    assert fun.call(6, 7) == 18
    assert fun(6, 7) == 18
    assert farcall.Closure(lambda y, z: x + y + z, [u64, u64], u64).code_ptr.call(6, 7) == 18


def test_h2_a_closure_changes_what_it_captures() -> None:
    total = 0

    def add(n: u32) -> u64:
        nonlocal total
        total += n
        return total

    counter = farcall.ClosureMut(add).code_ptr

    assert [counter.call(5), counter.call(1), counter.call(2)] == [5, 6, 8]
    assert total == 8


def test_h3_a_closure_that_runs_once_owns_what_it_captures() -> None:
    values = [1, 2, 3, 4, 5]
    closure = farcall.ClosureOnce(lambda x, y, z: values[x] + values[y] + values[z], [usize, usize, usize], i32)
    fun = closure.code_ptr

    assert not closure.used
    assert fun.call(2, 3, 4) == 12
    assert closure.used
    with pytest.raises(ClosureError, match="ran already"):
        fun.call(2, 3, 4)


def test_h4_a_call_states_its_types() -> None:
    hypot = libm.address("hypotf")

    assert farcall.call(hypot, arg(f32, 3), arg(f32, 4), returns=f32) == pytest.approx(5, abs=1e-4)
    assert farcall.call(hypot, f32(3), f32(4), returns=f32) == pytest.approx(5, abs=1e-4)
    bound = farcall.function(hypot, "float (float, float)")
    assert bound(3, 4) == pytest.approx(5, abs=1e-4)
    assert farcall.function(hypot, [f32, f32], f32)(3, 4) == pytest.approx(5, abs=1e-4)


def test_h5_c_sorts_by_a_closure() -> None:
    qsort = libc.function("void qsort(void *, size_t, size_t, int (*compare)(const void *, const void *))")
    int_pointer = farcall.pointer(farcall.int_)

    def compare(a: void_pointer, b: void_pointer) -> i32:
        return a.cast(int_pointer)[0] - b.cast(int_pointer)[0]

    values = farcall.array(farcall.int_, 7)([3, 4, 8, 1, 2, 0, 9])
    qsort(values, len(values), farcall.sizeof("int"), farcall.Closure(compare).code_ptr)
    assert list(values) == [0, 1, 2, 3, 4, 8, 9]

    closure = farcall.Closure(lambda a, b: a[0] - b[0], [int_pointer, int_pointer], farcall.int_)
    random.Random(7).shuffle(shuffled := list(range(200)))
    values = farcall.array(farcall.int_, 200)(shuffled)
    qsort(values, len(values), farcall.sizeof("int"), closure.code_ptr)
    assert list(values) == list(range(200))
