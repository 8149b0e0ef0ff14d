"""System V x86-64 in tables: the psABI's own example first, then a row for each rule. No compiler needed."""

from __future__ import annotations

import dataclasses

import pytest

from farcall.convention import Piece, Placement, Register, Signature, Stack, ValueLocation, place, target
from farcall.convention.eightbyte import AbiVariant, Class, classify, merge
from farcall.ctype import (
    LP64,
    Array,
    CType,
    Enum,
    Field,
    Function,
    Pointer,
    Qualified,
    Record,
    Vector,
    alignof,
    is_signed,
    sizeof,
)
from farcall.ctype import names as c
from farcall.errors import IncompleteTypeError, UnsupportedTargetError, UnsupportedTypeError

TARGET = target("x86_64-linux")

M64 = Vector(c.int_, 2, "__m64")
M128 = Vector(c.float_, 4, "__m128")
M256 = Vector(c.float_, 8, "__m256")
M512 = Vector(c.float_, 16, "__m512")


def struct(*types: CType, pack: int = 0, align: int = 0) -> Record:
    return Record("struct", "s", [Field(f"m{i}", type) for i, type in enumerate(types)], pack=pack, align=align)


def bits(*fields: tuple[str | None, CType, int | None], packed: bool = False) -> Record:
    return Record("struct", "b", [Field(name, type, width, packed=packed) for name, type, width in fields])


def union(*types: CType) -> Record:
    return Record("union", "u", [Field(f"m{i}", type) for i, type in enumerate(types)])


def placed(result: CType, *parameters: CType, fixed: int | None = None, on: str = "x86_64-linux") -> Placement:
    return place(Signature(result, parameters, fixed), target(on))


def where(passed: ValueLocation) -> str:
    """`rdi`, or `0-8 rdi, 8-12 rsi` where there is more than one piece; `&` before the value's address."""
    if len(passed.pieces) == 1 and (passed.by_reference or passed.pieces[0].size == passed.size):
        return ("&" if passed.by_reference else "") + str(passed.pieces[0].place)
    return ", ".join(f"{p.offset}-{p.offset + p.size} {p.place}" for p in passed.pieces)


def arguments(placement: Placement) -> list[str]:
    return [where(passed) for passed in placement.arguments]


def test_the_example_of_the_psabi() -> None:
    """AMD64 psABI 1.0, figures 3.5 and 3.6: a call with a structparm, a long double, an __m256, an __m512."""
    structparm = Record("struct", "structparm", [Field("a", c.int_), Field("b", c.int_), Field("d", c.double)])
    e = f = g = h = i = j = k = c.int_
    placement = placed(c.void, e, f, structparm, g, h, c.longdouble, c.double, M256, M512, c.double, i, j, k)
    assert arguments(placement) == [
        "rdi", "rsi", "0-8 rdx, 8-16 xmm0", "rcx", "r8", "stack+0", "xmm1", "ymm2", "zmm3", "xmm4", "r9",
        "stack+16", "stack+24",
    ]  # fmt: skip
    assert placement.stack_size == 32
    assert placement.vector_count_in is None
    assert placement.result.pieces == ()


def test_text() -> None:
    twelve = Record("struct", "twelve", [Field("a", Array(c.float_, 3))])
    big = Record("struct", "big", [Field("a", Array(c.long, 3))])
    text = str(placed(big, c.char, twelve, c.longdouble, fixed=2))
    assert text.splitlines() == [
        "struct big (char, struct twelve, ..., long double)   [sysv, x86_64-linux]",
        "  result      struct big: the address of the value, [0, 8) in rdi"
        "   <MEMORY: over 16 bytes, §3.2.3 classification 5(c), returning 2>",
        "  argument 0  char: [0, 1) in rsi (sign-extended to 32 bits)   <INTEGER, §3.2.3 passing 2>",
        "  argument 1  struct twelve: [0, 8) in xmm0; [8, 12) in xmm1   <SSE SSE, §3.2.3 passing 3>",
        "  argument 2  long double: [0, 16) in stack+0   <X87 X87UP, §3.2.3 passing 5>",
        "  rax = 2: vector registers used",
        "  stack       16 bytes of arguments, aligned to 16",
    ]


