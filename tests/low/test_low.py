"""The low door: statuses as exceptions, addresses of all kinds, buffer lengths, closures that are freed."""

from __future__ import annotations

import copy
import ctypes
import gc
import pickle
import struct
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import farcall
from farcall import low
from farcall.errors import FarcallError, NullPointerError
from tests.machine import WORD


class Prepared:
    """A cif with what it refers to."""

    def __init__(self, result: Any, *arguments: Any) -> None:
        self.cif, self.types = low.ffi_cif(), low.elements(*arguments)
        low.prep_cif(self.cif, low.DEFAULT_ABI, len(arguments), result, self.types)


@pytest.fixture(scope="module")
def binary() -> Any:
    return Prepared(low.types.uint64, low.types.uint64, low.types.uint64).cif


@pytest.fixture(scope="module")
def minus() -> farcall.Closure:
    return farcall.Closure(lambda x, y: x - y, "uint64_t (uint64_t, uint64_t)")


def structure(*elements: Any) -> Any:
    return low.ffi_type(type=low.type_tag.STRUCT, elements=low.elements(*elements))


# Errors


@pytest.mark.parametrize(
    ("wrong", "kind", "base", "status"),
    [
        (lambda cif: low.prep_cif(cif, 77, 0, low.types.void, 0), low.ABIError, ValueError, 2),
        (lambda cif: low.prep_cif(cif, -1, 0, low.types.void, 0), low.ABIError, ValueError, 2),
        (lambda cif: low.prep_cif(cif, low.DEFAULT_ABI, 0, 0, 0), low.TypedefError, TypeError, 1),
        (lambda cif: low.prep_cif(0, low.DEFAULT_ABI, 0, low.types.void, 0), low.TypedefError, TypeError, 1),
        (
            lambda cif: low.prep_cif(cif, low.DEFAULT_ABI, 1, low.types.void, low.elements(structure())),
            low.TypedefError,
            TypeError,
            1,
        ),
        (
            lambda cif: low.prep_cif(cif, low.DEFAULT_ABI, 1, low.types.void, low.pointers(low.types.void)),
            low.ArgTypeError,
            TypeError,
            3,
        ),
        (
            lambda cif: low.prep_cif_var(
                cif, low.DEFAULT_ABI, 1, 2, low.types.void, low.pointers(low.types.pointer, low.types.float)
            ),
            low.ArgTypeError,
            TypeError,
            3,
        ),
        (lambda cif: low.get_struct_offsets(low.DEFAULT_ABI, low.types.sint32), low.TypedefError, TypeError, 1),
        (lambda cif: low.get_struct_offsets(77, structure(low.types.sint32)), low.ABIError, ValueError, 2),
        (lambda cif: low.call(low.ffi_cif(), 1, []), low.TypedefError, TypeError, 1),
        (lambda cif: low.prep_closure(0, cif, print, None, 0), low.TypedefError, TypeError, 1),
    ],
)
def test_each_status_has_its_exception(
    wrong: Callable[[Any], object], kind: type[low.FFIError], base: type[Exception], status: int
) -> None:
    with pytest.raises(kind) as caught:
        wrong(low.ffi_cif())
    assert caught.value.status == status
    assert isinstance(caught.value, base)
    assert issubclass(kind, low.FFIError)
    assert issubclass(low.FFIError, FarcallError)


def test_counts_that_mean_nothing() -> None:
    with pytest.raises(ValueError, match="-1 is not a number of arguments"):
        low.prep_cif(low.ffi_cif(), low.DEFAULT_ABI, -1, low.types.void, 0)
    with pytest.raises(ValueError, match="3 fixed arguments of 2 in total"):
        low.prep_cif_var(low.ffi_cif(), low.DEFAULT_ABI, 3, 2, low.types.void, 0)


def test_wrong_calls(binary: Any, minus: farcall.Closure) -> None:
    one = farcall.uint64(1)
    with pytest.raises(TypeError, match="the cif takes 2 arguments, 1 were given"):
        low.call(binary, minus, [one])
    with pytest.raises(NullPointerError, match="NULL"):
        low.call(binary, 0, [one, one])
    with pytest.raises(NullPointerError, match="NULL"):
        low.memory(0, 8)


# Code


