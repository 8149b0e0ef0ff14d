"""Statuses for input that libffi refuses, accepts in silence, or crashes on."""

from __future__ import annotations

import ctypes as c
import sys
from collections.abc import Callable

import pytest

from farcall.cpython.facts.host import host_target
from tests.raw.door import ABIS, PORT, SIZEOF_CIF, WORD, Door, Memory, bytes_at, real, word_at

OK, BAD_TYPEDEF, BAD_ABI, BAD_ARGTYPE = range(4)
DEFAULT = ABIS[0]
STRUCT, COMPLEX, VECTOR = 13, 15, 18
#: Where a cif has `bytes`; and one with a known ABI that nobody prepared.
BYTES = 8 + 2 * WORD
UNPREPARED = DEFAULT.to_bytes(4, sys.byteorder) + bytes(SIZEOF_CIF - 4)

#: Elsewhere libffi counts the bytes of a cif as if all arguments went on the stack (src/prep_cif.c).
COUNTS_STACK = host_target().cpu in ("x86_64", "i386")

Make = Callable[[Memory], int]


def struct_in_struct(memory: Memory) -> int:
    return memory.struct(memory.struct(memory.door.type("sint8")), memory.door.type("double"))


def recursive(memory: Memory) -> int:
    made = memory.type(STRUCT, memory.pointers(memory.door.type("sint8"), 0))
    elements = word_at(made + 2 * WORD)
    c.c_void_p.from_address(elements + WORD).value = made
    c.c_void_p.from_address(elements).value = made
    return made


TYPES: dict[str, tuple[Make, int]] = {
    "a struct": (struct_in_struct, OK),
    "an empty struct": (lambda m: m.struct(), BAD_TYPEDEF),
    "a struct of an empty struct": (lambda m: m.struct(m.struct()), BAD_TYPEDEF),
    "a struct of nothing known": (lambda m: m.struct(m.type(99, size=4, alignment=4)), BAD_TYPEDEF),
    "a struct of void": (lambda m: m.struct(m.door.type("void")), BAD_TYPEDEF),
    "a struct without elements": (lambda m: m.type(STRUCT), BAD_TYPEDEF),
    "a struct in itself": (recursive, BAD_TYPEDEF),
    "a struct of a size, alignment 0": (
        lambda m: m.type(STRUCT, m.pointers(m.door.type("sint32")), size=8),
        BAD_TYPEDEF,
    ),
    "a struct of a size, odd alignment": (
        lambda m: m.type(STRUCT, m.pointers(m.door.type("sint32")), size=8, alignment=3),
        BAD_TYPEDEF,
    ),
    "a struct smaller than its members": (
        lambda m: m.type(STRUCT, m.pointers(m.door.type("sint64")), size=4, alignment=4),
        BAD_TYPEDEF,
    ),
    "a union, as a struct of its size": (
        lambda m: m.type(STRUCT, m.pointers(m.door.type("sint32")), size=16, alignment=8),
        OK,
    ),
    "a scalar of size 0": (lambda m: m.type(5, alignment=1), BAD_TYPEDEF),
    "an unknown kind": (lambda m: m.type(99, size=4, alignment=4), BAD_TYPEDEF),
    "complex without elements": (lambda m: m.type(COMPLEX, size=8, alignment=4), BAD_TYPEDEF),
    "complex without a size": (lambda m: m.type(COMPLEX, m.pointers(m.door.type("float"))), BAD_TYPEDEF),
    "complex of a pointer": (
        lambda m: m.type(COMPLEX, m.pointers(m.door.type("pointer")), size=16, alignment=8),
        BAD_TYPEDEF,
    ),
    "complex of int": (
        lambda m: m.type(COMPLEX, m.pointers(m.door.type("sint")), size=8, alignment=4),
        OK if PORT.complex else BAD_TYPEDEF,
    ),
    "a vector of three floats": (
        lambda m: m.type(VECTOR, m.pointers(*[m.door.type("float")] * 3)),
        OK if PORT.vector else BAD_TYPEDEF,
    ),
    "a vector of nothing": (lambda m: m.type(VECTOR, m.pointers()), BAD_TYPEDEF),
    "a vector of float and double": (
        lambda m: m.type(VECTOR, m.pointers(m.door.type("float"), m.door.type("double"))),
        BAD_TYPEDEF,
    ),
    "a vector of pointers": (lambda m: m.type(VECTOR, m.pointers(m.door.type("pointer"))), BAD_TYPEDEF),
    "a vector of 32 bytes": (lambda m: m.type(VECTOR, m.pointers(*[m.door.type("double")] * 4)), BAD_TYPEDEF),
    "NULL": (lambda m: 0, BAD_TYPEDEF),
}


