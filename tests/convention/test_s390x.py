"""s390x in tables: the document's example, and a row for each rule, with vector registers and without.

No compiler is needed. That gcc agrees, `test_oracle_s390x` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import Piece, Placement, Register, Signature, Stack, Target, ValueLocation, place, target
from farcall.ctype import (
    BIG,
    Array,
    Complex,
    CType,
    Enum,
    Field,
    Pointer,
    Record,
    Vector,
    alignof,
    is_signed,
    layout,
    sizeof,
)
from farcall.ctype import names as c
from farcall.errors import IncompleteTypeError, UnsupportedTypeError

VX, NOVX = target("s390x-linux"), target("s390x-linux-novx")
BOTH = pytest.mark.parametrize("on", [VX, NOVX], ids=str)

V4, V8, V16, V32 = (Vector(c.float_, n) for n in (1, 2, 4, 8))
R2, F0, V24 = Register("r2", "general"), Register("f0", "vector"), Register("v24", "vector")
FIVE, FOUR = [f"r{n}" for n in range(2, 7)], [f"f{n}" for n in (0, 2, 4, 6)]
EIGHT = [f"v{n}" for n in (24, 26, 28, 30, 25, 27, 29, 31)]


def struct(*types: CType, align: int = 0) -> Record:
    return Record("struct", "s", [Field(f"m{i}", type) for i, type in enumerate(types)], align=align)


def union(*types: CType) -> Record:
    return Record("union", "u", [Field(f"m{i}", type) for i, type in enumerate(types)])


def bits(*fields: Field) -> Record:
    return Record("struct", "b", fields)


def placed(result: CType, *parameters: CType, fixed: int | None = None, on: Target = VX) -> Placement:
    return place(Signature(result, parameters, fixed), on)


def where(passed: ValueLocation) -> str:
    """`r2`; `&r2` where it holds the value's address; `+164` on the stack."""
    places = (f"+{p.place.offset}" if isinstance(p.place, Stack) else str(p.place) for p in passed.pieces)
    return ("&" if passed.by_reference else "") + " ".join(places)


def arguments(placement: Placement) -> list[str]:
    return [where(passed) for passed in placement.arguments]


def test_the_model() -> None:
    model = VX.model
    assert model.byteorder == VX.byteorder == BIG
    sizes = {c.long: 8, Pointer(c.void): 8, c.wchar: 4, c.longdouble: 16, c.int128: 16, c.float128: 16, V32: 32}
    assert {type: sizeof(type, model) for type in sizes} == sizes
    for type in (c.longdouble, c.int128, c.float128, Complex(c.longdouble), V16, V32, c.double):
        assert alignof(type, model) == 8
    assert (alignof(V4, model), alignof(V32, NOVX.model)) == (4, 32)
    assert (is_signed(c.char, model), is_signed(c.wchar, model)) == (False, True)


def test_bit_fields_are_allocated_from_left_to_right() -> None:
    # Bit-Fields, "Left-to-right allocation" and "Boundary alignment"
    three = bits(Field("j", c.int_, 5), Field("k", c.int_, 6), Field("m", c.int_, 7))
    assert [(m.offset, m.bit_offset) for m in layout(three, VX.model).members] == [(0, 0), (0, 5), (0, 11)]
    short = [Field("s", c.short, 9), Field("j", c.int_, 9), Field("c", c.char), Field("t", c.short, 9)]
    found = layout(bits(*short, Field("u", c.short, 9), Field("d", c.char)), VX.model)
    assert found.size == 12
    assert [8 * m.offset + m.bit_offset for m in found.members] == [0, 9, 24, 32, 48, 64]


def test_the_document_s_own_example() -> None:
    # Parameter Passing: x = func(i, j, g, k, l, ll, f, h, m, v1, v2)
    i, d = c.int_, c.double
    placement = placed(i, i, i, d, i, i, c.longlong, d, d, i, V8, V8)
    # The last int, m, has the slot at 160, widened: its own bytes are the right half.
    assert arguments(placement) == ["r2", "r3", "f0", "r4", "r5", "r6", "f2", "f4", "+164", "v24", "v26"]
    assert placement.arguments[8].pieces == (Piece(0, 4, Stack(164), "sign", 8),)
    assert (placement.stack_size, placement.shadow_space, placement.stack_align) == (168, 160, 8)