CLASSES = [
    (c.bool_, "INTEGER"),
    (c.char, "INTEGER"),
    (Pointer(c.void), "INTEGER"),
    (Enum("e", c.uint, (("A", 0),)), "INTEGER"),
    (c.float_, "SSE"),
    (c.double, "SSE"),
    (c.float16, "SSE"),
    (c.bfloat16, "SSE"),
    (c.int128, "INTEGER INTEGER"),
    (c.float128, "SSE SSEUP"),
    (c.longdouble, "X87 X87UP"),
    (c.complex_float, "SSE"),
    (c.complex_double, "SSE SSE"),
    (c.complex_longdouble, "COMPLEX_X87"),
    (M64, "SSE"),
    (Vector(c.double, 1), "MEMORY"),
    (Vector(c.long, 1), "SSE"),
    (M128, "SSE SSEUP"),
    (M256, "SSE SSEUP SSEUP SSEUP"),
    (M512, "SSE" + " SSEUP" * 7),
    (Vector(c.double, 16), "MEMORY"),
    (struct(c.float_, c.float_), "SSE"),
    (struct(c.float_, c.int_), "INTEGER"),
    (struct(c.int_, c.float_), "INTEGER"),
    (struct(c.float_, c.float_, c.int_), "SSE INTEGER"),
    (struct(c.int_, c.int_, c.double), "INTEGER SSE"),
    (struct(c.double, c.double), "SSE SSE"),
    (struct(c.float_, struct(c.float_, c.char)), "SSE INTEGER"),
    (struct(c.char, struct(c.char, c.char), c.float_), "INTEGER"),
    (struct(Array(c.char, 16)), "INTEGER INTEGER"),
    (struct(Array(c.char, 17)), "MEMORY"),
    (struct(c.double, c.double, c.double), "MEMORY"),
    (struct(Array(c.long, 9)), "MEMORY"),
    (struct(c.longdouble), "X87 X87UP"),
    (struct(c.complex_double), "SSE SSE"),
    (struct(c.complex_longdouble), "MEMORY"),
    (struct(c.int128), "INTEGER INTEGER"),
    (struct(M128), "SSE SSEUP"),
    (struct(M256), "SSE SSEUP SSEUP SSEUP"),
    (struct(M128, M128), "MEMORY"),
    (struct(c.char, c.int_, pack=1), "MEMORY"),
    (struct(c.int_, c.char, pack=1), "INTEGER"),
    (struct(c.int_, c.double, pack=4), "MEMORY"),
    (struct(c.float_, align=16), "SSE NO_CLASS"),
    (struct(struct(), c.float_), "SSE"),
    (union(c.int_, c.float_), "INTEGER"),
    (union(c.double, struct(c.float_, c.float_, c.int_)), "SSE INTEGER"),
    (union(struct(c.float_, c.float_, c.float_), c.long), "INTEGER SSE"),
    (union(c.longdouble, c.int_), "MEMORY"),  # half a long double is left
    (union(c.longdouble, c.double), "MEMORY"),
    (union(c.longdouble, Array(c.char, 16)), "INTEGER INTEGER"),
    # A member is classified whole before it is merged: its MEMORY stays, whatever came before it.
    (union(Array(c.long, 2), c.double, c.longdouble), "INTEGER INTEGER"),
    (union(Array(c.long, 2), union(c.double, c.longdouble)), "MEMORY"),
    (struct(Array(struct(c.char, c.short, pack=1), 2)), "MEMORY"),
    (struct(Array(struct(c.short, c.char, pack=1), 2)), "MEMORY"),  # gcc looks at the first element only
    (union(M128, c.long), "INTEGER SSE"),  # SSEUP not behind SSE becomes SSE
    (union(M128, Array(c.float_, 4)), "SSE SSE"),
    (Qualified(c.double, frozenset({"const"})), "SSE"),
    (bits(("a", c.float_, None), ("b", c.int_, 3)), "INTEGER"),
    (bits(("a", c.float_, None), (None, c.int_, 32)), "INTEGER"),  # storage without a name
    (bits(("a", c.float_, None), (None, c.int_, 0), ("b", c.float_, None)), "SSE"),
    (bits(("a", c.double, None), ("b", c.long, 60), ("c", c.long, 4)), "SSE INTEGER"),
    (bits(("a", c.char, None), ("b", c.long, 40), ("c", c.long, 50), packed=True), "INTEGER INTEGER"),
]