@pytest.mark.parametrize("case", TYPES)
@pytest.mark.parametrize("where", ["parameter", "result"])
def test_types(ffi: Door, memory: Memory, case: str, where: str) -> None:
    make, status = TYPES[case]
    made, other, cif = make(memory), ffi.type("sint32"), memory.buffer(SIZEOF_CIF)
    if where == "parameter":
        assert ffi.ffi_prep_cif(cif, DEFAULT, 2, other, memory.pointers(other, made)) == status
    else:
        assert ffi.ffi_prep_cif(cif, DEFAULT, 1, made, memory.pointers(other)) == status


@pytest.mark.parametrize("abi", [-1, 0, 1, 2, 3, 4, 5, 6, 255, 2**31 - 1])
def test_abis_are_refused_where_libffi_refuses_them(ffi: Door, memory: Memory, abi: int) -> None:
    oracle = real()
    other = Memory(oracle)
    expected = oracle.ffi_prep_cif(
        other.buffer(SIZEOF_CIF), abi, 1, oracle.type("sint32"), other.pointers(oracle.type("double"))
    )
    types = memory.pointers(ffi.type("double"))
    assert ffi.ffi_prep_cif(memory.buffer(SIZEOF_CIF), abi, 1, ffi.type("sint32"), types) == expected
    assert expected == (OK if abi in ABIS else BAD_ABI)


def test_an_unknown_abi_is_told_before_a_bad_type(ffi: Door, memory: Memory) -> None:
    assert ffi.ffi_prep_cif(memory.buffer(SIZEOF_CIF), 77, 0, memory.struct(), 0) == BAD_ABI


def test_void_is_no_parameter(ffi: Door, memory: Memory) -> None:
    void, cif = ffi.type("void"), memory.buffer(SIZEOF_CIF)
    assert ffi.ffi_prep_cif(cif, DEFAULT, 1, void, memory.pointers(void)) == BAD_ARGTYPE
    assert ffi.ffi_prep_cif(cif, DEFAULT, 0, void, 0) == OK


def test_nulls(ffi: Door, memory: Memory) -> None:
    cif, number = memory.buffer(SIZEOF_CIF), ffi.type("sint32")
    assert ffi.ffi_prep_cif(0, DEFAULT, 0, number, 0) == BAD_TYPEDEF
    assert ffi.ffi_prep_cif(cif, DEFAULT, 0, 0, 0) == BAD_TYPEDEF
    assert ffi.ffi_prep_cif(cif, DEFAULT, 1, number, 0) == BAD_TYPEDEF
    assert ffi.ffi_prep_cif(cif, DEFAULT, 2**32 - 1, number, memory.pointers(number)) == BAD_TYPEDEF


@pytest.mark.parametrize(
    "kind", ["float", "sint8", "uint8", "sint16", "uint16", "sint32", "double", "sint64", "pointer"]
)
def test_variadic_arguments_are_promoted_ones(ffi: Door, memory: Memory, kind: str) -> None:
    def status(door: Door, memory: Memory) -> int:
        types = memory.pointers(door.type(kind), door.type(kind))
        given = door.ffi_prep_cif_var(memory.buffer(SIZEOF_CIF), DEFAULT, 1, 2, door.type("sint32"), types)
        assert isinstance(given, int)
        return given

    oracle = real()
    assert status(ffi, memory) == status(oracle, Memory(oracle))


