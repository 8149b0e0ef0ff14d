"""Closures at the middle door: who owns what, and when it is let go."""

from __future__ import annotations

import copy
import ctypes
import gc
import pickle
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import farcall
from farcall.cpython.link.executable import executable_memory
from farcall.errors import ClosureError
from farcall.middle import Builder, Cif, Closure, ClosureOnce, CodePtr, Type

BINARY = Cif([Type.u64, Type.u64], Type.u64)


def callback(cif: Cif, result: Any, args: tuple[Any, ...], userdata: Any) -> None:
    result.value = userdata(*args)


class Owned:
    """Userdata that can be referred to weakly."""

    def __call__(self, x: int, y: int) -> int:
        return x + y


def test_a_callback_writes_its_result_or_returns_it() -> None:
    def writes(cif: Cif, result: Any, args: tuple[Any, ...], userdata: Any) -> None:
        assert cif is BINARY
        assert result.value == 0
        result.value = args[0] * args[1]

    def returns(cif: Cif, result: Any, args: tuple[Any, ...], userdata: Any) -> int:
        result.value = 77
        return int(args[0]) + userdata

    assert Closure(BINARY, writes)(6, 7) == 42
    assert Closure(BINARY, returns, 100)(6, 7) == 106


def test_a_callback_without_a_result() -> None:
    seen: list[object] = []
    closure = Closure(Cif([Type.f32]), lambda cif, result, args, userdata: seen.append((result, args)))

    assert closure(0.5) is None
    assert seen == [(None, (0.5,))]


def test_a_structure_goes_in_and_comes_out() -> None:
    pair = Type.structure([("n", Type.u16), ("x", Type.f64)])

    def doubles(cif: Cif, result: Any, args: tuple[Any, ...], userdata: Any) -> None:
        result.n, result.x = 2 * args[0].n, 2 * args[0].x

    given = Closure(Cif([pair], pair), doubles)(pair.new(3, 0.25))
    assert (given.n, given.x) == (6, 0.5)


def test_closing_ends_every_use() -> None:
    closure = Closure(BINARY, callback, Owned())
    with closure:
        assert not closure.closed
        assert int(closure) == int(closure.code_ptr)
        assert repr(closure) == (
            f"<farcall.middle.closure.Closure <farcall.Closure callback: uint64_t (*)(uint64_t, uint64_t) "
            f"at {int(closure):#x}>>"
        )
    assert closure.closed
    assert "closed" in repr(closure)
    closure.close()  # a second time does nothing
    uses: list[Callable[[], object]] = [
        lambda: closure(1, 2),
        lambda: closure.code_ptr,
        lambda: int(closure),
        lambda: closure.callable(),
        lambda: closure.__enter__(),
        lambda: closure.leak(),
        lambda: BINARY.call(closure, [1, 2]),
    ]
    for use in uses:
        with pytest.raises(ClosureError, match="closed"):
            use()


def test_a_closure_that_is_dropped_lets_go_of_what_it_owns() -> None:
    userdata = Owned()
    alive = weakref.ref(userdata)
    closure = Closure(BINARY, callback, userdata)
    del userdata
    gc.collect()
    assert alive() is not None
    assert closure(2, 3) == 5
    del closure
    gc.collect()
    assert alive() is None


def test_closures_made_and_dropped_use_their_memory_again() -> None:
    places = {int(Closure(BINARY, callback, Owned())) for _ in range(3000)}

    # Those closed last are kept, so that a use of them is noticed; all are where what ran there might run again.
    assert len(places) < 1000 or not executable_memory().reuse


def test_a_leaked_closure_stays() -> None:
    userdata = Owned()
    alive = weakref.ref(userdata)
    code = Closure(BINARY, callback, userdata).leak()
    del userdata
    gc.collect()

    assert isinstance(code, CodePtr)
    assert alive() is not None
    assert BINARY.call(code, [2, 3]) == 5