@pytest.mark.parametrize(("type", "classes"), CLASSES, ids=lambda value: str(value))
def test_classes(type: CType, classes: str) -> None:
    assert " ".join(map(str, classify(type, LP64, AbiVariant())[0])) == classes


@pytest.mark.parametrize(
    ("one", "other", "merged"),
    [
        ("SSE", "SSE", "SSE"),  # (a)
        ("NO_CLASS", "X87", "X87"),  # (b)
        ("MEMORY", "INTEGER", "MEMORY"),  # (c)
        ("INTEGER", "X87", "INTEGER"),  # (d)
        ("INTEGER", "SSEUP", "INTEGER"),
        ("X87", "SSE", "MEMORY"),  # (e)
        ("X87UP", "SSEUP", "MEMORY"),
        ("COMPLEX_X87", "X87", "MEMORY"),
        ("SSE", "SSEUP", "SSE"),  # (f)
    ],
)
def test_merging(one: str, other: str, merged: str) -> None:
    assert merge(Class(one), Class(other)) is Class(merged)
    assert merge(Class(other), Class(one)) is Class(merged)


RESULTS = [
    (c.void, ""),
    (c.char, "rax"),
    (c.double, "xmm0"),
    (c.float16, "xmm0"),
    (c.int128, "0-8 rax, 8-16 rdx"),
    (c.float128, "xmm0"),
    (c.longdouble, "0-10 st0"),
    (struct(c.longdouble), "0-10 st0"),
    (c.complex_float, "xmm0"),
    (c.complex_double, "0-8 xmm0, 8-16 xmm1"),
    (c.complex_longdouble, "0-10 st0, 16-26 st1"),
    (M64, "xmm0"),
    (M128, "xmm0"),
    (M256, "ymm0"),
    (M512, "zmm0"),
    (struct(c.long, c.double), "0-8 rax, 8-16 xmm0"),
    (struct(c.double, c.long), "0-8 xmm0, 8-16 rax"),
    (struct(c.double, c.double), "0-8 xmm0, 8-16 xmm1"),
    (struct(c.long, c.int_), "0-8 rax, 8-16 rdx"),
    (struct(Array(c.int_, 3)), "0-8 rax, 8-12 rdx"),
    (struct(Array(c.float_, 3)), "0-8 xmm0, 8-12 xmm1"),
    (struct(Array(c.char, 3)), "rax"),
    (struct(c.long, c.long, c.long), "&rdi"),
    (struct(c.char, c.int_, pack=1), "&rdi"),
    (struct(), ""),
]


@pytest.mark.parametrize(("type", "expected"), RESULTS, ids=lambda value: str(value))
def test_results(type: CType, expected: str) -> None:
    placement = placed(type, c.int_)
    assert where(placement.result) == expected
    hidden = expected.startswith("&")
    assert arguments(placement) == ["rsi" if hidden else "rdi"]
    assert placement.returned_address == (Register("rax", "general") if hidden else None)
    assert all(piece.extend == "" for piece in placement.result.pieces)


