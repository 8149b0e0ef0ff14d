"""AArch64 in tables: a row for each paragraph of AAPCS64 §6.8.2, then what Apple and Microsoft change.

No compiler is needed. That compilers agree, `test_oracle_aapcs64` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import (
    Piece,
    Placement,
    Register,
    Signature,
    Stack,
    Target,
    ValueLocation,
    place,
    target,
)
from farcall.ctype import BIG as BIG_ENDIAN
from farcall.ctype import (
    Array,
    Complex,
    CType,
    Enum,
    Field,
    Function,
    Pointer,
    Record,
    Vector,
    alignof,
    is_signed,
    sizeof,
)
from farcall.ctype import names as c
from farcall.errors import IncompleteTypeError, UnsupportedTargetError, UnsupportedTypeError

LINUX, MACOS, WINDOWS = (target(f"aarch64-{system}") for system in ("linux", "macos", "windows"))

V8 = Vector(c.float_, 2)
V16 = Vector(c.int_, 4)
V16_DOUBLE = Vector(c.double, 2)
V32 = Vector(c.float_, 8)


def struct(*types: CType, align: int = 0, pack: int = 0) -> Record:
    return Record("struct", "s", [Field(f"m{i}", type) for i, type in enumerate(types)], align=align, pack=pack)


def union(*types: CType) -> Record:
    return Record("union", "u", [Field(f"m{i}", type) for i, type in enumerate(types)])


def placed(result: CType, *parameters: CType, fixed: int | None = None, on: Target = LINUX) -> Placement:
    return place(Signature(result, parameters, fixed), on)


def where(passed: ValueLocation) -> str:
    """`x0`; `&x0` where it holds the value's address; `v0 v1` where it is spread."""
    places = (f"+{p.place.offset}" if isinstance(p.place, Stack) else str(p.place) for p in passed.pieces)
    return ("&" if passed.by_reference else "") + " ".join(places)


def arguments(placement: Placement) -> list[str]:
    return [where(passed) for passed in placement.arguments]


PAIR = struct(c.int64, c.int64)
BIG = struct(c.int64, c.int64, c.int64)
ALIGNED = Record("struct", "aligned", [Field("x", c.int_, align=16)])
HFA2, HFA3, HFA4 = (struct(*[c.double] * n) for n in (2, 3, 4))
EIGHT_INTS = (c.int_,) * 8
EIGHT_FLOATS = (c.float_,) * 8

#: The paragraph, parameters, and where they travel on Linux.
RULES: list[tuple[str, tuple[CType, ...], list[str]]] = [
    ("B.4", (BIG, c.int_), ["&x0", "x1"]),
    ("B.4", (*EIGHT_INTS, BIG), [*(f"x{n}" for n in range(8)), "&+0"]),
    ("B.4", (V32, struct(Array(c.int_, 5))), ["&x0", "&x1"]),
    ("C.1", (c.float16, c.float_, c.double, c.longdouble, c.float128, V8, V16), [f"v{n}" for n in range(7)]),
    ("C.2", (HFA3, c.float_, HFA4, c.int_), ["v0 v1 v2", "v3", "v4 v5 v6 v7", "x0"]),
    # C.3: NSRN is 8 once a homogeneous aggregate found no room: the double behind it is on the stack.
    ("C.3", (HFA4, HFA3, HFA2, c.double), ["v0 v1 v2 v3", "v4 v5 v6", "+0", "+16"]),
    ("C.4", (*EIGHT_FLOATS, c.float_, c.longdouble, c.float_, V8, V16), [*(f"v{n}" for n in range(8)), "+0", "+16",
                                                                         "+32", "+40", "+48"]),
    ("C.5", (*EIGHT_FLOATS, c.float16, c.float_, c.double), [*(f"v{n}" for n in range(8)), "+0", "+8", "+16"]),
    ("C.6", (*EIGHT_FLOATS, struct(*[c.float_] * 3), c.float_), [*(f"v{n}" for n in range(8)), "+0", "+16"]),
    ("C.9", (c.bool_, c.char, c.short, c.int_, c.long, Pointer(c.void)), [f"x{n}" for n in range(6)]),
    ("C.10", (c.int_, c.int128, c.int_, ALIGNED), ["x0", "x2 x3", "x4", "x6 x7"]),
    ("C.10", (c.int_, PAIR), ["x0", "x1 x2"]),
    # Aligned as a whole, not by a member: the natural alignment is 8.
    ("C.10", (c.int_, struct(c.long, c.long, align=16)), ["x0", "x1 x2"]),
    ("C.11", (c.uint128,), ["x0 x1"]),
    ("C.12", (struct(c.int_, c.float_), struct(c.char, c.char, c.char), struct(c.long, c.int_)), ["x0", "x1", "x2 x3"]),
    # C.13: NGRN is 8 once a value found no room: x7 stays empty.
    ("C.13", ((*(c.int_,) * 7, PAIR, c.int_)), [*(f"x{n}" for n in range(7)), "+0", "+16"]),
    ("C.13", ((*(c.int_,) * 7, c.int128, c.int_)), [*(f"x{n}" for n in range(7)), "+0", "+16"]),
    ("C.14", (*EIGHT_INTS, c.char, c.int128, c.char, ALIGNED, PAIR),
     [*(f"x{n}" for n in range(8)), "+0", "+16", "+32", "+48", "+64"]),
    ("C.16", (*EIGHT_INTS, c.char, c.short, c.int_, c.int_), [*(f"x{n}" for n in range(8)), "+0", "+8", "+16", "+24"]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "parameters", "expected"), RULES)
