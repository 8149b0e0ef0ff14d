"""Closures with a handler in C, Go closures, and call plans."""

from __future__ import annotations

import ctypes as c
import mmap

import pytest

from tests.raw.door import ABIS, PORT, WORD, Door, Memory, address, word_at

HANDLER = c.CFUNCTYPE(None, c.c_void_p, c.c_void_p, c.POINTER(c.c_void_p), c.c_void_p)


@HANDLER
def scaled(cif: int, result: int, arguments: c.Array[c.c_void_p], user_data: int | None) -> None:
    """An int8 and a double: their product, plus the user data, as an int16 in a whole register."""
    first = c.c_int8.from_address(arguments[0] or 0).value  # type: ignore[arg-type]
    second = c.c_double.from_address(arguments[1] or 0).value  # type: ignore[arg-type]
    c.c_ssize_t.from_address(result).value = int(first * second) + (user_data or 0)


def arguments(memory: Memory) -> int:
    return memory.values(c.c_int8(-3), c.c_double(2.5))


@pytest.mark.parametrize("abi", ABIS)
def test_a_closure_called_by_ffi_call(ffi: Door, memory: Memory, abi: int) -> None:
    cif, code, result = memory.cif("sint16", "sint8", "double", abi=abi), memory.buffer(WORD), c.c_ssize_t(0x5555)
    closure = ffi.ffi_closure_alloc(56, code)
    executable = word_at(code)
    for user_data in (100, 0):
        assert ffi.ffi_prep_closure_loc(closure, cif, address(scaled), user_data, executable) == 0
        ffi.ffi_call(cif, executable, c.addressof(result), arguments(memory))
        assert result.value == user_data - 7  # widened: all bytes of a register are written
    ffi.ffi_closure_free(closure)


def test_a_closure_keeps_what_libffi_keeps_in_it(ffi: Door, memory: Memory) -> None:
    cif, code = memory.cif("sint16", "sint8", "double"), memory.buffer(WORD)
    closure = ffi.ffi_closure_alloc(56, code)
    executable = word_at(code)
    assert ffi.ffi_prep_closure_loc(closure, cif, address(scaled), 9, executable) == 0
    for at in (closure, executable):
        kept = (word_at(at + PORT.trampoline + WORD * field) for field in range(3))
        assert tuple(kept) == (cif, address(scaled), 9)
    ffi.ffi_closure_free(closure)


def test_memory_of_ones_own(ffi: Door, memory: Memory) -> None:
    """Programs that manage executable memory themselves prepare a closure in it."""
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    at, cif, result = c.addressof(c.c_char.from_buffer(page)), memory.cif("sint16", "sint8", "double"), c.c_ssize_t()
    assert ffi.ffi_prep_closure(at, cif, address(scaled), 50) == 0
    ffi.ffi_call(cif, at, c.addressof(result), arguments(memory))
    assert result.value == 43


@pytest.mark.parametrize("abi", [abi.number for abi in PORT.abis if abi.go])
def test_go_closures(ffi: Door, memory: Memory, abi: int) -> None:
    """The handler's user data is the closure's own address, which travels in the static chain register."""
    seen = []

    @HANDLER
    def handler(cif: int, result: int, arguments: object, user_data: int) -> None:
        seen.append(user_data)
        c.c_ssize_t.from_address(result).value = 12

    cif, closure, result = memory.cif("sint16", "sint8", "double", abi=abi), memory.buffer(3 * WORD), c.c_ssize_t()
    assert ffi.ffi_prep_go_closure(closure, cif, address(handler)) == 0
    code = word_at(closure)
    ffi.ffi_call_go(cif, code, c.addressof(result), arguments(memory), closure)
    assert result.value == 12
    assert seen == [closure]


@pytest.mark.parametrize("abi", ABIS)
def test_plans(ffi: Door, memory: Memory, abi: int) -> None:
    cif, wide = memory.cif("double", "double", "double"), memory.cif("double", *["double"] * 9, abi=abi)

    @c.CFUNCTYPE(c.c_double, c.c_double, c.c_double)
    def product(a: float, b: float) -> float:
        return a * b

    plan, wider, result = ffi.ffi_call_plan_alloc(cif), ffi.ffi_call_plan_alloc(wide), c.c_double()
    assert 0 < ffi.ffi_call_plan_size(plan) < ffi.ffi_call_plan_size(wider)
    values = memory.values(c.c_double(3), c.c_double(-2.5))
    for _ in range(2):
        ffi.ffi_call_plan_invoke(plan, address(product), c.addressof(result), values)
        assert result.value == -7.5
    ffi.ffi_call_plan_invoke(plan, address(product), 0, values)  # the result is thrown away
    for handle in (plan, wider, plan):
        ffi.ffi_call_plan_free(handle)
    assert ffi.ffi_call_plan_size(plan) == 0


def test_results_that_nobody_wants(ffi: Door, memory: Memory) -> None:
    entered = []

    @c.CFUNCTYPE(c.c_longdouble)
    def function() -> float:
        entered.append(1)
        return 1.5

    for _ in range(20):  # a value left on the x87's stack, eight deep, would show
        ffi.ffi_call(memory.cif("longdouble"), address(function), 0, 0)
    result = c.c_longdouble()
    ffi.ffi_call(memory.cif("longdouble"), address(function), c.addressof(result), 0)
    assert result.value == 1.5
    assert len(entered) == 21
