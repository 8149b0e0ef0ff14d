"""powerpc in tables: a row for each rule of System V's ABI for 32 bits.

No compiler is needed. That gcc agrees, `test_oracle_sysv_powerpc` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import Signature, place, target
from farcall.convention.cpu_names import cpu_of_elf
from farcall.convention.va_list import va_list_of
from farcall.ctype import CType, Field, Record, Vector, names
from farcall.errors import IncompleteTypeError, UnsupportedTypeError

LINUX, SVR4 = target("ppc-linux"), target("ppc-linux-svr4")


def record(*members: CType) -> Record:
    return Record("struct", "s", tuple(Field(f"f{i}", member) for i, member in enumerate(members)))


INT, DOUBLE, FLOAT, LONGLONG, CHAR = names.int_, names.double, names.float_, names.longlong, names.char
LONG_DOUBLE, SHORT = names.longdouble, names.short
WHOLE = "[0, 4) in r3; [4, 8) in r4; [8, 12) in r5; [12, 16) in r6"

#: Parameters, and where each of the last one's bytes are.
ARGUMENTS = [
    ((INT,), "[0, 4) in r3"),
    ((SHORT,), "[0, 2) in r3 (sign-extended to 32 bits)"),
    ((INT,) * 8 + (SHORT,), "[0, 2) in stack+10 (sign-extended to 32 bits)"),
    ((DOUBLE, INT), "[0, 4) in r3"),
    ((INT, LONGLONG), "[0, 4) in r5; [4, 8) in r6"),
    ((INT,) * 7 + (LONGLONG,), "[0, 8) in stack+8"),
    ((INT,) * 7 + (LONGLONG, INT), "[0, 4) in stack+16"),  # r10 is lost
    ((INT,) * 9 + (LONGLONG,), "[0, 8) in stack+16"),
    ((*[FLOAT] * 9, FLOAT), "[0, 4) in stack+12"),
    ((*[FLOAT] * 9, DOUBLE), "[0, 8) in stack+16"),
    ((DOUBLE, LONG_DOUBLE), "[0, 8) in f2; [8, 16) in f3"),
    ((*[DOUBLE] * 7, LONG_DOUBLE), "[0, 16) in stack+8"),
    ((*[DOUBLE] * 7, LONG_DOUBLE, FLOAT), "[0, 4) in stack+24"),  # f8 is lost
    ((INT, names.complex_float), "[0, 4) in r5; [4, 8) in r6"),
    ((names.complex_double,), WHOLE),
    ((INT, Vector(INT, 2)), "[0, 4) in r5; [4, 8) in r6"),
]  # fmt: skip
#: Results, and where they are by the document's rule for small structs.
RESULTS = [
    (INT, "[0, 4) in r3"),
    (LONGLONG, "[0, 4) in r3; [4, 8) in r4"),
    (LONG_DOUBLE, "[0, 8) in f1; [8, 16) in f2"),
    (names.complex_double, WHOLE),
    (record(CHAR, CHAR, CHAR), "[0, 3) in r3"),
    (record(*[CHAR] * 5), "[0, 1) in r3; [1, 5) in r4"),
    (record(DOUBLE), "[0, 4) in r3; [4, 8) in r4"),
    (record(), ""),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "pieces"), ARGUMENTS, ids=str)
@pytest.mark.parametrize("variadic", [False, True])
def test_arguments(parameters: tuple[CType, ...], pieces: str, variadic: bool) -> None:
    placement = place(Signature(names.void, parameters, 1 if variadic else None), LINUX)
    assert "; ".join(map(str, placement.arguments[-1].pieces)) == pieces


@pytest.mark.parametrize("type", [record(INT), record(), record(LONGLONG, INT), Vector(INT, 4)], ids=str)
def test_structs_and_vectors_are_passed_by_reference(type: CType) -> None:
    placement = place(Signature(names.void, (type, INT)), SVR4)
    first, second = placement.arguments
    assert first.by_reference
    assert [str(passed.pieces[0].place) for passed in (first, second)] == ["r3", "r4"]


@pytest.mark.parametrize(("result", "pieces"), RESULTS, ids=str)
def test_results(result: CType, pieces: str) -> None:
    small = place(Signature(result, ()), SVR4)
    assert "; ".join(map(str, small.result.pieces)) == pieces
    placement = place(Signature(result, (INT,)), LINUX)
    assert placement.result.by_reference == isinstance(result, Record)
    assert str(placement.arguments[0].pieces[0].place) == ("r4" if isinstance(result, Record) else "r3")


def test_larger_structs_are_results_in_memory_by_either_rule() -> None:
    for on in (LINUX, SVR4):
        placement = place(Signature(record(LONGLONG, CHAR), ()), on)
        assert (placement.result.by_reference, str(placement.returned_address)) == (True, "r3")


def test_what_c_does_not_pass_is_refused_with_its_position() -> None:
    with pytest.raises(UnsupportedTypeError, match="argument 1 is void"):
        place(Signature(names.void, (INT, names.void)), LINUX)
    with pytest.raises(IncompleteTypeError, match="argument 0"):
        place(Signature(names.void, (Record("struct", "s", None),)), LINUX)


def test_its_va_list_counts_registers_in_bytes() -> None:
    assert [(field.name, field.size) for field in va_list_of(LINUX).fields if not field.pointer] == [
        ("gpr", 1), ("fpr", 1), ("reserved", 2),
    ]  # fmt: skip


def test_programs_are_known_by_their_header() -> None:
    head = b"\x7fELF\1\2" + bytes(12) + (20).to_bytes(2, "big") + bytes(20)
    assert cpu_of_elf(head) == "ppc"