def test_the_rules_of_stage_b_and_c(rule: str, parameters: tuple[CType, ...], expected: list[str]) -> None:
    placement = placed(c.void, *parameters)
    assert arguments(placement) == expected
    assert (placement.stack_size % 16, placement.stack_align) == (0, 16)
    assert (placement.result.pieces, placement.returned_address) == ((), None)
    labelled = {"C.3": "C.6", "C.4": "C.6", "C.5": "C.6", "C.10": "C.1", "C.13": "C.17", "C.14": "C.15", "C.16": "C.17"}
    assert any(labelled.get(rule, rule) in passed.rule for passed in placement.arguments)


#: A composite and whether it is homogeneous: its registers, as argument and as result.
COMPOSITES = [
    (struct(c.float_), "v0"),
    (struct(c.float16, c.float16), "v0 v1"),
    (struct(struct(c.float_), Array(c.float_, 3)), "v0 v1 v2 v3"),
    (struct(Array(Array(c.float_, 2), 2)), "v0 v1 v2 v3"),
    (struct(Array(c.float_, 5)), None),
    (union(c.float_, struct(c.float_, c.float_), Array(c.float_, 3)), "v0 v1 v2"),
    (union(c.float_, c.double), "x0"),
    (union(c.float_, c.int_), "x0"),
    (struct(c.float_, c.double), "x0 x1"),
    (struct(c.float_, c.int_), "x0"),
    (struct(c.longdouble, c.longdouble, c.longdouble, c.longdouble), "v0 v1 v2 v3"),
    (struct(c.longdouble, c.float128), "v0 v1"),
    (struct(c.double, c.double, c.double, c.double, c.double), None),
    (Complex(c.float_), "v0 v1"),
    (Complex(c.longdouble), "v0 v1"),
    (struct(Complex(c.double), Complex(c.double)), "v0 v1 v2 v3"),
    (struct(Complex(c.double), c.double), "v0 v1 v2"),
    # HVA: only the size of the short vector counts.
    (struct(V8, Vector(c.int_, 2)), "v0 v1"),
    (struct(V16, V16_DOUBLE, V16, V16), "v0 v1 v2 v3"),
    (struct(V8, V16), None),
    (struct(V8, c.double), "x0 x1"),
    (struct(V32), None),
    # After layout: padding ends it, empty members and zero widths do not, packing does not.
    (struct(c.float_, struct(), c.float_), "v0 v1"),
    (struct(c.double, c.double, pack=1), "v0 v1"),
    (struct(c.float_, align=8), "x0"),
    (struct(c.float_, c.float_, align=8), "v0 v1"),
    (Record("struct", "s", [Field("a", c.float_), Field(None, c.int_, 0), Field("b", c.float_)]), "v0 v1"),
    (Record("struct", "s", [Field("a", c.float_), Field("b", c.int_, 3)]), "x0"),
    (struct(c.float_, Array(c.float_, None)), "x0"),
    (struct(c.char), "x0"),
    (struct(Array(c.char, 9)), "x0 x1"),
    (PAIR, "x0 x1"),
]


