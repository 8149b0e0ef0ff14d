"""powerpc64le in tables: a row for each rule of the ELF V2 ABI.

No compiler is needed. That gcc agrees, `test_oracle_powerpc64` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import Signature, place, target
from farcall.ctype import Complex, CType, Field, Pointer, Record, Vector, names
from farcall.errors import IncompleteTypeError, UnsupportedTypeError

LINUX = target("ppc64le-linux")


def record(*members: CType, align: int = 0) -> Record:
    return Record("struct", "s", tuple(Field(f"f{i}", member) for i, member in enumerate(members)), align=align)


INT, DOUBLE, FLOAT, LONG = names.int_, names.double, names.float_, names.long
VECTOR, POINTER = Vector(names.int_, 4), Pointer(names.void)
FLOATS, DOUBLES = record(*[FLOAT] * 3), record(*[DOUBLE] * 8)
QUAD = names.float128


def each(bank: str, first: int, count: int) -> str:
    """So many doublewords in registers, one behind the other."""
    return "; ".join(f"[{8 * n}, {8 * n + 8}) in {bank}{n + first}" for n in range(count))


#: Parameters, how many are fixed, and where each of the last one's bytes are.
ARGUMENTS = [
    ((INT,), None, "[0, 4) in r3 (sign-extended to 64 bits)"),
    ((names.uchar,), None, "[0, 1) in r3 (zero-extended to 64 bits)"),
    ((LONG,) * 8 + (INT,), None, "[0, 4) in stack+96 (sign-extended to 64 bits)"),
    ((DOUBLE, INT), None, "[0, 4) in r4 (sign-extended to 64 bits)"),  # a double takes the doubleword of r3
    ((INT, FLOAT), None, "[0, 4) in f1"),
    ((DOUBLE,) * 14, None, "[0, 8) in stack+136"),
    ((FLOATS,), None, "[0, 4) in f1; [4, 8) in f2; [8, 12) in f3"),
    ((DOUBLES,), None, each("f", 1, 8)),
    ((record(*[DOUBLE] * 9),), None, each("r", 3, 8) + "; [64, 72) in stack+96"),
    ((DOUBLES, record(*[DOUBLE] * 6)), None, each("f", 9, 5) + "; [40, 48) in stack+136"),
    ((DOUBLE, INT, record(DOUBLE, INT)), None, "[0, 8) in r5; [8, 16) in r6"),
    ((*[LONG] * 7, record(LONG, LONG)), None, "[0, 8) in r10; [8, 16) in stack+96"),
    ((INT, VECTOR, INT), None, "[0, 4) in r7 (sign-extended to 64 bits)"),  # a vector begins at an even doubleword
    ((INT, VECTOR), None, "[0, 16) in v2"),
    ((QUAD,), None, "[0, 16) in v2"),
    ((names.longdouble,), None, "[0, 8) in f1; [8, 16) in f2"),
    ((names.complex_float,), None, "[0, 4) in f1; [4, 8) in f2"),
    ((Complex(INT),), None, "[0, 4) in r3 (sign-extended to 64 bits); [4, 8) in r4 (sign-extended to 64 bits)"),
    ((record(), INT), None, "[0, 4) in r3 (sign-extended to 64 bits)"),
    ((INT, record(LONG, align=16)), None, "[0, 8) in r5; [8, 16) in r6"),
    ((INT, DOUBLE), 1, "[0, 8) in r4"),
    ((INT, VECTOR), 1, "[0, 8) in r5; [8, 16) in r6"),
]  # fmt: skip
RESULTS = [
    (INT, "[0, 4) in r3 (sign-extended to 64 bits)"),
    (FLOAT, "[0, 4) in f1"),
    (VECTOR, "[0, 16) in v2"),
    (names.int128, "[0, 8) in r3; [8, 16) in r4"),
    (record(LONG, INT), "[0, 8) in r3; [8, 16) in r4"),
    (FLOATS, "[0, 4) in f1; [4, 8) in f2; [8, 12) in f3"),
    (names.complex_longdouble, each("f", 1, 4)),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "fixed", "pieces"), ARGUMENTS, ids=str)
def test_arguments(parameters: tuple[CType, ...], fixed: int | None, pieces: str) -> None:
    placement = place(Signature(names.void, parameters, fixed), LINUX)
    assert "; ".join(map(str, placement.arguments[-1].pieces)) == pieces


@pytest.mark.parametrize(("result", "pieces"), RESULTS, ids=str)
def test_results(result: CType, pieces: str) -> None:
    placement = place(Signature(result, ()), LINUX)
    assert "; ".join(map(str, placement.result.pieces)) == pieces
    assert placement.returned_address is None


def test_a_result_in_memory_takes_the_first_register_and_its_address_comes_back() -> None:
    placement = place(Signature(record(LONG, LONG, LONG), (INT,)), LINUX)
    assert placement.result.by_reference
    assert (str(placement.returned_address), str(placement.arguments[0].pieces[0].place)) == ("r3", "r4")


def test_the_area_is_there_where_something_lies_in_it() -> None:
    sizes = [
        place(Signature(names.void, parameters, fixed), LINUX).stack_size
        for parameters, fixed in (
            ((), None),
            ((LONG,) * 8, None),
            ((LONG,) * 9, None),
            ((POINTER,), 1),
            ((DOUBLE,) * 13, None),
        )
    ]
    assert sizes == [32, 32, 112, 96, 32]


def test_a_float_between_two_doublewords_is_in_both() -> None:
    short = place(Signature(names.void, (record(*[FLOAT] * 8), record(*[FLOAT] * 4), record(FLOAT, FLOAT))), LINUX)
    assert "; ".join(map(str, short.arguments[-1].pieces)) == "[0, 4) in f13; [0, 8) in r9"


def test_what_c_does_not_pass_is_refused_with_its_position() -> None:
    with pytest.raises(UnsupportedTypeError, match="argument 1 is void"):
        place(Signature(names.void, (INT, names.void)), LINUX)
    with pytest.raises(IncompleteTypeError, match="argument 0"):
        place(Signature(names.void, (Record("struct", "s", None),)), LINUX)