def test_more_fixed_arguments_than_there_are(ffi: Door, memory: Memory) -> None:
    number = ffi.type("sint32")
    types = memory.pointers(number)
    assert ffi.ffi_prep_cif_var(memory.buffer(SIZEOF_CIF), DEFAULT, 2, 1, number, types) == BAD_TYPEDEF
    assert ffi.ffi_prep_cif_var(memory.buffer(SIZEOF_CIF), DEFAULT, 1, 1, number, types) == OK
    assert ffi.ffi_prep_cif_var(memory.buffer(SIZEOF_CIF), DEFAULT, 0, 1, number, types) == OK


def test_a_refused_cif_stays_as_it_was(ffi: Door, memory: Memory) -> None:
    cif = memory.buffer(SIZEOF_CIF, bytes(range(SIZEOF_CIF)))
    assert ffi.ffi_prep_cif(cif, DEFAULT, 0, memory.struct(), 0) == BAD_TYPEDEF
    assert bytes_at(cif, SIZEOF_CIF) == bytes(range(SIZEOF_CIF))


def test_every_field_of_a_cif_is_filled_as_libffi_does(ffi: Door, memory: Memory) -> None:
    def fields(door: Door, memory: Memory) -> tuple[bytes, bytes, bytes]:
        cif, types = memory.buffer(SIZEOF_CIF, b"\xee" * SIZEOF_CIF), memory.pointers(*[door.type("sint64")] * 8)
        assert door.ffi_prep_cif(cif, DEFAULT, 8, door.type("double"), types) == OK
        assert word_at(cif + 8) == types
        assert word_at(cif + 8 + WORD) == door.type("double")
        extra = b"" if PORT.fixed is None else bytes_at(cif + BYTES + 8 + 4 * PORT.fixed, 4)
        stack = bytes_at(cif + BYTES, 4) if COUNTS_STACK else b""
        return bytes_at(cif, 8), stack, extra  # abi and nargs; bytes on the stack; fixed arguments

    oracle = real()
    assert fields(ffi, memory) == fields(oracle, Memory(oracle))


def test_preparing_again_gives_the_same(ffi: Door, memory: Memory) -> None:
    first, second = memory.cif("double", "sint32", "float"), memory.cif("double", "sint32", "float")
    assert bytes_at(first + BYTES, 8) == bytes_at(second + BYTES, 8)
    other = memory.cif("double", "sint32", "double")
    assert bytes_at(first + BYTES, 8) != bytes_at(other + BYTES, 8)


def test_closures_of_what_is_not_prepared(ffi: Door, memory: Memory) -> None:
    cif, code = memory.cif("sint32", "sint32"), memory.buffer(WORD)
    closure = ffi.ffi_closure_alloc(56, code)
    executable = word_at(code)
    assert ffi.ffi_prep_closure_loc(closure, memory.buffer(SIZEOF_CIF), cif, 0, executable) == BAD_ABI
    assert ffi.ffi_prep_closure_loc(closure, memory.buffer(SIZEOF_CIF, UNPREPARED), cif, 0, executable) == BAD_TYPEDEF
    assert ffi.ffi_prep_closure_loc(0, cif, cif, 0, executable) == BAD_TYPEDEF
    assert ffi.ffi_prep_closure_loc(closure, 0, cif, 0, executable) == BAD_TYPEDEF
    assert ffi.ffi_prep_go_closure(closure, memory.buffer(SIZEOF_CIF), cif) == BAD_ABI
    assert ffi.ffi_prep_raw_closure_loc(closure, memory.buffer(SIZEOF_CIF), cif, 0, executable) == BAD_ABI
    c.c_uint.from_address(cif).value = 255
    assert ffi.ffi_prep_closure_loc(closure, cif, cif, 0, executable) == BAD_ABI
    ffi.ffi_closure_free(closure)


