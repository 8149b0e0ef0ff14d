"""The examples of libffi's Rust bindings at the low door: L1 to L9."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import farcall
from farcall import low
from farcall.cpython.link.executable import executable_memory
from tests.machine import ALIGN8


def prepared(result: int, *arguments: Any) -> tuple[Any, Any]:
    """A prepared cif, and the array that it refers to."""
    cif, types = low.ffi_cif(), low.elements(*arguments)
    low.prep_cif(cif, low.DEFAULT_ABI, len(arguments), result, types)
    return cif, types


@pytest.fixture(scope="module")
def functions() -> Any:
    """C functions: closures here, so that no compiler is needed."""
    return {"add": farcall.Closure(lambda x, y: x + y, "uint64_t (uint64_t, uint64_t)")}


def twice(fun: low.CodePtr, x: int) -> int:
    """f(f(x)), as the examples have it."""
    call = farcall.function(fun, "uint64_t (uint64_t)")
    result: int = call(call(x))
    return result


def test_l1_a_structure_by_hand() -> None:
    elements = low.elements(low.types.uint16, low.types.uint64)
    structure = low.ffi_type(type=low.type_tag.STRUCT, elements=elements)

    assert (structure.size, structure.type, int(elements[2])) == (0, 13, 0)
    cif, _ = prepared(low.types.void, structure)
    assert (cif.nargs, structure.size, structure.alignment) == (1, 8 + ALIGN8, ALIGN8)  # laid out when it was used


def test_l2_a_cif_is_prepared() -> None:
    cif, types = low.ffi_cif(), low.pointers(low.types.sint32, low.types.uint64)
    low.prep_cif(cif, low.DEFAULT_ABI, 2, low.types.pointer, types)

    assert (cif.nargs, cif.abi) == (2, low.DEFAULT_ABI)
    assert int(cif.rtype) == low.types.pointer


def test_l3_the_offsets_of_a_structure() -> None:
    structure = low.ffi_type(type=low.type_tag.STRUCT, elements=low.elements(low.types.uint8, low.types.uint64))
    offsets = farcall.array(farcall.size_t, 2)([7, 7])
    low.get_struct_offsets(low.DEFAULT_ABI, structure, offsets)

    assert list(offsets) == [0, ALIGN8]


def test_l4_a_call(functions: Any) -> None:
    cif, _types = prepared(low.types.uint64, low.types.uint64, low.types.uint64)
    a, b = farcall.uint64(4), farcall.uint64(5)
    result = low.call(cif, low.CodePtr.from_fun(functions["add"]), [a, b])

    assert int.from_bytes(result, sys.byteorder) == 9
    assert low.call(cif, functions["add"].address, low.pointers(a, b)) == result


def test_l5_a_call_into_memory_of_the_caller(functions: Any) -> None:
    cif, _types = prepared(low.types.uint64, low.types.uint64, low.types.uint64)
    result = farcall.uint64(0)
    low.call_return_into(cif, functions["add"].address, [farcall.uint64(4), farcall.uint64(5)], result)

    assert result.value == 9


def test_l6_memory_for_a_closure() -> None:
    closure, code = low.closure_alloc()

    assert closure
    assert isinstance(code, low.CodePtr)
    low.closure_free(closure)


def test_l7_a_closure_is_freed() -> None:
    places = set()
    for _ in range(1000):
        found = low.try_closure_alloc()
        assert found is not None
        places.add(found[0])
        low.closure_free(found[0])
    if executable_memory().reuse:
        assert len(places) < 10  # memory that is given back is used again
    else:
        assert len(places) == 1000  # where what ran there before might run again, it is not


def test_l8_a_closure_adds_its_userdata() -> None:
    def add(cif: int, result: memoryview, args: list[int], userdata: int) -> None:
        number = int.from_bytes(low.memory(args[0], 8), sys.byteorder)
        result[:] = (number + userdata).to_bytes(8, sys.byteorder)

    cif, _types = prepared(low.types.uint64, low.types.uint64)
    closure, code = low.closure_alloc()
    low.prep_closure(closure, cif, add, 5, code)
    add5 = farcall.function(code, "uint64_t (uint64_t)")

    assert (add5(6), add5(7), twice(code, 12)) == (11, 12, 22)
    low.closure_free(closure)


def test_l9_a_closure_changes_its_userdata() -> None:
    def accumulate(cif: int, result: memoryview, args: list[int], userdata: Any) -> None:
        result[:] = userdata.value.to_bytes(8, sys.byteorder)
        userdata.value += int.from_bytes(low.memory(args[0], 8), sys.byteorder)

    cif, _types = prepared(low.types.uint64, low.types.uint64)
    total = farcall.uint64(5)
    closure, code = low.closure_alloc()
    low.prep_closure_mut(closure, cif, accumulate, total, code)
    f = farcall.function(code, "uint64_t (uint64_t)")

    assert (f(6), f(7)) == (5, 11)
    assert twice(code, 1) == 19
    low.closure_free(closure)