ARGUMENTS = [
    ([c.int_] * 8, ["rdi", "rsi", "rdx", "rcx", "r8", "r9", "stack+0", "stack+8"], 16),
    ([c.float_] * 9, [*(f"xmm{n}" for n in range(8)), "stack+0"], 16),
    # A struct that needs more than is left goes whole to the stack; what follows still takes the register.
    ([c.long] * 5 + [struct(c.long, c.long), c.long],
     ["rdi", "rsi", "rdx", "rcx", "r8", "stack+0", "r9"], 16),
    ([c.double] * 7 + [struct(c.double, c.double), c.double],
     [*(f"xmm{n}" for n in range(7)), "stack+0", "xmm7"], 16),
    ([c.long] * 6 + [struct(c.double, c.long), c.double],
     ["rdi", "rsi", "rdx", "rcx", "r8", "r9", "stack+0", "xmm0"], 16),
    # 16-byte alignment on the stack, and none in registers.
    ([c.long, c.int128], ["rdi", "0-8 rsi, 8-16 rdx"], 0),
    ([c.long] * 7 + [c.int128], ["rdi", "rsi", "rdx", "rcx", "r8", "r9", "stack+0", "stack+16"], 32),
    ([c.long] * 5 + [c.int128, c.long], ["rdi", "rsi", "rdx", "rcx", "r8", "stack+0", "r9"], 16),
    ([c.long] * 7 + [c.longdouble, c.int_],
     ["rdi", "rsi", "rdx", "rcx", "r8", "r9", "stack+0", "stack+16", "stack+32"], 48),
    ([c.longdouble, struct(c.longdouble), c.complex_longdouble], ["stack+0", "stack+16", "stack+32"], 64),
    ([struct(c.long, c.long, c.long), c.int_], ["stack+0", "rdi"], 32),
    ([struct(), c.int_], ["", "rdi"], 0),
    ([struct(Array(c.int_, 0)), c.int_], ["", "rdi"], 0),
    ([struct(c.float_, align=16)], ["0-8 xmm0"], 0),
]  # fmt: skip


@pytest.mark.parametrize(("types", "expected", "stack"), ARGUMENTS)
def test_arguments(types: list[CType], expected: list[str], stack: int) -> None:
    placement = placed(c.void, *types)
    assert arguments(placement) == expected
    assert placement.stack_size == stack


@pytest.mark.parametrize(("type", "align"), [(struct(Array(c.long, 3), align=32), 32), (Vector(c.double, 16), 128)])
def test_alignment_of_the_stack(type: CType, align: int) -> None:
    placement = placed(c.void, struct(c.long, c.long, c.long), type)
    assert arguments(placement) == ["stack+0", f"stack+{align}"]
    assert placement.stack_align == align
    assert placement.stack_size % align == 0


@pytest.mark.parametrize(
    ("type", "extend"),
    [
        (c.bool_, "zero"),
        (c.char, "sign"),
        (c.uchar, "zero"),
        (c.short, "sign"),
        (c.ushort, "zero"),
        (Enum("e", c.uint8, ()), "zero"),
        (c.int_, ""),
        (c.uint, ""),
        (c.long, ""),
        (c.float16, ""),
        (struct(c.char), ""),
    ],
    ids=str,
)
def test_narrow_integers_are_widened_to_32_bits(type: CType, extend: str) -> None:
    """In a register and on the stack alike; a struct is not."""
    placement = placed(c.void, *[c.long] * 5, type, *[c.long] * 2, type, c.double)
    for passed in (placement.arguments[5], placement.arguments[8]):
        (piece,) = passed.pieces
        assert (piece.extend, piece.extend_to) == (extend, 4 if extend else 0)


def test_variadic() -> None:
    placement = placed(c.int_, c.double, c.int_, struct(c.double, c.double), c.double, fixed=1)
    assert arguments(placement) == ["xmm0", "rdi", "0-8 xmm1, 8-16 xmm2", "xmm3"]
    assert placement.vector_count == 4
    assert placement.vector_count_in == Register("rax", "general")
    assert placed(c.int_, c.int_, fixed=1).vector_count_in is not None
    assert placed(c.int_, *[c.double] * 10, fixed=1).vector_count == 8
    assert (placed(c.int_, c.double).vector_count, placed(c.int_, c.double).vector_count_in) == (0, None)


def test_variadic_vectors_over_16_bytes_go_to_the_stack() -> None:
    placement = placed(c.int_, M256, M128, M256, struct(M256), fixed=1)
    assert arguments(placement) == ["ymm0", "xmm1", "stack+0", "stack+32"]
    assert (placement.vector_count, placement.stack_align, placement.stack_size) == (2, 32, 64)


