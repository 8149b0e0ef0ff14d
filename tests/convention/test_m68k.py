"""m68k in tables: a row for each rule of its ABI's supplement and of gcc.

No compiler is needed. That gcc agrees, `test_oracle_m68k` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import Signature, place, target
from farcall.convention.cpu_names import cpu_of_elf
from farcall.ctype import Array, CType, Field, Pointer, Record, Vector, alignof, layout, names, sizeof
from farcall.errors import IncompleteTypeError, UnsupportedTypeError

M68K = target("m68k-linux")


def record(*members: CType, kind: str = "struct") -> Record:
    return Record(kind, "s", tuple(Field(f"f{i}", member) for i, member in enumerate(members)))


INT, DOUBLE, FLOAT, CHAR, SHORT = names.int_, names.double, names.float_, names.char, names.short

#: Parameters, and where each of the last one's bytes are.
ARGUMENTS = [
    ((CHAR,), "[0, 1) in stack+3 (sign-extended to 32 bits)"),
    ((INT, names.ushort), "[0, 2) in stack+6 (zero-extended to 32 bits)"),
    ((CHAR, DOUBLE), "[0, 8) in stack+4"),
    ((INT, names.longdouble), "[0, 12) in stack+4"),
    ((record(CHAR, CHAR, CHAR),), "[0, 3) in stack+1"),
    ((record(SHORT, SHORT, SHORT), INT), "[0, 4) in stack+8"),
    ((record(), INT), "[0, 4) in stack+0"),
]  # fmt: skip
RESULTS = [
    (SHORT, "[0, 2) in d0"),
    (names.longlong, "[0, 4) in d0; [4, 8) in d1"),
    (Pointer(INT), "[0, 4) in a0; [0, 4) in d0"),
    (FLOAT, "[0, 4) in fp0"),
    (names.longdouble, "[0, 12) in fp0"),
    (record(Array(DOUBLE, 1)), "[0, 8) in fp0"),
    (record(FLOAT, kind="union"), "[0, 4) in d0"),
    (record(INT, SHORT, SHORT), "[0, 4) in d0; [4, 8) in d1"),
    (names.complex_float, "[0, 4) in d0; [4, 8) in d1"),
    (Vector(INT, 2), "[0, 4) in d0; [4, 8) in d1"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "pieces"), ARGUMENTS, ids=str)
def test_arguments(parameters: tuple[CType, ...], pieces: str) -> None:
    placement = place(Signature(names.void, parameters), M68K)
    assert "; ".join(map(str, placement.arguments[-1].pieces)) == pieces


@pytest.mark.parametrize(("result", "pieces"), RESULTS, ids=str)
def test_results(result: CType, pieces: str) -> None:
    assert "; ".join(map(str, place(Signature(result, ()), M68K).result.pieces)) == pieces


@pytest.mark.parametrize(
    "type",
    [record(CHAR, CHAR, CHAR), record(Array(CHAR, 3), CHAR), record(), names.complex_double, Vector(FLOAT, 2)],
    ids=str,
)
def test_results_in_memory(type: CType) -> None:
    placement = place(Signature(type, (INT,)), M68K)
    assert placement.result.by_reference
    assert (str(placement.result.pieces[0].place), str(placement.returned_address)) == ("a1", "a0")
    assert str(placement.arguments[0].pieces[0].place) == "stack+0"


def test_what_is_not_passed_is_refused_with_its_position() -> None:
    with pytest.raises(UnsupportedTypeError, match="argument 1 is void"):
        place(Signature(names.void, (INT, names.void)), M68K)
    with pytest.raises(IncompleteTypeError, match="argument 0"):
        place(Signature(names.void, (Record("struct", "s", None),)), M68K)


def test_sizes_and_headers() -> None:
    model = M68K.model
    assert [sizeof(type, model) for type in (names.long, names.longdouble, names.wchar)] == [4, 12, 4]
    assert [alignof(type, model) for type in (CHAR, INT, DOUBLE, names.longdouble)] == [1, 2, 2, 2]
    assert cpu_of_elf(b"\x7fELF\1\2" + bytes(12) + (4).to_bytes(2, "big") + bytes(32)) == "m68k"


#: Widths of bit-fields of an int behind a char, None for a plain char; the record's size and alignment, by gcc.
BIT_FIELDS = [((30,), (5, 1)), ((0, None), (4, 2)), ((16, None), (4, 1)), ((3, 31), (6, 1))]


@pytest.mark.parametrize(("widths", "expected"), BIT_FIELDS, ids=str)
def test_bit_fields_follow_each_other_whatever_their_types(widths: tuple[int, ...], expected: tuple[int, int]) -> None:
    fields = [
        Field(None if width == 0 else f"f{i}", CHAR if width is None else INT, width) for i, width in enumerate(widths)
    ]
    found = layout(Record("struct", "s", (Field("c", CHAR), *fields)), M68K.model)
    assert (found.size, found.align) == expected


def test_a_first_bit_field_as_wide_as_an_integer_is_aligned_as_that() -> None:
    found = layout(Record("struct", "s", (Field("i", INT, 32),)), M68K.model)
    assert (found.size, found.align) == (4, 2)