@pytest.mark.parametrize(("type", "registers"), COMPOSITES)
def test_composites(type: CType, registers: str | None) -> None:
    """None: by reference, the result through x8, whose address does not come back (§6.9)."""
    placement = placed(type, type)
    assert where(placement.arguments[0]) == (registers or "&x0")
    assert where(placement.result) == (registers or "&x8")
    assert placement.returned_address is None
    if registers:
        pieces = placement.result.pieces
        assert pieces == placement.arguments[0].pieces
        assert sum(piece.size for piece in pieces) == sizeof(type, LINUX.model)


def test_the_pieces_of_a_struct_of_12_bytes() -> None:
    passed = placed(c.void, struct(c.int_, c.int_, c.float_)).arguments[0]
    assert passed.pieces == (Piece(0, 8, Register("x0", "general")), Piece(8, 4, Register("x1", "general")))


@pytest.mark.parametrize("on", [LINUX, MACOS, WINDOWS])
def test_results(on: Target) -> None:
    rows = [(c.int_, "x0"), (c.int128, "x0 x1"), (c.double, "v0"), (V16, "v0"), (BIG, "&x8"), (struct(), ""), (HFA4,
            "v0 v1 v2 v3")]  # fmt: skip
    for type, expected in rows:
        placement = placed(type, c.int_, on=on)
        assert where(placement.result) == expected
        assert arguments(placement) == ["x0"]  # x8 is none of the arguments'
        assert not any(piece.extend for piece in placement.result.pieces)


def test_an_empty_struct_takes_nothing() -> None:
    for on in (LINUX, MACOS, WINDOWS):
        assert arguments(placed(c.void, struct(), c.int_, struct(align=16), c.int_, on=on)) == [
            "", "x0", "", "x1",
        ]  # fmt: skip


@pytest.mark.parametrize(("on", "widened"), [(LINUX, False), (MACOS, True), (WINDOWS, False)])
def test_who_extends_narrow_integers(on: Target, widened: bool) -> None:
    """Apple: "the caller of a function is responsible for signing or zero-extending any argument with fewer than 32
    bits". In registers: on the stack such an argument has no more than its own bytes."""
    enum = Enum("e", c.uint8, (("a", 1),))
    types = (c.bool_, c.schar, c.uchar, c.short, c.ushort, enum, c.int_, c.long, c.schar)
    pieces = [passed.pieces[0] for passed in placed(c.void, *types, on=on).arguments]
    words = ["zero", "sign", "zero", "sign", "zero", "zero", "", "", ""] if widened else [""] * 9
    assert [piece.extend for piece in pieces] == words
    assert pieces[-1] == Piece(0, 1, Stack(0))


@pytest.mark.parametrize("tail", [(c.int_, c.double, c.long), (PAIR, HFA2, BIG), (c.longdouble, c.int128, V16)])
def test_a_variadic_tail_on_linux_travels_as_if_it_were_named(tail: tuple[CType, ...]) -> None:
    assert arguments(placed(c.int_, c.int_, *tail, fixed=1)) == arguments(placed(c.int_, c.int_, *tail))


# Apple. `clang-19 -target arm64-apple-macos -O1 -S` puts them so, read by eye:
#   f(int, __int128): ldp x1, x2           g(int, struct { int x aligned(16); }): ldp x1, x2
#   seven ints, __int128, int: x7 unused, stp [sp], str w [sp, #16]
#   nine ints, g's struct, int, __int128: w [sp], [sp, #16], w [sp, #32], [sp, #48]
#   nine floats, struct { float a, b, c, d; } aligned(16): s [sp], then [sp, #4]
#   f(int, ...), each of what follows in a slot of its own on the stack

