"""The raw API and its Java variant, whose cells libffi's own test programs never fill: beside Debian's libffi."""

from __future__ import annotations

import ctypes as c
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.raw.door import PORT, WORD, Door, Memory, address, bytes_at, real, word_at


class Pair(c.Structure):
    _fields_ = (("x", c.c_double), ("y", c.c_double))


#: libffi's types, and values of ctypes for them.
MIXED: dict[str, Any] = {
    "sint8": c.c_int8(-3), "uint8": c.c_uint8(200), "sint16": c.c_int16(-300), "uint16": c.c_uint16(60000),
    "sint32": c.c_int32(-70000), "uint32": c.c_uint32(4000000000), "sint64": c.c_int64(-1 << 40),
    "uint64": c.c_uint64(1 << 63), "float": c.c_float(1.5), "double": c.c_double(-2.25),
    "pointer": c.c_void_p(0x1234_5678),
}  # fmt: skip
VARIANTS = ("raw", "java_raw")


def named(door: Door, pattern: str, variant: str) -> Any:
    return getattr(door, pattern.format(variant))


def pair(memory: Memory) -> int:
    return memory.struct(memory.door.type("double"), memory.door.type("double"))


@pytest.mark.parametrize("variant", VARIANTS)
def test_sizes_are_libffis(ffi: Door, memory: Memory, variant: str) -> None:
    def size(door: Door, memory: Memory, *parameters: str) -> int:
        found = named(door, "ffi_{}_size", variant)(memory.cif("void", *parameters))
        assert isinstance(found, int)
        return found

    oracle = real()
    other = Memory(oracle)
    for parameters in ((), ("sint8",), ("double",), ("float",), ("pointer",), tuple(MIXED), ("sint64", "sint8") * 9):
        assert size(ffi, memory, *parameters) == size(oracle, other, *parameters)


@pytest.mark.parametrize("variant", VARIANTS)
def test_values_into_cells_and_back(ffi: Door, memory: Memory, variant: str) -> None:
    def cells(door: Door, memory: Memory) -> tuple[bytes, list[int]]:
        cif = memory.cif("void", *MIXED)
        size = named(door, "ffi_{}_size", variant)(cif)
        raw, back = memory.buffer(size), memory.buffer(WORD * len(MIXED))
        named(door, "ffi_{}", "java_ptrarray_to_raw" if variant == "java_raw" else "ptrarray_to_raw")(
            cif, memory.values(*MIXED.values()), raw
        )
        named(door, "ffi_{}_to_ptrarray", variant)(cif, raw, back)
        places = [word_at(back + WORD * i) - raw for i in range(len(MIXED))]
        return bytes_at(raw, size), places

    oracle = real()
    given, expected = cells(ffi, memory), cells(oracle, Memory(oracle))
    assert given[1] == expected[1]
    assert without_rest(given, variant) == without_rest(expected, variant)


