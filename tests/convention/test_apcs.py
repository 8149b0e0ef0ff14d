"""32-bit Arm before its EABI in tables: a row for each rule of the APCS.

No compiler is needed. That gcc agrees, `test_oracle_aapcs32` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import Signature, place, target
from farcall.ctype import Array, CType, Field, Record, Vector, alignof, layout, names, sizeof
from farcall.errors import IncompleteTypeError, UnsupportedTypeError

OABI = target("arm-linux-oabi")


def record(*members: CType, kind: str = "struct") -> Record:
    return Record(kind, "s", tuple(Field(f"f{i}", member) for i, member in enumerate(members)))


INT, DOUBLE, FLOAT, CHAR, SHORT = names.int_, names.double, names.float_, names.char, names.short

#: Parameters, and where each of the last one's bytes are.
ARGUMENTS = [
    ((CHAR,), "[0, 1) in r0 (zero-extended to 32 bits)"),
    ((INT, names.longlong), "[0, 4) in r1; [4, 8) in r2"),  # no even register
    ((*[INT] * 3, DOUBLE), "[0, 4) in r3; [4, 8) in stack+0"),
    ((*[INT] * 5, DOUBLE), "[0, 8) in stack+4"),
    ((record(CHAR, CHAR, CHAR),), "[0, 4) in r0"),
    ((record(), INT), "[0, 4) in r0"),
    ((FLOAT, names.complex_float), "[0, 4) in r1; [4, 8) in r2"),
]  # fmt: skip
RESULTS = [
    (SHORT, "[0, 2) in r0 (sign-extended to 32 bits)"),
    (DOUBLE, "[0, 4) in r0; [4, 8) in r1"),
    (record(INT), "[0, 4) in r0"),
    (record(INT, CHAR, kind="union"), "[0, 4) in r0"),
    (names.complex_double, "[0, 4) in r0; [4, 8) in r1; [8, 12) in r2; [12, 16) in r3"),
    (Vector(INT, 4), "[0, 4) in r0; [4, 8) in r1; [8, 12) in r2; [12, 16) in r3"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "pieces"), ARGUMENTS, ids=str)
def test_arguments(parameters: tuple[CType, ...], pieces: str) -> None:
    placement = place(Signature(names.void, parameters), OABI)
    assert "; ".join(map(str, placement.arguments[-1].pieces)) == pieces


@pytest.mark.parametrize(("result", "pieces"), RESULTS, ids=str)
def test_results(result: CType, pieces: str) -> None:
    assert "; ".join(map(str, place(Signature(result, ()), OABI).result.pieces)) == pieces


@pytest.mark.parametrize(
    "type",
    [record(FLOAT), record(SHORT, SHORT), record(Array(CHAR, 4)), record(INT, FLOAT, kind="union"), record(INT, INT)],
    ids=str,
)
def test_structs_that_are_not_integer_like_are_results_in_memory(type: CType) -> None:
    placement = place(Signature(type, (INT,)), OABI)
    assert placement.result.by_reference
    assert placement.returned_address is None
    assert [str(one.pieces[0].place) for one in (placement.result, *placement.arguments)] == ["r0", "r1"]


def test_of_a_struct_of_bit_fields_only_the_first_counts() -> None:
    bits = Record("struct", "s", (Field("a", INT, 3), Field("b", INT, 5)))
    assert not place(Signature(bits, ()), OABI).result.by_reference


def test_what_is_not_passed_is_refused_with_its_position() -> None:
    with pytest.raises(UnsupportedTypeError, match="argument 1 is void"):
        place(Signature(names.void, (INT, names.void)), OABI)
    with pytest.raises(IncompleteTypeError, match="argument 0"):
        place(Signature(names.void, (Record("struct", "s", None),)), OABI)


#: Records, and their size and alignment by gcc.
LAYOUTS = [
    (record(Array(CHAR, 3)), (4, 4)),
    (record(CHAR, DOUBLE), (12, 4)),
    (record(SHORT, kind="union"), (4, 4)),
    (Record("struct", "s", (Field("c", CHAR), Field("b", INT, 30))), (8, 4)),
    (Record("struct", "s", (Field("c", CHAR), Field(None, INT, 0), Field("d", CHAR))), (8, 4)),
    (Record("struct", "s", (Field("c", CHAR, packed=True), Field("i", INT, packed=True))), (5, 1)),
    (Record("struct", "s", (Field("c", CHAR),), pack=1), (1, 1)),
]


@pytest.mark.parametrize(("type", "expected"), LAYOUTS, ids=str)
def test_layouts(type: Record, expected: tuple[int, int]) -> None:
    found = layout(type, OABI.model)
    assert (found.size, found.align) == expected


def test_sizes() -> None:
    assert [sizeof(type, OABI.model) for type in (names.long, names.longdouble, names.wchar)] == [4, 8, 4]
    assert [alignof(type, OABI.model) for type in (CHAR, DOUBLE, names.longdouble)] == [1, 4, 4]