V1_LONG, V1_DOUBLE, V1_INT128, V2_INT128 = (Vector(lane, n) for lane, n in (
    (c.long, 1), (c.double, 1), (c.int128, 1), (c.int128, 2)
))  # fmt: skip
HALF = union(c.longdouble, c.long)
#: How clang, the compiler of these systems, parts from gcc: the registers of an argument, and of the result.
SYSTEMS = [
    (V1_LONG, {"linux": ("xmm0", "xmm0"), "openbsd": ("xmm0", "xmm0"), "freebsd": ("rdi", "rax"),
               "macos": ("rdi", "rax")}),
    (V1_DOUBLE, {"linux": ("stack+0", "&rdi"), "openbsd": ("stack+0", "xmm0"), "macos": ("stack+0", "xmm0")}),
    (struct(V1_DOUBLE), {"linux": ("stack+0", "&rdi"), "freebsd": ("stack+0", "&rdi")}),
    (V1_INT128, {"linux": ("xmm0", "xmm0")}),
    (V2_INT128, {"linux": ("stack+0", "&rdi")}),
    (HALF, {"linux": ("stack+0", "&rdi"), "freebsd": ("stack+0", "&rdi"),
            "macos": ("0-8 rdi, 8-16 xmm0", "0-8 rax, 8-16 xmm0")}),
    (struct(c.int_, bits(("a", c.longlong, 59)), pack=4), {"linux": ("0-8 rdi, 8-12 rsi", "0-8 rax, 8-12 rdx"),
                                                           "macos": ("stack+0", "&rdi")}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("type", "system", "argument", "result"),
    [(type, system, *places) for type, systems in SYSTEMS for system, places in systems.items()],
    ids=str,
)
def test_what_the_systems_change(type: CType, system: str, argument: str, result: str) -> None:
    assert arguments(placed(c.void, type, on=f"x86_64-{system}")) == [argument]
    assert where(placed(type, on=f"x86_64-{system}").result) == result


@pytest.mark.parametrize("system", ["freebsd", "openbsd", "macos"])
def test_clang_has_no_one_way_for_lanes_of_int128(system: str) -> None:
    with pytest.raises(UnsupportedTypeError, match=r"the result: .* lanes of __int128"):
        placed(V1_INT128, on=f"x86_64-{system}")


def test_where_clang_leaves_a_register_behind_an_int128() -> None:
    types = (*[c.int_] * 5, c.int128, c.int_, c.double)
    assert arguments(placed(c.void, *types))[5:] == ["stack+0", "r9", "xmm0"]
    assert arguments(placed(c.void, *types, on="x86_64-macos"))[5:] == ["stack+0", "stack+16", "xmm0"]
    wrapped = (*[c.int_] * 5, struct(c.int128), c.int_)
    assert arguments(placed(c.void, *wrapped, on="x86_64-macos"))[5:] == ["stack+0", "r9"]


def test_named_vectors_over_16_bytes_of_a_variadic_function() -> None:
    assert arguments(placed(c.int_, M256, M256, fixed=1)) == ["ymm0", "stack+0"]
    assert arguments(placed(c.int_, M256, M256, fixed=1, on="x86_64-freebsd")) == ["stack+0", "stack+32"]
    assert arguments(placed(c.int_, M256, on="x86_64-freebsd")) == ["ymm0"]


def test_x32_widens_pointers_in_registers() -> None:
    """psABI §10.1: "bits 32 to 63 shall be zero" of a pointer passed or returned in a register."""
    pointer = Pointer(c.int_)
    placement = placed(pointer, c.long, pointer, *[c.size_t] * 4, pointer, on="x86_64-linux-x32")
    assert arguments(placement) == ["rdi", "rsi", "rdx", "rcx", "r8", "r9", "stack+0"]
    widened = [(p.pieces[0].size, p.pieces[0].extend, p.pieces[0].extend_to) for p in placement.arguments]
    assert widened == [(4, "", 0), (4, "zero", 8), *[(4, "", 0)] * 5]
    assert placement.result.pieces == (Piece(0, 4, Register("rax", "general"), "zero", 8),)
    assert placement.stack_size == 16
    inside = placed(c.void, struct(pointer, pointer, pointer), on="x86_64-linux-x32").arguments[0]
    assert [(piece.size, piece.extend) for piece in inside.pieces] == [(8, ""), (4, "")]
    hidden = placed(struct(*[c.long] * 5), on="x86_64-linux-x32").result
    assert (hidden.size, hidden.pieces) == (20, (Piece(0, 8, Register("rdi", "general")),))


@pytest.mark.parametrize("convention", ["stdcall", "regparm(3)"])
def test_x32_ignores_the_conventions_of_32_bits(convention: str) -> None:
    asked = place(Signature(c.int_, (c.int_,) * 4, convention=convention), target("x86_64-linux-x32"))
    assert arguments(asked) == ["rdi", "rsi", "rdx", "rcx"]


def test_x32_has_the_types_of_64_bits() -> None:
    model = target("x86_64-linux-x32").model
    assert model.largest_align == 16
    assert arguments(placed(c.int128, c.int128, on="x86_64-linux-x32")) == ["0-8 rdi, 8-16 rsi"]


#: Long, pointer, wchar_t, long double, and whether wchar_t has a sign: clang's own macros for each target.
MODELS = [
    ("linux", 8, 8, 4, 16, True),
    ("linux-x32", 4, 4, 4, 16, True),
    ("freebsd", 8, 8, 4, 16, True),
    ("openbsd", 8, 8, 4, 16, True),
    ("macos", 8, 8, 4, 16, True),
    ("cygwin", 8, 8, 2, 16, False),
    ("windows-msvc", 4, 8, 2, 8, False),
    ("windows-gnu", 4, 8, 2, 16, False),
]


@pytest.mark.parametrize(("name", "long", "pointer", "wchar", "longdouble", "signed"), MODELS)
def test_the_data_models(name: str, long: int, pointer: int, wchar: int, longdouble: int, signed: bool) -> None:
    model = target(f"x86_64-{name}").model
    found = [sizeof(type, model) for type in (c.long, Pointer(c.void), c.wchar, c.longdouble)]
    assert found == [long, pointer, wchar, longdouble]
    assert (is_signed(c.wchar, model), is_signed(c.char, model)) == (signed, True)
    assert [alignof(type, model) for type in (c.longdouble, c.int128, c.double, c.int64)] == [longdouble, 16, 8, 8]


@pytest.mark.parametrize(
    ("type", "error", "text"),
    [
        (c.void, UnsupportedTypeError, "argument 1 is void"),
        (Array(c.int_, 3), UnsupportedTypeError, r"argument 1 is an array, int \[?"),
        (Function(c.int_, ()), UnsupportedTypeError, r"argument 1 is a function, int \(void\)"),
        (Record("struct", "later"), IncompleteTypeError, "argument 1: struct later is incomplete"),
        (Vector(c.char, 4, "v4"), UnsupportedTypeError, "argument 1: v4: x86-64 has no vectors of 4 bytes"),
    ],
    ids=str,
)
def test_what_cannot_be_passed(type: CType, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        placed(c.int_, c.int_, type)
    if type != c.void:
        with pytest.raises(error, match=text.replace("argument 1", "the result")):
            placed(type, c.int_)


def test_conventions_by_name() -> None:
    signature = Signature(c.int_, (c.int_,), convention="sysv_abi")
    assert place(signature, TARGET).arguments == place(Signature(c.int_, (c.int_,)), TARGET).arguments
    with pytest.raises(UnsupportedTargetError, match="x86_64-linux has no calling convention 'pascal'; there are: "):
        place(Signature(c.int_, (), convention="pascal"), TARGET)
    with pytest.raises(UnsupportedTargetError, match="no calling convention 'sysv'; there are: none"):
        place(Signature(c.int_, ()), dataclasses.replace(TARGET, cpu="vax"))


def test_placements_are_values() -> None:
    """Equal questions give equal answers, whatever was asked between; nothing in them can be changed."""
    signature = Signature(struct(c.long, c.long, c.long), (c.int_, c.double, c.longdouble))
    first = place(signature, TARGET)
    placed(c.int_, *[c.double] * 20)
    again = place(dataclasses.replace(signature), TARGET)
    assert again == first
    assert hash(again) == hash(first)
    assert first.arguments[2].pieces[0].place == Stack(0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.stack_size = 8  # type: ignore[misc]