#: Parameters and where they travel, with vector registers and without.
ROWS: list[tuple[tuple[CType, ...], list[str], list[str]]] = [
    # simple_arg
    ((c.bool_, c.char, c.short, c.int_, c.long), FIVE, FIVE),
    ((Pointer(c.void), Enum("e", c.uint, (("a", 1),)), c.wchar), FIVE[:3], FIVE[:3]),
    ((struct(c.char), struct(c.short), struct(c.int_), struct(c.long), union(c.double)), FIVE, FIVE),
    ((struct(c.float_, c.float_), struct(Array(c.float_, 1)), struct(Complex(c.float_))), FIVE[:3], FIVE[:3]),
    # "replace such an argument by a pointer"
    ((struct(Array(c.char, 3)), struct(c.long, c.long), c.int128, c.longdouble, Complex(c.float_)),
     [f"&{r}" for r in FIVE], [f"&{r}" for r in FIVE]),
    ((struct(), V32, struct(V32), c.float128, Complex(c.double)), [f"&{r}" for r in FIVE], [f"&{r}" for r in FIVE]),
    # double_or_float
    ((c.float_, c.double, struct(c.double), struct(struct(c.float_)), c.double), [*FOUR, "+160"], [*FOUR, "+160"]),
    ((c.float16, struct(c.float16)), FOUR[:2], FOUR[:2]),
    ((struct(c.float_, align=8), struct(c.float_, align=16)), ["f0", "&r2"], ["f0", "&r2"]),
    # "exactly one member": bit-fields count, also those of width 0 (gcc), and what is empty; no union has one.
    ((union(c.float_), struct(union(c.float_)), struct(struct(), c.float_)), FIVE[:3], FIVE[:3]),
    ((bits(Field("f", c.float_), Field(None, c.int_, 0)), struct(c.float_, Array(c.float_, None))), FIVE[:2], FIVE[:2]),
    # vector_arg
    ((V4, V8, V16, struct(V8)), EIGHT[:4], ["&r2", "&r3", "&r4", "r5"]),
    ((struct(V8, align=16), struct(V4, V4)), ["&r2", "r3"], ["&r2", "r3"]),
    ((*(V8,) * 8, V16, V4, c.char), [*EIGHT, "+160", "+176", "r2"],
     [*(f"&{r}" for r in FIVE), *(f"&+{160 + 8 * n}" for n in range(5)), "+207"]),
    # more: right-aligned in slots of 8 bytes
    ((*(c.long,) * 5, c.char, c.short, struct(c.short), c.longlong, c.longdouble),
     [*FIVE, "+167", "+174", "+182", "+184", "&+192"], [*FIVE, "+167", "+174", "+182", "+184", "&+192"]),
    ((*(c.double,) * 4, c.float_, c.float16, c.int_), [*FOUR, "+164", "+174", "r2"], [*FOUR, "+164", "+174", "r2"]),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "vx", "novx"), ROWS)
def test_each_rule(parameters: tuple[CType, ...], vx: list[str], novx: list[str]) -> None:
    for on, expected in ((VX, vx), (NOVX, novx)):
        placement = placed(c.void, *parameters, on=on)
        assert arguments(placement) == expected
        assert placement.stack_size % 8 == 0
        assert (placement.result.pieces, placement.returned_address) == ((), None)


#: A result, and where it is.
RESULTS: list[tuple[CType, str]] = [
    (c.char, "r2"), (c.long, "r2"), (Pointer(c.void), "r2"), (c.float_, "f0"), (c.double, "f0"), (c.float16, "f0"),
    (V4, "v24"), (V16, "v24"), (c.longdouble, "&r2"), (c.int128, "&r2"), (Complex(c.float_), "&r2"), (V32, "&r2"),
    (struct(c.double), "&r2"), (struct(c.int_), "&r2"), (struct(V8), "&r2"), (union(c.long), "&r2"), (struct(), "&r2"),
]  # fmt: skip


@pytest.mark.parametrize(("result", "expected"), RESULTS)
def test_results(result: CType, expected: str) -> None:
    placement = placed(result, c.int_)
    assert where(placement.result) == expected
    assert where(placement.arguments[0]) == ("r3" if expected == "&r2" else "r2")
    without = placed(result, on=NOVX)
    assert where(without.result) == ("&r2" if isinstance(result, Vector) else expected)


@BOTH
def test_where_narrow_values_stand(on: Target) -> None:
    float_, half, char = placed(c.void, c.float_, c.float16, c.schar, on=on).arguments
    assert float_.pieces == (Piece(0, 4, F0, justified="left"),)
    assert half.pieces[0].justified == "left"
    assert char.pieces == (Piece(0, 1, R2, "sign", 8),)
    assert placed(c.double, on=on).result.pieces == (Piece(0, 8, F0),)
    assert placed(c.uint, on=on).result.pieces == (Piece(0, 4, R2, "zero", 8),)
    # A struct's padding on the left is unspecified.
    assert placed(c.void, struct(c.short), on=on).arguments[0].pieces == (Piece(0, 2, R2),)
    assert "left-justified" in str(placed(c.float_, on=on))


def test_vectors_left_justified() -> None:
    assert placed(V8).result.pieces == (Piece(0, 8, V24, justified="left"),)
    assert placed(V16).result.pieces == (Piece(0, 16, V24),)


def test_varying_vectors_are_in_the_parameter_area() -> None:
    placement = placed(c.void, V16, V16, V4, c.double, c.int_, fixed=1)
    assert arguments(placement) == ["v24", "+160", "+176", "f0", "r2"]
    assert placement.stack_size == 184
    assert arguments(placed(c.void, V16, V16, fixed=1, on=NOVX)) == ["&r2", "&r3"]


@BOTH
def test_what_cannot_be_passed(on: Target) -> None:
    with pytest.raises(UnsupportedTypeError, match="argument 1 is an array"):
        placed(c.void, c.int_, Array(c.int_, 2), on=on)
    with pytest.raises(UnsupportedTypeError, match="argument 0 is void"):
        placed(c.void, c.void, on=on)
    with pytest.raises(IncompleteTypeError, match=r"the result: .*struct later"):
        placed(Record("struct", "later"), on=on)
