"""SH-4 in tables: a row for each rule of gcc's convention.

No compiler is needed. That gcc agrees, `test_oracle_sh4` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import Signature, place, target
from farcall.convention.cpu_names import cpu_of_elf
from farcall.ctype import Array, CType, Field, Record, Vector, alignof, names, sizeof
from farcall.errors import IncompleteTypeError, UnsupportedTypeError

SH4 = target("sh4-linux")


def record(*members: CType, kind: str = "struct") -> Record:
    return Record(kind, "s", tuple(Field(f"f{i}", member) for i, member in enumerate(members)))


INT, DOUBLE, FLOAT, CHAR, SHORT = names.int_, names.double, names.float_, names.char, names.short
THREE = record(INT, INT, INT)

#: Parameters, and where each of the last one's bytes are.
ARGUMENTS = [
    ((names.ushort,), "[0, 2) in r4 (zero-extended to 32 bits)"),
    ((INT, names.longlong), "[0, 4) in r5; [4, 8) in r6"),
    ((*[INT] * 3, names.longlong), "[0, 8) in stack+0"),
    ((*[INT] * 3, names.longlong, INT), "[0, 4) in r7"),  # what is left is used later
    ((FLOAT,), "[0, 4) in fr5"),
    ((FLOAT, FLOAT), "[0, 4) in fr4"),
    ((FLOAT, DOUBLE), "[0, 8) in dr6"),
    ((FLOAT, DOUBLE, FLOAT), "[0, 4) in fr9"),
    ((INT, FLOAT, INT), "[0, 4) in r5"),
    ((*[DOUBLE] * 4, FLOAT), "[0, 4) in stack+0"),
    ((names.complex_float,), "[0, 4) in fr4; [4, 8) in fr5"),
    ((FLOAT, names.complex_float), "[0, 4) in fr4; [4, 8) in fr7"),
    ((names.complex_double,), "[0, 8) in dr4; [8, 16) in dr6"),
    ((THREE,), "[0, 4) in r4; [4, 8) in r5; [8, 12) in r6"),
    ((THREE, THREE), "[0, 12) in stack+0"),
    ((record(CHAR, CHAR, CHAR),), "[0, 3) in r4"),
    ((record(Array(FLOAT, 1)),), "[0, 4) in fr5"),
    ((record(), INT), "[0, 4) in r4"),
]  # fmt: skip
RESULTS = [
    (SHORT, "[0, 2) in r0 (sign-extended to 32 bits)"),
    (names.longlong, "[0, 4) in r0; [4, 8) in r1"),
    (FLOAT, "[0, 4) in fr0"),
    (DOUBLE, "[0, 8) in dr0"),
    (names.complex_double, "[0, 8) in dr0; [8, 16) in dr2"),
    (record(FLOAT), "[0, 4) in fr0"),
    (record(INT, SHORT), "[0, 4) in r0; [4, 8) in r1"),
    (Vector(INT, 4), "[0, 4) in r0; [4, 8) in r1; [8, 12) in r2; [12, 16) in r3"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "pieces"), ARGUMENTS, ids=str)
def test_arguments(parameters: tuple[CType, ...], pieces: str) -> None:
    placement = place(Signature(names.void, parameters), SH4)
    assert "; ".join(map(str, placement.arguments[-1].pieces)) == pieces


@pytest.mark.parametrize(("result", "pieces"), RESULTS, ids=str)
def test_results(result: CType, pieces: str) -> None:
    assert "; ".join(map(str, place(Signature(result, ()), SH4).result.pieces)) == pieces


@pytest.mark.parametrize(
    "type", [THREE, record(CHAR, CHAR), record(SHORT, SHORT), record(), Vector(FLOAT, 2), record(INT, INT, INT, INT)], ids=str
)  # fmt: skip
def test_results_in_memory(type: CType) -> None:
    """Also what would be an integer, but is aligned to less than that."""
    placement = place(Signature(type, (INT,)), SH4)
    assert placement.result.by_reference
    assert (str(placement.result.pieces[0].place), str(placement.returned_address)) == ("r2", "r0")
    assert str(placement.arguments[0].pieces[0].place) == "r4"


def test_behind_the_dots_registers_are_used_as_for_named_ones() -> None:
    placement = place(Signature(names.void, (INT, DOUBLE, INT), 1), SH4)
    assert [str(passed.pieces[0].place) for passed in placement.arguments] == ["r4", "dr4", "r5"]


def test_what_is_not_passed_is_refused_with_its_position() -> None:
    with pytest.raises(UnsupportedTypeError, match="argument 1 is void"):
        place(Signature(names.void, (INT, names.void)), SH4)
    with pytest.raises(IncompleteTypeError, match="argument 0"):
        place(Signature(names.void, (Record("struct", "s", None),)), SH4)


def test_sizes_and_headers() -> None:
    model = SH4.model
    assert [sizeof(type, model) for type in (names.long, names.longdouble, names.wchar)] == [4, 8, 4]
    assert [alignof(type, model) for type in (CHAR, DOUBLE, names.longdouble)] == [1, 4, 4]
    assert cpu_of_elf(b"\x7fELF\1\1" + bytes(12) + (42).to_bytes(2, "little") + bytes(32)) == "sh4"