def test_closure_memory(ffi: Door, memory: Memory) -> None:
    code = memory.buffer(WORD)
    assert ffi.ffi_closure_alloc(56, 0) == 0
    assert ffi.ffi_closure_alloc(0, code) == 0
    assert ffi.ffi_closure_alloc(2 ** (8 * WORD - 2), code) == 0
    closure = ffi.ffi_closure_alloc(ffi.ffi_get_closure_size(), code)
    assert closure
    assert word_at(code)
    for _ in range(2):
        ffi.ffi_closure_free(closure)
        ffi.ffi_closure_free(0)
        ffi.ffi_closure_free(code)


GARBAGE = [
    bytes(SIZEOF_CIF), b"\xff" * SIZEOF_CIF, bytes(range(1, SIZEOF_CIF + 1)), UNPREPARED,
    UNPREPARED[: BYTES + 4] + b"\1\0\0\0" + UNPREPARED[BYTES + 8 :],
]  # fmt: skip


@pytest.mark.parametrize("content", GARBAGE)
def test_calls_through_what_is_not_prepared_do_nothing(ffi: Door, memory: Memory, content: bytes) -> None:
    entered = []

    @c.CFUNCTYPE(None)
    def function() -> None:
        entered.append(1)

    code, result = c.cast(function, c.c_void_p).value, memory.buffer(16, b"\x77" * 16)
    for cif in (memory.buffer(SIZEOF_CIF, content), 0):
        ffi.ffi_call(cif, code, result, 0)
        ffi.ffi_call_go(cif, code, result, 0, 0)
        ffi.ffi_raw_call(cif, code, result, 0)
        ffi.ffi_java_raw_call(cif, code, result, 0)
        assert ffi.ffi_call_plan_alloc(cif) == 0
        assert ffi.ffi_raw_size(cif) == 0
        assert ffi.ffi_java_raw_size(cif) == 0
        ffi.ffi_ptrarray_to_raw(cif, 0, 0)
        ffi.ffi_raw_to_ptrarray(cif, 0, 0)
    ffi.ffi_call_plan_invoke(0, code, result, 0)
    ffi.ffi_call_plan_free(0)
    ffi.ffi_call_plan_free(result)
    assert ffi.ffi_call_plan_size(0) == 0
    assert not entered
    assert bytes_at(result, 16) == b"\x77" * 16
    good = memory.cif("void")  # the same function through a cif that was prepared is entered
    ffi.ffi_call(good, code, 0, 0)
    assert entered == [1]


def test_a_cif_changed_since_is_not_called(ffi: Door, memory: Memory) -> None:
    entered = []

    @c.CFUNCTYPE(None)
    def function() -> None:
        entered.append(1)

    for offset in (0, 4):  # abi, nargs
        cif = memory.cif("void")
        c.c_uint.from_address(cif + offset).value += 1
        ffi.ffi_call(cif, c.cast(function, c.c_void_p).value, 0, 0)
    assert not entered


@pytest.mark.parametrize(
    ("make", "abi", "status"),
    [
        (lambda m: m.struct(m.door.type("sint8"), m.door.type("double")), DEFAULT, OK),
        (lambda m: m.struct(m.door.type("sint8"), m.door.type("double")), PORT.first, BAD_ABI),
        (lambda m: m.struct(m.door.type("sint8")), PORT.last, BAD_ABI),
        (lambda m: m.door.type("double"), DEFAULT, BAD_TYPEDEF),
        (lambda m: m.struct(), DEFAULT, BAD_TYPEDEF),
    ],
)
def test_struct_offsets_status(ffi: Door, memory: Memory, make: Make, abi: int, status: int) -> None:
    oracle = real()
    other = Memory(oracle)
    assert oracle.ffi_get_struct_offsets(abi, make(other), other.buffer(64)) == status
    assert ffi.ffi_get_struct_offsets(abi, make(memory), memory.buffer(64)) == status
    assert ffi.ffi_get_struct_offsets(abi, make(memory), 0) == status


def test_struct_offsets_of_null(ffi: Door, memory: Memory) -> None:
    assert ffi.ffi_get_struct_offsets(DEFAULT, 0, memory.buffer(64)) == BAD_TYPEDEF