def test_a_closure_for_ctypes() -> None:
    prototype = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_uint64, ctypes.c_uint64)
    function = Closure(BINARY, callback, Owned()).as_ctypes(prototype)
    gc.collect()  # the ctypes function keeps the closure

    assert function(40, 2) == 42
    qsort = ctypes.CDLL("libc.so.6").qsort
    values = (ctypes.c_int * 5)(3, 1, 5, 2, 4)
    compare = Builder().args([Type.pointer_to(Type.c_int)] * 2).res(Type.c_int)
    closure = compare.into_closure(lambda cif, result, args, userdata: args[0][0] - args[1][0])
    qsort(values, ctypes.c_size_t(5), ctypes.c_size_t(4), closure)
    assert list(values) == [1, 2, 3, 4, 5]


def test_a_closure_as_a_builtin() -> None:
    with Closure(BINARY, callback, Owned()) as closure:
        assert closure.callable()(20, 22) == 42


def test_an_exception_is_raised_by_the_call_and_c_gets_the_error_value(load_c: Any) -> None:
    library = load_c(
        "long seen; void run(long (*f)(long)) { seen = f(1); }", "extern long seen; void run(long (*f)(long));"
    )

    def fails(cif: Cif, result: Any, args: tuple[Any, ...], userdata: Any) -> None:
        result.value = 5
        raise KeyError("in the callback")

    for on_error, expected in [(None, 0), (-9, -9)]:
        with Closure(Cif([Type.c_long], Type.c_long), fails, on_error=on_error) as closure:
            with pytest.raises(KeyError, match="in the callback"):
                library.run(closure)
            assert library.seen == expected


def test_a_closure_that_runs_once() -> None:
    userdata = Owned()
    alive = weakref.ref(userdata)
    closure = ClosureOnce(BINARY, callback, userdata)
    del userdata
    assert not closure.used
    assert alive() is not None
    assert closure(3, 4) == 7
    gc.collect()
    assert closure.used
    assert alive() is None
    with pytest.raises(ClosureError, match="ran already"):
        closure(3, 4)


def test_one_of_many_threads_runs_a_closure_once() -> None:
    ran: list[int] = []
    closure = ClosureOnce(Cif([Type.u32], Type.u32), lambda cif, result, args, userdata: ran.append(args[0]) or args[0])
    refused: list[ClosureError] = []
    start = threading.Barrier(8)

    def work(number: int) -> None:
        start.wait()
        try:
            closure(number)
        except ClosureError as error:
            refused.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(ran), len(refused)) == (1, 7)


def test_a_closure_on_a_thread_of_c() -> None:
    process = farcall.Library(None)
    process.cdef("""
        int pthread_create(unsigned long *thread, const void *attributes, void *(*run)(void *), void *argument);
        int pthread_join(unsigned long thread, void **result);
    """)
    ran: list[tuple[object, int]] = []

    def run(cif: Cif, result: Any, args: tuple[Any, ...], userdata: Any) -> None:
        ran.append((userdata, threading.get_ident()))

    with Closure(Cif([Type.pointer], Type.pointer), run, "userdata") as closure:
        thread = farcall.ulong()
        assert process.pthread_create(thread, None, closure, None) == 0
        assert process.pthread_join(thread.value, None) == 0
    assert [userdata for userdata, _ in ran] == ["userdata"]
    assert ran[0][1] != threading.get_ident()


def test_an_exception_where_no_call_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", reported.append)
    process = farcall.Library(None)
    process.cdef("""
        int pthread_create(unsigned long *thread, const void *attributes, void *(*run)(void *), void *argument);
        int pthread_join(unsigned long thread, void **result);
    """)
    with Closure(Cif([Type.pointer], Type.pointer), lambda *args: 1 // 0) as closure:
        thread = farcall.ulong()
        process.pthread_create(thread, None, closure, None)
        process.pthread_join(thread.value, None)
    assert [report.exc_type for report in reported] == [ZeroDivisionError]


def test_what_cannot_be() -> None:
    with pytest.raises(ClosureError, match="variadic"):
        Closure(Cif([Type.i32, Type.i32], fixed_args=1), callback)
    with pytest.raises(TypeError, match="has no result"):
        Closure(Cif([]), callback, on_error=1)
    closure = Closure(BINARY, callback, Owned())
    for act in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="means nothing elsewhere"):
            act(closure)
