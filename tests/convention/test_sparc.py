"""SPARC in tables: a row for each rule of the ABIs of 64 and of 32 bits.

No compiler is needed. That gcc agrees, `test_oracle_sparc` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import Signature, place, target
from farcall.convention.cpu_names import cpu_of_elf
from farcall.ctype import BIG, CType, Field, Record, Vector, alignof, names, sizeof
from farcall.errors import IncompleteTypeError, UnsupportedTypeError

V9, V8 = target("sparc64-linux"), target("sparc-linux")


def record(*members: CType, packed: bool = False) -> Record:
    return Record("struct", "s", tuple(Field(f"f{i}", member, packed=packed) for i, member in enumerate(members)))


INT, DOUBLE, FLOAT, LONG, CHAR, SHORT = names.int_, names.double, names.float_, names.long, names.char, names.short
LONGLONG, LONG_DOUBLE, INT128 = names.longlong, names.longdouble, names.int128
NUMBER = Record("union", "u", (Field("d", DOUBLE), Field("n", INT)))
ON_STACK = (LONG,) * 6

#: Parameters, and where each of the last one's bytes are.
V9_ARGUMENTS = [
    ((SHORT,), "[0, 2) in o0 (sign-extended to 64 bits)"),
    ((*ON_STACK, SHORT), "[0, 2) in stack+182 (sign-extended to 64 bits)"),
    ((LONG, FLOAT), "[0, 4) in f3"),  # the right half of its doubleword
    ((LONG, DOUBLE), "[0, 8) in d2"),
    ((*ON_STACK, FLOAT), "[0, 4) in f13"),
    ((LONG,) * 16 + (FLOAT,), "[0, 4) in stack+260"),
    ((LONG, LONG_DOUBLE), "[0, 16) in q4"),  # an even doubleword
    ((LONG, INT128), "[0, 8) in o2; [8, 16) in o3"),
    ((record(CHAR, CHAR, CHAR),), "[0, 3) in o0 (left-justified)"),
    ((record(FLOAT),), "[0, 4) in f0"),
    ((record(INT, FLOAT),), "[0, 4) in o0 (left-justified); [4, 8) in f1"),
    ((record(FLOAT, INT),), "[0, 4) in f0; [4, 8) in o0"),
    ((record(DOUBLE, INT),), "[0, 8) in d0; [8, 16) in o1"),
    ((record(record(DOUBLE), LONG),), "[0, 8) in d0; [8, 16) in o1"),
    ((*ON_STACK, record(DOUBLE, LONG)), "[0, 8) in d12; [8, 16) in stack+184"),
    ((*ON_STACK[:5], record(LONG, INT)), "[0, 8) in o5; [8, 16) in stack+176"),
    ((NUMBER,), "[0, 8) in o0"),
    ((record(CHAR, DOUBLE, packed=True),), "[0, 8) in o0; [8, 9) in o1 (left-justified)"),
    ((names.complex_float,), "[0, 4) in f0; [4, 8) in f1"),
    ((INT, names.complex_double), "[0, 8) in d2; [8, 16) in d4"),
    ((INT, Vector(INT, 4)), "[0, 8) in d4; [8, 16) in d6"),
    ((INT, record()), ""),
]  # fmt: skip
V9_RESULTS = [
    (INT, "[0, 4) in o0 (sign-extended to 64 bits)"),
    (FLOAT, "[0, 4) in f0"),
    (LONG_DOUBLE, "[0, 16) in q0"),
    (names.complex_longdouble, "[0, 8) in d0; [8, 16) in d2; [16, 24) in d4; [24, 32) in d6"),
    (record(LONG, DOUBLE, LONG, FLOAT), "[0, 8) in o0; [8, 16) in d2; [16, 24) in o2; [24, 28) in f6"),
    (record(CHAR), "[0, 1) in o0 (left-justified)"),
]  # fmt: skip
V8_ARGUMENTS = [
    ((SHORT,), "[0, 2) in o0 (sign-extended to 32 bits)"),
    ((INT,) * 6 + (SHORT,), "[0, 2) in stack+94 (sign-extended to 32 bits)"),
    ((INT, DOUBLE), "[0, 4) in o1; [4, 8) in o2"),
    ((INT,) * 5 + (LONGLONG,), "[0, 4) in o5; [4, 8) in stack+92"),
    ((FLOAT,), "[0, 4) in o0"),
    ((INT, Vector(INT, 2)), "[0, 4) in o1; [4, 8) in o2"),
]  # fmt: skip
V8_RESULTS = [
    (LONGLONG, "[0, 4) in o0; [4, 8) in o1"),
    (FLOAT, "[0, 4) in f0"),
    (DOUBLE, "[0, 8) in d0"),
    (names.complex_float, "[0, 4) in f0; [4, 8) in f1"),
    (Vector(SHORT, 4), "[0, 8) in d0"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "pieces"), V9_ARGUMENTS, ids=str)
def test_arguments_of_64_bits(parameters: tuple[CType, ...], pieces: str) -> None:
    placement = place(Signature(names.void, parameters), V9)
    assert "; ".join(map(str, placement.arguments[-1].pieces)) == pieces


@pytest.mark.parametrize(("parameters", "pieces"), V8_ARGUMENTS, ids=str)
@pytest.mark.parametrize("variadic", [False, True])
def test_arguments_of_32_bits(parameters: tuple[CType, ...], pieces: str, variadic: bool) -> None:
    placement = place(Signature(names.void, parameters, 1 if variadic else None), V8)
    assert "; ".join(map(str, placement.arguments[-1].pieces)) == pieces


@pytest.mark.parametrize(
    ("on", "result", "pieces"), [(V9, *row) for row in V9_RESULTS] + [(V8, *row) for row in V8_RESULTS], ids=str
)
def test_results(on: object, result: CType, pieces: str) -> None:
    placement = place(Signature(result, ()), target(str(on)))
    assert "; ".join(map(str, placement.result.pieces)) == pieces


def test_behind_the_dots_all_are_in_general_registers() -> None:
    placement = place(Signature(names.void, (INT, DOUBLE, record(FLOAT), LONG_DOUBLE), 1), V9)
    assert [[str(p.place) for p in one.pieces] for one in placement.arguments] == [["o0"], ["o1"], ["o2"], ["o4", "o5"]]


@pytest.mark.parametrize("on", [V9, V8], ids=str)
def test_a_larger_struct_is_passed_and_returned_by_reference(on: object) -> None:
    placement = place(Signature(record(*[LONGLONG] * 5), (record(*[LONGLONG] * 3), INT)), target(str(on)))
    assert [one.by_reference for one in (placement.result, *placement.arguments)] == [True, True, False]
    hidden, first, second = (one.pieces[0].place for one in (placement.result, *placement.arguments))
    assert [str(hidden), str(first), str(second)] == (["o0", "o1", "o2"] if on is V9 else ["stack+64", "o0", "o1"])
    assert str(placement.returned_address) == "o0"


@pytest.mark.parametrize(
    "type", [record(INT), LONG_DOUBLE, names.complex_float, Vector(FLOAT, 2), Vector(INT, 4)], ids=str
)
def test_what_32_bits_pass_by_reference(type: CType) -> None:
    assert place(Signature(names.void, (type,)), V8).arguments[0].by_reference


@pytest.mark.parametrize("on", [V9, V8], ids=str)
def test_what_c_does_not_pass_is_refused_with_its_position(on: object) -> None:
    with pytest.raises(UnsupportedTypeError, match="argument 1 is void"):
        place(Signature(names.void, (INT, names.void)), target(str(on)))
    with pytest.raises(IncompleteTypeError, match="argument 0"):
        place(Signature(names.void, (Record("struct", "s", None),)), target(str(on)))


def test_sizes() -> None:
    assert [sizeof(type, V9.model) for type in (LONG, LONG_DOUBLE, names.wchar)] == [8, 16, 4]
    assert [sizeof(type, V8.model) for type in (LONG, LONG_DOUBLE, names.wchar)] == [4, 16, 4]
    assert [alignof(LONG_DOUBLE, on.model) for on in (V9, V8)] == [16, 8]
    assert {V9.byteorder, V8.byteorder} == {BIG}


@pytest.mark.parametrize(("bits", "machine", "cpu"), [(2, 43, "sparc64"), (1, 2, "sparc"), (1, 18, "sparc")])
def test_programs_are_known_by_their_header(bits: int, machine: int, cpu: str) -> None:
    head = b"\x7fELF" + bytes([bits, 2]) + bytes(12) + machine.to_bytes(2, "big") + bytes(32)
    assert cpu_of_elf(head) == cpu