APPLE = [
    ((c.int_, c.int128), None, ["x0", "x1 x2"]),
    ((c.int_, ALIGNED), None, ["x0", "x1 x2"]),
    ((*(c.int_,) * 7, c.int128, c.int_), None, [*(f"x{n}" for n in range(7)), "+0", "+16"]),
    ((*(c.int_,) * 9, ALIGNED, c.int_, c.int128), None, [*(f"x{n}" for n in range(8)), "+0", "+16", "+32", "+48"]),
    (
        (*(c.float_,) * 9, struct(c.float_, c.float_, c.float_, c.float_, align=16)), None,
        [*(f"v{n}" for n in range(8)), "+0", "+4"],
    ),
    # "Function arguments may consume slots on the stack that are not multiples of 8 bytes"; composites of 8 all the
    # same
    ((*EIGHT_INTS, c.char, c.bool_, c.short, c.int_, c.char, struct(c.char), c.char), None,
     [*(f"x{n}" for n in range(8)), "+0", "+1", "+2", "+4", "+8", "+16", "+24"]),
    ((*EIGHT_FLOATS, c.float16, c.float_, c.double, V16), None,
     [*(f"v{n}" for n in range(8)), "+0", "+4", "+8", "+16"]),
    # "variadic arguments … stored on the stack in 8-byte slots"
    ((Pointer(c.char), c.int_, c.double, c.int_), 1, ["x0", "+0", "+8", "+16"]),
    ((c.int_, HFA3, c.double, BIG, PAIR, V16, c.int128), 1,
     ["x0", "+0", "+24", "&+32", "+40", "+64", "+80"]),
    ((*EIGHT_INTS, c.char, c.int_), 9, [*(f"x{n}" for n in range(8)), "+0", "+8"]),
    # long double is double
    ((c.longdouble, Complex(c.longdouble)), None, ["v0", "v1 v2"]),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "fixed", "expected"), APPLE)
def test_apple(parameters: tuple[CType, ...], fixed: int | None, expected: list[str]) -> None:
    assert arguments(placed(c.void, *parameters, fixed=fixed, on=MACOS)) == expected


def test_apple_has_no_variadic_half_float() -> None:
    """clang makes a double of it, which C does not; farcall has that said."""
    with pytest.raises(UnsupportedTypeError, match="argument 1: _Float16 is passed as a double"):
        placed(c.void, c.int_, c.float16, fixed=1, on=MACOS)
    assert arguments(placed(c.void, c.float16, c.int_, fixed=1, on=MACOS)) == ["v0", "+0"]
    assert arguments(placed(c.void, c.int_, struct(c.float16), fixed=1, on=MACOS)) == ["x0", "+0"]


# Windows. Of variadic functions Microsoft's page says: "All composites are treated alike; no special handling of HFAs
# or HVAs. SIMD and floating-point registers aren't used. Effectively, it's the same as following rules C.12-C.15 to
# allocate arguments to an imaginary stack, where the first 64 bytes of the stack are loaded into x0-x7".
# `clang-19 -target aarch64-pc-windows-msvc -O1 -S`, read by eye:
#   f(int, ...) with struct { float a, b, c; } and a double: x1 and w2, x3
#   f(int, ...) with struct { int x aligned(16); }, int, the same: x2 x3, w4, x6 x7
#   f(int, ...) with six ints, struct { long long a, b; }: x7 unused, [sp] and [sp, #8]. Not as the page says, nor as
#     its own va_arg reads. The page decides.
#   vectors in v0 to v7, where its own va_arg does not look. The page decides.

MICROSOFT = [
    ((c.int_, struct(c.float_, c.float_, c.float_), c.double), 1, ["x0", "x1 x2", "x3"]),
    ((c.int_, ALIGNED, c.int_, ALIGNED), 1, ["x0", "x2 x3", "x4", "x6 x7"]),
    ((*(c.int_,) * 7, PAIR, c.int_), 1, [*(f"x{n}" for n in range(7)), "x7 +0", "+8"]),
    ((*(c.int_,) * 7, c.int128, c.int_), 1, [*(f"x{n}" for n in range(7)), "+0", "+16"]),
    ((c.int_, V8, V16, BIG), 1, ["x0", "x1", "x2 x3", "&x4"]),
    # named ones too
    ((c.double, HFA2, HFA3, c.int_), 4, ["x0", "x1 x2", "&x3", "x4"]),
    ((*(c.double,) * 8, c.float_, c.double), 9, [*(f"x{n}" for n in range(8)), "+0", "+8"]),
    # and functions without dots are as on Linux
    ((c.double, HFA2, HFA3, c.int_), None, ["v0", "v1 v2", "v3 v4 v5", "x0"]),
    ((c.int_, c.int128), None, ["x0", "x2 x3"]),
    ((*EIGHT_INTS, c.char, c.char), None, [*(f"x{n}" for n in range(8)), "+0", "+8"]),
]


