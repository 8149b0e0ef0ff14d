"""Enumerations: types that are said (C23), and constants that cannot be valued."""

from __future__ import annotations

import pytest

from farcall.cdecl import Scope, parse_declarations
from farcall.cdecl.prototype import parse_type
from farcall.ctype import Array, Enum, Field, Integer, Pointer, Record, names
from farcall.errors import DeclarationError, FarcallError, UnsupportedTypeError


@pytest.mark.parametrize(
    ("text", "underlying", "constants"),
    [
        ("enum e : unsigned char { A = 255 };", names.uchar, {"A": 255}),
        ("enum e : signed char { A = -1, B };", names.schar, {"A": -1, "B": 0}),
        ("enum e : uint64_t { A = ~0ull };", names.ulong, {"A": 2**64 - 1}),
        ("typedef short t; enum e : const t { A };", names.short, {"A": 0}),
        ("enum e : long { A = 1 << 3, };", names.long, {"A": 8}),
        ("enum e : unsigned short; enum e : unsigned short { A = 3 };", names.ushort, {"A": 3}),
        ("enum e : short { A } __attribute__((packed));", names.short, {"A": 0}),
        ("enum e : char { A = 'x' };", names.char, {"A": 120}),
    ],
)
def test_an_enum_has_the_type_that_is_said(text: str, underlying: Integer, constants: dict[str, int]) -> None:
    scope = Scope()
    parse_declarations(text, scope)
    assert scope.tags["enum", "e"] == Enum("e", underlying, tuple(constants.items()))
    assert scope.constants == constants


def test_an_enum_may_be_named_with_its_type_alone() -> None:
    scope = Scope()
    parse_declarations("enum e : unsigned char; struct s { enum e x; }; enum e f(enum e);", scope)
    parse_declarations("enum e : unsigned char { A = 7 }; enum e : unsigned char g(void);", scope)
    assert scope.tags["enum", "e"] == Enum("e", names.uchar, (("A", 7),))
    record = scope.tags["struct", "s"]
    assert isinstance(record, Record)
    assert record.fields == (Field("x", Enum("e", names.uchar, ())),)


def test_a_colon_behind_an_enum_may_be_that_of_a_bit_field() -> None:
    scope = Scope()
    parse_declarations("enum e { A, B }; struct s { enum e : 3; enum e x : 2; enum f : short { C } y; };", scope)
    record = scope.tags["struct", "s"]
    assert isinstance(record, Record)
    assert record.fields is not None
    assert [(field.name, field.bits) for field in record.fields] == [(None, 3), ("x", 2), ("y", None)]


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("enum e : unsigned char { A = 255, @B };", "B = 256 does not fit unsigned char"),
        ("enum e : unsigned { @A = -1 };", "A = -1 does not fit unsigned int"),
        ("enum e : bool { A, B, @C };", "C = 2 does not fit _Bool"),
        ("enum e : @float { A };", "an enum of float"),
        ("enum @{ };", "syntax error|unexpected"),
        ("enum e { A, B = @x };", "'x' is not a known constant"),
        ("enum e { A, @int };", "syntax error before 'int'"),
        ("enum @: 3;", "a tag or constants"),
    ],
)
def test_wrong_enums(marked: str, message: str) -> None:
    with pytest.raises(DeclarationError, match=message) as caught:
        parse_declarations(marked.replace("@", ""), Scope())
    assert message.startswith("syntax") or caught.value.column == marked.index("@") + 1


def test_bit_precise_integers_are_not_supported() -> None:
    for text in ("enum e : _BitInt(3) { A };", "unsigned _BitInt(7) x;", "int f(_BitInt(12) *);", "enum { A = 3wb };"):
        with pytest.raises(UnsupportedTypeError, match="_BitInt is not supported"):
            parse_declarations(text, Scope())


def test_an_enum_outlives_constants_that_cannot_be_valued() -> None:
    lost: dict[str, FarcallError] = {}
    scope = Scope()
    text = "enum e { A = 1, B = sizeof(struct gone), C, D = 1 + (2, 3), E = f(4, (5)), F = 9, G, H = A + F, I = B };"
    parse_declarations(text, scope, lost=lost)
    assert scope.constants == {"A": 1, "F": 9, "G": 10, "H": 10}
    assert set(lost) == {"B", "C", "D", "E", "I"}
    assert "sizeof of struct gone" in str(lost["B"])
    assert "'C' follows one" in str(lost["C"])
    assert scope.tags["enum", "e"] == Enum("e", names.uint, (("A", 1), ("F", 9), ("G", 10), ("H", 10)))


def test_typedefs_of_one_enum_are_one_type() -> None:
    scope = Scope()
    parse_declarations(
        "typedef enum { A } *P, T, U; typedef enum { B } V[2], (*W)(int a, int b), X __attribute__((unused)), Y;"
        "typedef enum { C } *Z;",
        scope,
    )
    one = Enum(None, names.uint, (("A", 0),), "T")
    found = scope.typedefs
    assert (found["T"], found["U"], found["P"]) == (one, one, Pointer(one))
    assert found["X"] == found["Y"] == Enum(None, names.uint, (("B", 0),), "X")
    assert found["V"] == Array(found["X"], 2)
    assert found["Z"] == Pointer(Enum(None, names.uint, (("C", 0),)))
    assert parse_type("T", scope) == one