def without_rest(cells: tuple[bytes, list[int]], variant: str) -> list[bytes]:
    """The bytes of each cell that libffi writes: of a float's cell its own."""
    content, places = cells
    starts = (at // WORD * WORD for at in places)
    return [content[at : at + written(name, variant)] for at, name in zip(starts, MIXED, strict=True)]


def written(name: str, variant: str = "raw") -> int:
    """How many bytes of its cells an argument takes: narrow integers are widened to one, or in Java's to an int where that
    is not the same."""
    word = 4 if variant == "java_raw" and sys.byteorder == "big" else WORD
    return 4 if name == "float" else max(c.sizeof(MIXED[name]), word)


def test_structs_lie_in_cells_by_address(ffi: Door, memory: Memory) -> None:
    value, number = Pair(1.5, -2.5), c.c_int16(-7)
    cif = memory.cif("void", "sint16", pair(memory), "sint16")
    raw, back = memory.buffer(3 * WORD), memory.buffer(3 * WORD)
    assert ffi.ffi_raw_size(cif) == 3 * WORD
    ffi.ffi_ptrarray_to_raw(cif, memory.values(number, value, number), raw)
    assert word_at(raw + WORD) == c.addressof(value)
    ffi.ffi_raw_to_ptrarray(cif, raw, back)
    low = 0 if sys.byteorder == "little" else WORD - 2
    assert [word_at(back + WORD * index) for index in range(3)] == [raw + low, c.addressof(value), raw + 2 * WORD + low]
    assert ffi.ffi_java_raw_size(cif) == 0  # Java has no structs; libffi aborts


def test_what_is_larger_than_a_cell_takes_several(ffi: Door, memory: Memory) -> None:
    oracle = real()
    cif, other = memory.cif("void", "longdouble", "sint8"), Memory(oracle).cif
    size = c.sizeof(c.c_longdouble)
    assert ffi.ffi_raw_size(cif) == oracle.ffi_raw_size(other("void", "longdouble", "sint8")) == size + WORD
    value, number = c.c_longdouble(1.25), c.c_int8(-1)
    raw = memory.buffer(size + WORD)
    ffi.ffi_ptrarray_to_raw(cif, memory.values(value, number), raw)
    assert c.c_longdouble.from_address(raw).value == 1.25
    assert bytes_at(raw + size, WORD) == b"\xff" * WORD


@c.CFUNCTYPE(c.c_double, *(type(value) for value in MIXED.values()))
def total(*values: Any) -> float:
    """What C gets when every argument arrives; the pointer counts as 1."""
    *numbers, pointer = values
    assert pointer == MIXED["pointer"].value
    return sum(map(float, numbers)) + 1


EXPECTED = sum(float(value.value) for name, value in MIXED.items() if name != "pointer") + 1


@pytest.mark.parametrize("variant", VARIANTS)
def test_calls(ffi: Door, memory: Memory, variant: str) -> None:
    to_raw = "ffi_java_ptrarray_to_raw" if variant == "java_raw" else "ffi_ptrarray_to_raw"
    cif, result = memory.cif("double", *MIXED), c.c_double()
    raw = memory.buffer(named(ffi, "ffi_{}_size", variant)(cif))
    getattr(ffi, to_raw)(cif, memory.values(*MIXED.values()), raw)
    for _ in range(2):  # the first call of a signature makes its code
        result.value = 0
        named(ffi, "ffi_{}_call", variant)(cif, address(total), c.addressof(result), raw)
        assert result.value == EXPECTED


def test_calls_with_a_struct(ffi: Door, memory: Memory) -> None:
    @c.CFUNCTYPE(c.c_double, c.c_int8, Pair)
    def function(number: int, value: Pair) -> float:
        return number + value.x * value.y

    cif, value, result = memory.cif("double", "sint8", pair(memory)), Pair(3, 4), c.c_double()
    raw = memory.buffer(2 * WORD)
    ffi.ffi_ptrarray_to_raw(cif, memory.values(c.c_int8(-2), value), raw)
    ffi.ffi_raw_call(cif, address(function), c.addressof(result), raw)
    assert result.value == 10


HANDLER = c.CFUNCTYPE(None, c.c_void_p, c.c_void_p, c.c_void_p, c.c_void_p)


def closure(memory: Memory, prepare: str, cif: int, handler: Callable[..., None], user_data: int) -> int:
    """The executable address of a closure, made by the door's function of this name."""
    code = memory.buffer(WORD)
    made = memory.door.ffi_closure_alloc(256, code)  # libffi's is as large as its version and its port have it
    assert made
    executable = word_at(code)
    assert getattr(memory.door, prepare)(made, cif, address(handler), user_data, executable) == 0
    if memory.door.name == "libffi" and bytes_at(executable, 72) != bytes_at(made, 72):
        pytest.skip("this libffi takes a raw closure's trampoline, which lies elsewhere, for the closure")
    return executable


@pytest.mark.parametrize("variant", VARIANTS)
def test_closures_get_the_cells_that_libffi_gives(ffi: Door, memory: Memory, variant: str) -> None:
    def cells(door: Door, memory: Memory) -> tuple[int, list[bytes]]:
        seen: list[tuple[int, bytes]] = []
        cif = memory.cif("sint16", *MIXED)
        size = named(door, "ffi_{}_size", variant)(cif)

        @HANDLER
        def handler(given: int, result: int, raw: int, user_data: int) -> None:
            assert given == cif
            seen.append((user_data, bytes_at(raw, size)))
            c.c_ssize_t.from_address(result).value = -5

        executable = closure(memory, f"ffi_prep_{variant}_closure_loc", cif, handler, 77)
        call = c.CFUNCTYPE(c.c_int16, *(type(value) for value in MIXED.values()))(executable)
        in_front = variant == "java_raw" and sys.byteorder == "big"  # there libffi reads an int: the upper half
        assert call(*(value.value for value in MIXED.values())) == (-1 if in_front else -5)
        ((user_data, content),) = seen
        assert user_data == 77
        places, at = [], 0
        for name in MIXED:
            places.append(at)
            long = variant == "java_raw" and name in ("sint64", "uint64", "double")
            at += 2 * WORD if long else max(written(name), WORD)
        assert at == size
        return size, without_rest((content, places), variant)

    mine = cells(ffi, memory)
    if PORT.native_raw and variant == "java_raw":  # libffi has none there; ours get what a raw closure does
        return
    oracle = real()
    assert mine == cells(oracle, Memory(oracle))


@pytest.mark.skipif(PORT.native_raw, reason="raw closures take no structs where the API is native")
def test_closures_get_structs_by_address(ffi: Door, memory: Memory) -> None:
    cif = memory.cif(pair(memory), "sint8", pair(memory))

    @HANDLER
    def handler(cif: int, result: int, raw: int, user_data: int) -> None:
        value = Pair.from_address(word_at(raw + WORD))
        number = c.c_ssize_t.from_address(raw).value
        c.memmove(result, c.byref(Pair(value.y * number, value.x)), 16)

    executable = closure(memory, "ffi_prep_raw_closure_loc", cif, handler, 0)
    given = c.CFUNCTYPE(Pair, c.c_int8, Pair)(executable)(-2, Pair(1.5, 4))
    assert (given.x, given.y) == (-8, 1.5)
    assert ffi.ffi_prep_java_raw_closure_loc(executable, cif, 1, 0, executable) == 1