@pytest.mark.parametrize(("parameters", "fixed", "expected"), MICROSOFT)
def test_windows(parameters: tuple[CType, ...], fixed: int | None, expected: list[str]) -> None:
    assert arguments(placed(c.void, *parameters, fixed=fixed, on=WINDOWS)) == expected


def test_the_split_value_is_whole() -> None:
    """An array of 12 bytes: 8 in x7, 4 on the stack."""
    passed = placed(c.void, *(c.int_,) * 7, struct(Array(c.int_, 3)), fixed=1, on=WINDOWS).arguments[-1]
    assert passed.pieces == (Piece(0, 8, Register("x7", "general")), Piece(8, 4, Stack(0)))


def test_big_endian() -> None:
    """What is narrower than its register or its slot is at the low-order end, a composite as it is in memory."""
    on = target("aarch64_be-linux")
    three = struct(c.char, c.char, c.char)
    found = placed(c.void, c.char, three, c.int128, struct(c.int_, c.int_, c.int_), c.float_, on=on)
    assert arguments(found) == ["x0", "x1", "x2 x3", "x4 x5", "v0"]
    sides = [[piece.justified for piece in passed.pieces] for passed in found.arguments]
    assert sides == [["right"], ["left"], ["right"] * 2, ["right", "left"], ["right"]]
    stacked = placed(c.void, *EIGHT_INTS, *EIGHT_FLOATS, c.short, three, c.float_, struct(c.float_), c.double, on=on)
    assert arguments(stacked)[16:] == ["+6", "+8", "+20", "+24", "+32"]
    assert (on.byteorder, sizeof(c.long, on.model)) == (BIG_ENDIAN, 8)


#: AAPCS64 §5.1 and §10.1.2; Apple's page, "Update code that depends on …"; Microsoft's page, "Base … data types".
MODELS = [
    (LINUX, {"long": 8, "wchar": 4, "longdouble": 16}, (False, False), "binary128"),
    (MACOS, {"long": 8, "wchar": 4, "longdouble": 8}, (True, True), "binary64"),
    (WINDOWS, {"long": 4, "wchar": 2, "longdouble": 8}, (True, False), "binary64"),
]


@pytest.mark.parametrize(("on", "sizes", "signed", "long_double"), MODELS)
def test_the_data_models(on: Target, sizes: dict[str, int], signed: tuple[bool, bool], long_double: str) -> None:
    model = on.model
    assert {name: sizeof(getattr(c, name), model) for name in sizes} == sizes
    assert (is_signed(c.char, model), is_signed(c.wchar, model)) == signed
    assert model.long_double_format == long_double
    assert alignof(c.longdouble, model) == sizeof(c.longdouble, model)
    assert (alignof(V16, model), alignof(V32, model)) == (16, 16)


@pytest.mark.parametrize(
    ("result", "parameters", "error", "text"),
    [
        (c.int_, (c.void,), UnsupportedTypeError, "argument 0 is void"),
        (Array(c.int_, 2), (), UnsupportedTypeError, "the result is an array"),
        (c.int_, (c.int_, Function(c.int_, ())), UnsupportedTypeError, "argument 1 is a function"),
        (c.int_, (Record("struct", "later"),), IncompleteTypeError, "argument 0: struct later"),
        (c.int_, (Vector(c.char, 4),), UnsupportedTypeError, "no vectors of 4 bytes"),
    ],
)
def test_what_cannot_be_passed(result: CType, parameters: tuple[CType, ...], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        placed(result, *parameters)


def test_other_processors_conventions_are_refused() -> None:
    with pytest.raises(UnsupportedTargetError, match="aarch64-linux has no calling convention 'ms_abi'"):
        place(Signature(c.int_, (), None, "ms_abi"), LINUX)