def test_a_code_ptr_is_a_value(minus: farcall.Closure) -> None:
    code = low.CodePtr(minus.address)

    assert code == low.CodePtr.from_fun(minus) == low.CodePtr(code)
    assert code != low.CodePtr(minus.address + 1)
    assert code != minus.address
    assert len({code, low.CodePtr(minus.address)}) == 1
    assert int(code) == code.address == minus.address
    assert repr(code) == f"CodePtr({minus.address:#x})"
    with pytest.raises(AttributeError, match="cannot be changed"):
        code.address = 1
    for act in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="means nothing elsewhere"):
            act(code)


def test_a_code_ptr_of_every_kind_of_function() -> None:
    libc = farcall.Library("libc.so.6")
    place = libc.address("abs")
    foreign = libc.function("int abs(int)")
    pointer = farcall.type_of("int (*)(int)")(foreign)
    own = ctypes.CDLL("libc.so.6").abs
    closure = farcall.Closure(abs, [farcall.i32], farcall.i32)

    assert {int(low.CodePtr.from_fun(fun)) for fun in (foreign, pointer, own)} == {place}
    assert int(low.CodePtr(pointer)) == place
    assert int(low.CodePtr.from_fun(closure.code_ptr)) == closure.address
    with pytest.raises(TypeError, match="is not a C function"):
        low.CodePtr.from_fun(len)


@pytest.mark.parametrize("null", [0, None])
def test_a_code_ptr_is_never_null(null: object) -> None:
    pointer = farcall.type_of("int (*)(int)")()
    with pytest.raises((ValueError, TypeError)):
        low.CodePtr(null)
    with pytest.raises(ValueError, match="NULL"):
        low.CodePtr(pointer)


def test_a_function_pointer_is_called_and_not_its_own_address(binary: Any, minus: farcall.Closure) -> None:
    pointer = farcall.type_of("uint64_t (*)(uint64_t, uint64_t)")(minus)
    arguments = [farcall.uint64(9), farcall.uint64(2)]

    assert int.from_bytes(low.call(binary, pointer, arguments), sys.byteorder) == 7


# Results


def test_the_result_has_as_many_bytes_as_its_type() -> None:
    for result, c, value, expected in [
        (low.types.sint8, "signed char", -1, b"\xff"),
        (low.types.uint16, "unsigned short", 513, (513).to_bytes(2, sys.byteorder)),
        (low.types.double, "double", 1.0, struct.pack("=d", 1.0)),
    ]:
        prepared = Prepared(result)
        fun = farcall.Closure(lambda value=value: value, f"{c} (void)")
        assert low.call(prepared.cif, fun, []) == expected
    nothing = Prepared(low.types.void)
    assert low.call(nothing.cif, farcall.Closure(lambda: None, "void (void)"), []) == b""


def test_a_structure_as_result() -> None:
    two = structure(low.types.sint32, low.types.double)
    prepared = Prepared(two, two)
    record = farcall.type_of("struct { int n; double x; }")
    fun = farcall.Closure(lambda p: (p.n + 1, p.x * 2), [record], record)
    result = low.call(prepared.cif, fun, [record(3, 1.5)])

    assert bytes(record(4, 3.0)) == result


@pytest.mark.parametrize(("size", "enough"), [(0, False), (1, False), (WORD - 1, False), (WORD, True), (9, True)])
def test_a_narrow_integer_needs_a_word(size: int, enough: bool) -> None:
    prepared = Prepared(low.types.sint8)
    fun = farcall.Closure(lambda: -2, "signed char (void)")
    room = bytearray(b"\x77" * size)
    if enough:
        low.call_return_into(prepared.cif, fun, [], room)
        word = (-2).to_bytes(WORD, sys.byteorder, signed=True)
        assert room == word + b"\x77" * (size - WORD)  # widened, and no further
    else:
        with pytest.raises(ValueError, match=f"needs {WORD} bytes, the buffer has {size}"):
            low.call_return_into(prepared.cif, fun, [], room)


def test_a_result_thrown_away_and_one_that_cannot_be_written(binary: Any, minus: farcall.Closure) -> None:
    arguments = [farcall.uint64(2), farcall.uint64(1)]
    low.call_return_into(binary, minus, arguments)
    with pytest.raises(TypeError, match="read-only"):
        low.call_return_into(binary, minus, arguments, bytes(8))


# Introspection


