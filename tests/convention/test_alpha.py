"""Alpha in tables: a row for each rule of its calling standard.

No compiler is needed. That gcc agrees, `test_oracle_alpha` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import Signature, place, target
from farcall.convention.cpu_names import cpu_of_elf
from farcall.ctype import CType, Field, Record, Vector, names, sizeof
from farcall.errors import IncompleteTypeError, UnsupportedTypeError

ALPHA = target("alpha-linux")


def record(*members: CType) -> Record:
    return Record("struct", "s", tuple(Field(f"f{i}", member) for i, member in enumerate(members)))


INT, DOUBLE, FLOAT, LONG, CHAR, UINT = names.int_, names.double, names.float_, names.long, names.char, names.uint

#: Parameters, and where each of the last one's bytes are.
ARGUMENTS = [
    ((names.ushort,), "[0, 2) in a0 (zero-extended to 64 bits)"),
    ((UINT,), "[0, 4) in a0 (sign-extended to 64 bits)"),  # as registers keep longwords
    ((*[LONG] * 6, UINT), "[0, 4) in stack+0 (sign-extended to 64 bits)"),
    ((LONG, FLOAT), "[0, 4) in f17"),
    ((*[LONG] * 6, FLOAT), "[0, 4) in stack+0"),
    ((record(CHAR, CHAR, CHAR),), "[0, 3) in a0"),
    ((LONG, record(DOUBLE, FLOAT)), "[0, 8) in a1; [8, 16) in a2"),
    ((*[LONG] * 5, record(LONG, LONG, INT)), "[0, 8) in a5; [8, 16) in stack+0; [16, 24) in stack+8"),
    ((LONG, names.complex_float), "[0, 4) in f17; [4, 8) in f18"),
    ((*[LONG] * 5, names.complex_double), "[0, 8) in f21; [8, 16) in stack+0"),
    ((LONG, names.int128), "[0, 8) in a1; [8, 16) in a2"),
    ((LONG, Vector(INT, 4)), "[0, 8) in a1; [8, 16) in a2"),
    ((record(), INT), "[0, 4) in a0 (sign-extended to 64 bits)"),
]  # fmt: skip
RESULTS = [
    (names.short, "[0, 2) in v0 (sign-extended to 64 bits)"),
    (FLOAT, "[0, 4) in f0"),
    (names.complex_double, "[0, 8) in f0; [8, 16) in f1"),
    (Vector(INT, 2), "[0, 8) in v0"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "pieces"), ARGUMENTS, ids=str)
def test_arguments(parameters: tuple[CType, ...], pieces: str) -> None:
    placement = place(Signature(names.void, parameters), ALPHA)
    assert "; ".join(map(str, placement.arguments[-1].pieces)) == pieces


@pytest.mark.parametrize(("result", "pieces"), RESULTS, ids=str)
def test_results(result: CType, pieces: str) -> None:
    assert "; ".join(map(str, place(Signature(result, ()), ALPHA).result.pieces)) == pieces


@pytest.mark.parametrize("type", [record(INT), record(), names.longdouble, names.int128, Vector(INT, 4)], ids=str)
def test_results_in_memory(type: CType) -> None:
    placement = place(Signature(type, (INT,)), ALPHA)
    assert placement.result.by_reference
    assert (str(placement.result.pieces[0].place), str(placement.returned_address)) == ("a0", "v0")
    assert str(placement.arguments[0].pieces[0].place) == "a1"


@pytest.mark.parametrize("type", [names.longdouble, names.complex_longdouble, record(names.longdouble)], ids=str)
def test_a_long_double_is_passed_by_reference(type: CType) -> None:
    first, second = place(Signature(names.void, (type, INT)), ALPHA).arguments
    assert (first.by_reference, second.by_reference) == (True, False)
    assert str(second.pieces[0].place) == "a1"


def test_behind_the_dots_a_double_is_where_a_named_one_is() -> None:
    placement = place(Signature(names.void, (INT, DOUBLE), 1), ALPHA)
    assert str(placement.arguments[1].pieces[0].place) == "f17"


def test_what_is_not_passed_is_refused_with_its_position() -> None:
    with pytest.raises(UnsupportedTypeError, match="argument 1 is void"):
        place(Signature(names.void, (INT, names.void)), ALPHA)
    with pytest.raises(UnsupportedTypeError, match=r"argument 1: behind `...` a float _Complex"):
        place(Signature(names.void, (INT, names.complex_float), 1), ALPHA)
    with pytest.raises(IncompleteTypeError, match="argument 0"):
        place(Signature(names.void, (Record("struct", "s", None),)), ALPHA)


def test_sizes_and_headers() -> None:
    assert [sizeof(type, ALPHA.model) for type in (LONG, names.longdouble, names.wchar)] == [8, 16, 4]
    assert cpu_of_elf(b"\x7fELF\2\1" + bytes(12) + (0x9026).to_bytes(2, "little") + bytes(32)) == "alpha"
