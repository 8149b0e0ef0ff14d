"""LoongArch in tables: a row for each rule of the procedure call standard, for lp64d and lp64s, which lp64f lies between.

No compiler is needed. That compilers agree, `test_oracle_loongarch` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import (
    Piece,
    Placement,
    Signature,
    Stack,
    Target,
    place,
    target,
)
from farcall.ctype import (
    Array,
    Complex,
    CType,
    Enum,
    Field,
    Function,
    Pointer,
    Record,
    alignof,
    is_signed,
    sizeof,
)
from farcall.ctype import names as c
from farcall.errors import IncompleteTypeError, UnsupportedTargetError, UnsupportedTypeError
from tests.convention.part_registers import (
    A0,
    A1,
    A7,
    COMPOSITES,
    EMPTY,
    FA0,
    FA1,
    V8,
    V16,
    V32,
    arguments,
    struct,
    union,
    where,
)

D, SOFT = (target(f"loongarch64-linux{abi}") for abi in ("", "-lp64s"))


def placed(result: CType, *parameters: CType, fixed: int | None = None, on: Target = D) -> Placement:
    return place(Signature(result, parameters, fixed), on)


PAIR = struct(c.int64, c.int64)
BIG = struct(c.int64, c.int64, c.int64)
ALIGNED = struct(c.long, c.long, align=16)
SEVEN_INTS, EIGHT_INTS = (c.int_,) * 7, (c.int_,) * 8
EIGHT_FLOATS = (c.float_,) * 8
SEVEN, EIGHT = [f"a{n}" for n in range(7)], [f"a{n}" for n in range(8)]
EIGHT_FA = [f"fa{n}" for n in range(8)]

#: Parameters and where they travel in general registers, which is the same in both.
INTEGER: list[tuple[tuple[CType, ...], list[str]]] = [
    ((c.bool_, c.char, c.short, c.int_, c.long, Pointer(c.void), c.int128), ["a0", "a1", "a2", "a3", "a4", "a5",
                                                                            "a6 a7"]),
    # "If only one GAR is available": split, and no register is skipped for the alignment.
    ((*SEVEN_INTS, c.int128, c.int_), [*SEVEN, "a7 +0", "+8"]),
    ((*SEVEN_INTS, c.longdouble, c.int_), [*SEVEN, "a7 +0", "+8"]),
    ((*SEVEN_INTS, PAIR, c.int_), [*SEVEN, "a7 +0", "+8"]),
    ((*SEVEN_INTS, struct(Array(c.char, 9)), c.char), [*SEVEN, "a7 +0", "+8"]),
    ((c.int_, c.int128, ALIGNED), ["a0", "a1 a2", "a3 a4"]),
    ((*EIGHT_INTS, c.char, c.int128, c.char, ALIGNED, PAIR), [*EIGHT, "+0", "+16", "+32", "+48", "+64"]),
    # "except when this alignment is larger than the 16-byte stack alignment"
    ((*EIGHT_INTS, c.char, V16, c.char, struct(c.char, align=16)), [*EIGHT, "+0", "+16", "+32", "+48"]),
    ((BIG, struct(Array(c.int_, 5)), Complex(c.longdouble), V32, struct(c.char, align=32)),
     ["&a0", "&a1", "&a2", "&a3", "&a4"]),
    ((*EIGHT_INTS, BIG, c.int_), [*EIGHT, "&+0", "+8"]),
    ((V8, V16, union(c.float_, c.int_), union(c.double, V16)), ["a0", "a1 a2", "a3", "a4 a5"]),
    ((struct(), c.int_, struct(align=16), c.int_), ["", "a0", "", "a1"]),
]  # fmt: skip


@pytest.mark.parametrize("on", [D, SOFT], ids=str)
@pytest.mark.parametrize(("parameters", "expected"), INTEGER)
def test_general_registers(parameters: tuple[CType, ...], expected: list[str], on: Target) -> None:
    placement = placed(c.void, *parameters, on=on)
    assert arguments(placement) == expected
    assert (placement.stack_size % 16, placement.stack_align) == (0, 16)
    assert (placement.result.pieces, placement.returned_address) == ((), None)


#: Parameters and where they travel in lp64d and lp64s.
FLOATING: list[tuple[tuple[CType, ...], list[str], list[str]]] = [
    ((c.float_, c.double), ["fa0", "fa1"], ["a0", "a1"]),
    ((c.longdouble, c.float128), ["a0 a1", "a2 a3"], ["a0 a1", "a2 a3"]),
    # "Otherwise, it is passed in a GAR, or on the stack"
    ((*EIGHT_FLOATS, c.float_, c.int_, c.float_), [*EIGHT_FA, "a0", "a1", "a2"], [*EIGHT, "+0", "+8", "+16"]),
    ((*EIGHT_INTS, c.float_, c.int_), [*EIGHT, "fa0", "+0"], [*EIGHT, "+0", "+8"]),
    ((Complex(c.float_), Complex(c.double)), ["fa0 fa1", "fa2 fa3"], ["a0", "a1 a2"]),
    # Two reals need two FARs, else GARs have both; the one left serves the next.
    ((*(c.float_,) * 7, struct(c.float_, c.float_), c.float_), [*EIGHT_FA[:7], "a0", "fa7"], [*SEVEN, "a7", "+0"]),
    # A real and an integer need one of each.
    ((*EIGHT_INTS, struct(c.int_, c.float_), c.float_), [*EIGHT, "+0", "fa0"], [*EIGHT, "+0", "+8"]),
    ((*EIGHT_FLOATS, struct(c.long, c.float_), c.int_), [*EIGHT_FA, "a0 a1", "a2"], [*EIGHT, "+0", "+16"]),
    # In registers though over 16 bytes; by reference where there are none.
    ((struct(c.float_, Record("struct", "t", [Field("x", c.float_, align=32)])),), ["fa0 fa1"], ["&a0"]),
    ((*EIGHT_FLOATS, struct(c.float_, align=32)), [*EIGHT_FA, "&a0"], [*EIGHT, "&+0"]),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "d", "soft"), FLOATING)
def test_floating_registers(parameters: tuple[CType, ...], d: list[str], soft: list[str]) -> None:
    assert [arguments(placed(c.void, *parameters, on=on)) for on in (D, SOFT)] == [d, soft]


@pytest.mark.parametrize(("type", "registers"), COMPOSITES)
def test_composites(type: CType, registers: str) -> None:
    """gcc 14 has all of them so; clang 19 too, but that it counts the bit-field of width 0."""
    placement = placed(type, type)
    assert where(placement.result) == registers
    shifted = registers.replace("a0", "a1") if registers == "&a0" else registers
    assert where(placement.arguments[0]) == shifted
    assert placement.returned_address is None


def test_the_pieces_of_flattened_structs() -> None:
    two = placed(c.void, struct(c.float_, c.double)).arguments[0]
    assert two.pieces == (Piece(0, 4, FA0), Piece(8, 8, FA1))
    mixed = placed(c.void, struct(c.short, c.float_)).arguments[0]
    assert mixed.pieces == (Piece(0, 2, A0), Piece(4, 4, FA0))  # the short is not widened
    bits = [Field("a", c.double), Field(None, c.int_, 0), Field("b", c.int_, 17)]
    assert placed(c.void, Record("struct", "s", bits)).arguments[0].pieces == (Piece(0, 8, FA0), Piece(8, 3, A0))


def test_the_pieces_of_a_value_in_two_words() -> None:
    passed = placed(c.void, struct(c.int_, c.int_, c.int_)).arguments[0]
    assert passed.pieces == (Piece(0, 8, A0), Piece(8, 4, A1))
    split = placed(c.void, *SEVEN_INTS, struct(Array(c.int_, 3))).arguments[-1]
    assert split.pieces == (Piece(0, 8, A7), Piece(8, 4, Stack(0)))


@pytest.mark.parametrize("on", [D, SOFT], ids=str)
def test_narrow_integers_are_widened_to_the_register(on: Target) -> None:
    """Zero- or sign-extended, but unsigned words "as proper sign extensions": in registers, on the stack, and as
    results."""
    enum = Enum("e", c.uint, (("a", 1),))
    types = (c.bool_, c.schar, c.uchar, c.short, c.ushort, c.int_, c.uint, enum)
    words = ["zero", "sign", "zero", "sign", "zero", "sign", "sign", "sign"]
    for leading in ((), EIGHT_INTS):
        pieces = [passed.pieces[0] for passed in placed(c.void, *leading, *types, on=on).arguments[-len(types) :]]
        assert [(piece.extend, piece.extend_to) for piece in pieces] == [(word, 8) for word in words]
    for type, word in zip(types, words, strict=True):
        assert placed(type, on=on).result.pieces == (Piece(0, sizeof(type, on.model), A0, word, 8),)
    for type in (c.long, Pointer(c.int_), c.float_, c.double, V8, struct(c.int_)):
        assert not placed(type, on=on).result.pieces[0].extend


@pytest.mark.parametrize("on", [D, SOFT], ids=str)
def test_results(on: Target) -> None:
    rows = [(c.int_, "a0"), (c.int128, "a0 a1"), (c.longdouble, "a0 a1"), (PAIR, "a0 a1"), (V16, "a0 a1"), (EMPTY, "")]
    for type, expected in rows:
        placement = placed(type, c.int_, on=on)
        assert (where(placement.result), arguments(placement)) == (expected, ["a0"])
    memory = placed(BIG, c.int_, c.double, on=on)
    assert (where(memory.result), memory.returned_address) == ("&a0", None)
    assert arguments(memory)[0] == "a1"


@pytest.mark.parametrize("on", [D, SOFT], ids=str)
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        # "The variadic arguments never occupy the FARs"
        ((c.int_, c.double, c.int_, c.double), ["a0", "a1", "a2", "a3"]),
        ((c.int_, struct(c.float_, c.float_), Complex(c.double), struct(c.float_, c.int_)), ["a0", "a1", "a2 a3", "a4"]),
        # "2 × GRLEN alignment": an even-numbered pair, else the stack, and then all that follow
        ((c.int_, c.int128, c.int_, c.longdouble, c.int_), ["a0", "a2 a3", "a4", "a6 a7", "+0"]),
        ((*SEVEN_INTS, c.int128, c.int_), [*SEVEN, "+0", "+16"]),
        ((*SEVEN_INTS, V16, c.int_), [*SEVEN, "+0", "+16"]),
        ((*SEVEN_INTS, PAIR, c.int_), [*SEVEN, "a7 +0", "+8"]),
        ((*SEVEN_INTS, BIG, c.int_), [*SEVEN, "&a7", "+0"]),
        ((c.int_, struct(c.long, align=32), c.int_), ["a0", "&a1", "a2"]),
        ((*EIGHT_INTS, c.int_, c.longdouble, c.double), [*EIGHT, "+0", "+16", "+32"]),
    ],
)  # fmt: skip
def test_a_variadic_tail(parameters: tuple[CType, ...], expected: list[str], on: Target) -> None:
    assert arguments(placed(c.int_, *parameters, fixed=1, on=on)) == expected


def test_named_arguments_of_a_variadic_function_keep_their_registers() -> None:
    assert arguments(placed(c.int_, c.double, c.int128, c.double, fixed=2)) == ["fa0", "a0 a1", "a2"]


def test_the_data_model() -> None:
    """The standard's "C data types and machine data types", and gcc's own macros: no __CHAR_UNSIGNED__, __WCHAR_TYPE__
    int, __LDBL_MANT_DIG__ 113."""
    for on in (D, SOFT):
        model = on.model
        assert (is_signed(c.char, model), is_signed(c.wchar, model)) == (True, True)
        assert (sizeof(c.long, model), sizeof(c.wchar, model), sizeof(Pointer(c.void), model)) == (8, 4, 8)
        assert (sizeof(c.longdouble, model), alignof(c.longdouble, model)) == (16, 16)
        assert model.long_double_format == "binary128"
        assert (alignof(V8, model), alignof(V16, model), alignof(V32, model)) == (8, 16, 32)


@pytest.mark.parametrize(
    ("result", "parameters", "error", "text"),
    [
        (c.int_, (c.void,), UnsupportedTypeError, "argument 0 is void"),
        (Array(c.int_, 2), (), UnsupportedTypeError, "the result is an array"),
        (c.int_, (c.int_, Function(c.int_, ())), UnsupportedTypeError, "argument 1 is a function"),
        (c.int_, (Record("struct", "later"),), IncompleteTypeError, "argument 0: struct later"),
    ],
)
def test_what_cannot_be_passed(result: CType, parameters: tuple[CType, ...], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        placed(result, *parameters)


def test_all_by_name() -> None:
    for name, registers in (("lp64d", "fa0"), ("lp64f", "a0"), ("lp64s", "a0")):
        placement = place(Signature(c.double, (), None, name), D)
        assert (placement.convention, where(placement.result)) == (name, registers)
        single = place(Signature(c.float_, (), None, name), D)
        assert where(single.result) == ("a0" if name == "lp64s" else "fa0")
    with pytest.raises(UnsupportedTargetError, match="loongarch64-linux has no calling convention 'aapcs64'"):
        place(Signature(c.int_, (), None, "aapcs64"), D)