def test_what_a_cif_and_a_type_say() -> None:
    prepared = Prepared(low.types.void, *[low.types.double] * 17, low.types.sint32)

    assert (prepared.cif.nargs, prepared.cif.abi) == (18, low.DEFAULT_ABI)
    assert prepared.cif.bytes >= 8  # no CPU has registers for so many
    assert int(prepared.cif.arg_types[17]) == low.types.sint32
    assert prepared.cif.arg_types[0][0].size == 8
    assert low.memory(low.types.float, WORD).tobytes() == (4).to_bytes(WORD, sys.byteorder)
    assert (low.type_tag.STRUCT, low.type_tag.POINTER, low.type_tag.COMPLEX) == (13, 14, 15)


def test_elements_keep_their_types() -> None:
    inner = structure(low.types.sint8, low.types.sint8)
    outer = structure(inner, low.types.sint32)
    del inner
    gc.collect()
    low.get_struct_offsets(low.DEFAULT_ABI, outer, None)

    assert (outer.size, outer.alignment) == (8, 4)


# Closures


def identity(cif: int, result: memoryview, args: list[int], userdata: Any) -> None:
    result[:] = low.memory(args[0], len(result))


def test_a_closure_gets_zeroed_memory_that_ends_with_the_call() -> None:
    seen = []

    def callback(cif: int, result: memoryview, args: list[int], userdata: Any) -> None:
        seen.append((cif, result, bytes(result), len(args), userdata))

    prepared = Prepared(low.types.uint32, low.types.uint8, low.types.double)
    closure, code = low.closure_alloc()
    low.prep_closure(closure, prepared.cif, callback, "userdata", code)
    try:
        assert farcall.function(code, "unsigned (unsigned char, double)")(1, 2) == 0
    finally:
        low.closure_free(closure)
    cif, result, before, count, userdata = seen[0]
    assert (cif, before, count, userdata) == (int(farcall.addressof(prepared.cif)), bytes(4), 2, "userdata")
    with pytest.raises(ValueError, match="released"):
        result[0] = 1


@pytest.mark.parametrize(("name", "c", "value"), [("sint8", "signed char", -2), ("uint16", "unsigned short", 65534)])
def test_a_narrow_result_is_widened(name: str, c: str, value: int) -> None:
    prepared = Prepared(getattr(low.types, name), getattr(low.types, name))
    closure, code = low.closure_alloc()
    low.prep_closure(closure, prepared.cif, identity, None, code)
    # read as C does that takes the whole register for the result
    wide = farcall.function(code, f"long ({c})")(value)
    low.closure_free(closure)
    assert wide == value


def test_an_exception_in_a_callback_is_raised_by_the_call() -> None:
    def callback(cif: int, result: memoryview, args: list[int], userdata: Any) -> None:
        result[:] = b"\x01" * len(result)
        raise KeyError("in the callback")

    prepared = Prepared(low.types.uint64)
    closure, code = low.closure_alloc()
    low.prep_closure(closure, prepared.cif, callback, None, code)
    with pytest.raises(KeyError, match="in the callback"):
        low.call(prepared.cif, code, [])
    low.closure_free(closure)


def test_freeing_lets_go_of_callback_and_userdata() -> None:
    class Owned:
        def __call__(self, *args: Any) -> None: ...

    callback, userdata = Owned(), Owned()
    alive = [weakref.ref(callback), weakref.ref(userdata)]
    prepared = Prepared(low.types.void)
    closure, code = low.closure_alloc()
    low.prep_closure(closure, prepared.cif, callback, userdata, code)
    del callback, userdata
    gc.collect()
    assert all(ref() is not None for ref in alive)
    low.call(prepared.cif, code, [])
    low.closure_free(closure)
    gc.collect()
    assert [ref() for ref in alive] == [None, None]


def test_no_memory_for_a_closure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(low.raw, "ffi_closure_alloc", lambda size, code: 0)

    assert low.try_closure_alloc() is None
    with pytest.raises(low.AllocationError, match="no executable memory"):
        low.closure_alloc()
    assert issubclass(low.AllocationError, MemoryError)
    assert issubclass(low.AllocationError, low.FFIError)


# Threads


def test_a_cif_is_used_by_many_threads(minus: farcall.Closure) -> None:
    wrong: list[object] = []

    def work(start: int) -> None:
        prepared = Prepared(low.types.uint64, low.types.uint64, low.types.uint64)
        for n in range(start, start + 300):
            a, b = farcall.uint64(3 * n), farcall.uint64(n)
            result = int.from_bytes(low.call(prepared.cif, minus, [a, b]), sys.byteorder)
            if result != 2 * n:
                wrong.append((n, result))

    threads = [threading.Thread(target=work, args=(1000 * i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
