"""Microsoft x64 in tables: the examples of Microsoft's own page first, then a row for each rule. No compiler needed."""

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
from farcall.ctype import Array, Complex, CType, Enum, Field, Function, Pointer, Record, Vector
from farcall.ctype import names as c
from farcall.errors import IncompleteTypeError, UnsupportedTargetError, UnsupportedTypeError

LINUX = target("x86_64-linux")
MSVC = target("x86_64-windows-msvc")
MINGW = target("x86_64-windows-gnu")

CYGWIN = target("x86_64-cygwin")

M64 = Vector(c.longlong, 1, "__m64")  # as clang's headers have it
M128 = Vector(c.float_, 4, "__m128")
M256 = Vector(c.float_, 8, "__m256")
M512 = Vector(c.float_, 16, "__m512")


def struct(*types: CType) -> Record:
    return Record("struct", "s", [Field(f"m{i}", type) for i, type in enumerate(types)])


def union(*types: CType) -> Record:
    return Record("union", "u", [Field(f"m{i}", type) for i, type in enumerate(types)])


def placed(
    result: CType, *parameters: CType, fixed: int | None = None, on: Target = MSVC, convention: str | None = None
) -> Placement:
    return place(Signature(result, parameters, fixed, convention), on)


def where(passed: ValueLocation) -> str:
    """`rcx`; `&rcx` where it holds the value's address; `rdx xmm1` where both hold the value."""
    return ("&" if passed.by_reference else "") + " ".join(str(piece.place) for piece in passed.pieces)


def arguments(placement: Placement) -> list[str]:
    return [where(passed) for passed in placement.arguments]


# Microsoft Learn, "x64 calling convention": e, the fifth argument, lies right above the shadow space of 32 bytes.

PASSING = [
    # "Example of argument passing 1 - all integers"
    ((c.int_,) * 6, ["rcx", "rdx", "r8", "r9", "stack+32", "stack+40"]),
    # "Example of argument passing 2 - all floats"
    (
        (c.float_, c.double, c.float_, c.double, c.float_, c.float_),
        ["xmm0", "xmm1", "xmm2", "xmm3", "stack+32", "stack+40"],
    ),
    # "Example of argument passing 3 - mixed ints and floats"
    ((c.int_, c.double, c.int_, c.float_, c.int_, c.float_), ["rcx", "xmm1", "r8", "xmm3", "stack+32", "stack+40"]),
    # "Example of argument passing 4 - __m64, __m128, and aggregates"
    (
        (M64, M128, struct(c.int_, c.int_, c.int_), c.float_, M128, M128),
        ["rcx", "&rdx", "&r8", "xmm3", "&stack+32", "&stack+40"],
    ),
]


@pytest.mark.parametrize(("parameters", "expected"), PASSING)
def test_the_page_s_examples_of_passing(parameters: tuple[CType, ...], expected: list[str]) -> None:
    placement = placed(c.void, *parameters)
    assert arguments(placement) == expected
    assert (placement.shadow_space, placement.stack_size, placement.stack_align) == (32, 48, 16)
    assert placement.result.pieces == ()


RETURNING = [
    # "Example of return value 1 - 64-bit result"
    (c.int64, (c.int_, c.float_, c.int_, c.int_, c.int_), "rax", ["rcx", "xmm1", "r8", "r9", "stack+32"]),
    # "Example of return value 2 - 128-bit result"
    (M128, (c.float_, c.double, c.int_, M64), "xmm0", ["xmm0", "xmm1", "r8", "r9"]),
    # "Example of return value 3 - user type result by pointer"
    (
        struct(c.int_, c.int_, c.int_), (c.int_, c.double, c.int_, c.float_),
        "&rcx", ["rdx", "xmm2", "r9", "stack+32"],
    ),
    # "Example of return value 4 - user type result by value"
    (struct(c.int_, c.int_), (c.int_, c.double, c.int_, c.float_), "rax", ["rcx", "xmm1", "r8", "xmm3"]),
]  # fmt: skip


@pytest.mark.parametrize(("result", "parameters", "there", "expected"), RETURNING)
def test_the_page_s_examples_of_returning(
    result: CType, parameters: tuple[CType, ...], there: str, expected: list[str]
) -> None:
    placement = placed(result, *parameters)
    assert where(placement.result) == there
    assert arguments(placement) == expected
    assert placement.returned_address == (Register("rax", "general") if there.startswith("&") else None)


def test_the_page_s_example_of_a_function_without_prototype() -> None:
    """ "func1(2, 1.0, 7): RCX=2, RDX=XMM1=1.0, and R8=7". The pieces of the double are the same bytes."""
    placement = placed(c.void, c.int_, c.double, c.int_, fixed=0)
    assert arguments(placement) == ["rcx", "rdx xmm1", "r8"]
    assert placement.arguments[1].pieces == (
        Piece(0, 8, Register("rdx", "general")),
        Piece(0, 8, Register("xmm1", "vector")),
    )
    assert placement.vector_count_in is None


def test_a_variadic_tail() -> None:
    """Past the fourth there is one place only. In gcc's named arguments are in one register."""
    for on, first in ((MSVC, "rcx xmm0"), (MINGW, "xmm0")):
        placement = placed(c.int_, c.double, Pointer(c.char), c.double, M128, c.double, fixed=2, on=on)
        assert arguments(placement) == [first, "rdx", "r8 xmm2", "&r9", "stack+32"]


#: A type, as the first argument and as the result: for Microsoft's compiler, then for gcc where that differs.
TYPES = [
    (c.bool_, "rcx", "rax"),
    (c.char, "rcx", "rax"),
    (c.int64, "rcx", "rax"),
    (Pointer(c.double), "rcx", "rax"),
    (Enum("e", c.uint, (("A", 0),)), "rcx", "rax"),
    (c.float_, "xmm0", "xmm0"),
    (c.double, "xmm0", "xmm0"),
    (c.int128, "&rcx", "xmm0"),
    (c.float128, "&rcx", "&rcx"),
    (c.float16, "xmm0", "xmm0", "rcx", "rax"),
    (c.bfloat16, "xmm0", "xmm0", "rcx", "rax"),
    (c.longdouble, "xmm0", "xmm0", "&rcx", "&rcx"),
    (c.complex_float, "rcx", "rax"),
    (c.complex_double, "&rcx", "&rcx"),
    (c.complex_longdouble, "&rcx", "&rcx"),
    (Complex(c.float16), "rcx", "rax"),
    (M64, "rcx", "rax"),
    (Vector(c.int_, 2), "&rcx", "xmm0", "rcx", "rax"),  # the __m64 of gcc's headers
    (Vector(c.char, 4), "&rcx", "xmm0", "rcx", "rax"),
    (Vector(c.long, 1), "rcx", "rax"),
    (Vector(c.float_, 1), "xmm0", "xmm0", "&rcx", "rax"),
    (Vector(c.float16, 1), "&rcx", "xmm0", "&rcx", "rax"),
    (Vector(c.float16, 4), "&rcx", "xmm0", "rcx", "rax"),
    (M128, "&rcx", "xmm0"),
    (M256, "&rcx", "ymm0", "&rcx", "&rcx"),
    (M512, "&rcx", "zmm0", "&rcx", "&rcx"),
    (Vector(c.double, 16), "&rcx", "&rcx"),
    (struct(), "&rcx", ""),
    (struct(c.char), "rcx", "rax"),
    (struct(c.short), "rcx", "rax"),
    (struct(Array(c.char, 3)), "&rcx", "&rcx"),
    (struct(c.float_), "rcx", "rax"),
    (struct(Array(c.char, 5)), "&rcx", "&rcx"),
    (struct(Array(c.short, 3)), "&rcx", "&rcx"),
    (struct(Array(c.char, 7)), "&rcx", "&rcx"),
    (struct(c.double), "rcx", "rax"),
    (struct(c.float_, c.float_), "rcx", "rax"),
    (struct(c.double, c.double), "&rcx", "&rcx"),
    (struct(M128), "&rcx", "&rcx"),
    (struct(c.int128), "&rcx", "&rcx"),
    (union(c.double, c.int_), "rcx", "rax"),
    (union(c.double, Array(c.char, 9)), "&rcx", "&rcx"),
]


@pytest.mark.parametrize("row", TYPES, ids=lambda row: str(row[0]))
def test_types(row: tuple[CType, ...]) -> None:
    type, *places = row
    for on, (argument, result) in ((MSVC, places[:2]), (MINGW, places[-2:])):
        assert arguments(placed(c.void, type, on=on)) == [argument], on
        assert where(placed(type, on=on).result) == result, on


def test_ms_abi_on_linux_is_gcc_s() -> None:
    for convention in ("ms_abi", "gnuw64"):
        placement = placed(c.longdouble, M256, c.float16, c.long, on=LINUX, convention=convention)
        assert (placement.convention, placement.target) == ("gnuw64", "x86_64-linux")
        assert where(placement.result) == "&rcx"
        assert arguments(placement) == ["&rdx", "r8", "r9"]
        assert (placement.result.size, placement.arguments[2].size) == (16, 8)
    microsoft = placed(c.void, c.float16, c.longdouble, on=LINUX, convention="win64")
    assert microsoft.convention == "win64"
    assert arguments(microsoft) == ["xmm0", "&rdx"]  # this target's long double has 16 bytes


def test_a_vector_of_one_floating_lane() -> None:
    """gcc gives it the address of a copy, as an argument alone; clang sees the lane."""
    lone = Vector(c.double, 1)
    assert arguments(placed(c.void, lone, struct(lone), on=MINGW)) == ["&rcx", "rdx"]
    assert where(placed(lone, on=MINGW).result) == "rax"
    assert arguments(placed(c.void, lone, struct(lone), on=MSVC)) == ["xmm0", "rdx"]
    assert where(placed(lone, on=MSVC).result) == "xmm0"


def test_lanes_of_int128() -> None:
    """gcc sends them as its other vectors; clang would spread one over two slots."""
    lone = Vector(c.int128, 1)
    assert arguments(placed(c.void, lone, on=MINGW)) == ["&rcx"]
    assert where(placed(lone, on=MINGW).result) == "xmm0"
    with pytest.raises(UnsupportedTypeError, match=r"argument 0: .* lanes of __int128"):
        placed(c.void, lone, on=MSVC)


def test_cygwin_has_unix_s_long_and_windows_registers() -> None:
    """Its compiler is gcc; a long has 8 bytes, a wchar_t 2 without a sign, a long double the x87's 10."""
    placement = placed(c.long, c.wchar, c.longdouble, c.float16, c.ulong, on=CYGWIN)
    assert (placement.convention, placement.shadow_space) == ("gnuw64", 32)
    assert arguments(placement) == ["rcx", "&rdx", "r8", "r9"]
    assert [passed.size for passed in (placement.result, *placement.arguments)] == [8, 2, 16, 2, 8]
    assert placement.arguments[0].pieces[0].extend == "zero"


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("x86_64-linux", "gnuw64"), ("x86_64-linux-x32", "gnuw64"), ("x86_64-cygwin", "gnuw64"),
        ("x86_64-windows-gnu", "gnuw64"), ("x86_64-windows-msvc", "win64"), ("x86_64-macos", "win64"),
        ("x86_64-freebsd", "win64"), ("x86_64-openbsd", "win64"),
    ],
)  # fmt: skip
def test_ms_abi_is_that_of_the_system_s_own_compiler(name: str, variant: str) -> None:
    placement = placed(c.void, c.float16, on=target(name), convention="ms_abi")
    assert placement.convention == variant
    assert arguments(placement) == ["xmm0" if variant == "win64" else "rcx"]


def test_sizes_are_those_of_the_data_model() -> None:
    assert [p.size for p in placed(c.void, c.long, c.wchar, c.longdouble).arguments] == [4, 2, 8]
    assert [p.size for p in placed(c.void, c.long, c.wchar, c.longdouble, on=MINGW).arguments] == [4, 2, 16]
    pieces = placed(c.void, c.long, struct(c.char, c.int_), c.float_, c.short, c.char, M128).arguments
    assert [p.pieces[0].size for p in pieces] == [4, 8, 4, 2, 1, 8]
    assert pieces[5].size == 16


def test_narrow_integers_are_widened_by_gcc_s_callers() -> None:
    """Microsoft's page leaves the upper bits undefined, and so does clang, but of a _Bool."""
    types = (c.schar, c.ushort, c.bool_, c.int_, c.char, struct(c.char))
    for on, expected in (
        (MINGW, [("sign", 4), ("zero", 4), ("zero", 4), ("", 0), ("sign", 4), ("", 0)]),
        (MSVC, [("", 0), ("", 0), ("zero", 4), ("", 0), ("", 0), ("", 0)]),
    ):
        pieces = [passed.pieces[0] for passed in placed(c.schar, *types, on=on).arguments]
        assert [(piece.extend, piece.extend_to) for piece in pieces] == expected
        assert placed(c.schar, on=on).result.pieces[0].extend == ""


@pytest.mark.parametrize(("count", "size"), [(0, 32), (1, 32), (4, 32), (5, 48), (6, 48), (7, 64)])
def test_the_home_area_is_always_there(count: int, size: int) -> None:
    placement = placed(c.int_, *[c.double] * count)
    assert (placement.shadow_space, placement.stack_size) == (32, size)
    hidden = placed(struct(c.long, c.long, c.long), *[c.int_] * count)
    assert hidden.stack_size == max(32, (count + 2) // 2 * 16)


def test_what_the_callee_keeps() -> None:
    names = [str(register) for register in placed(c.void).preserved]
    assert names == ["rdi", "rsi", *(f"xmm{n}" for n in range(6, 16))]
    assert placed(c.void, on=MSVC, convention="sysv_abi").preserved == ()


def test_text() -> None:
    big = Record("struct", "big", [Field("a", Array(c.int_, 3))])
    text = str(placed(big, c.schar, c.double, big, c.float_, fixed=1))
    assert text.splitlines() == [
        "struct big (signed char, ..., double, struct big, float)   [win64, x86_64-windows-msvc]",
        "  result      struct big: the address of the value, [0, 8) in rcx"
        "   <12-byte struct in memory of the caller's, Return values>",
        "  argument 0  signed char: [0, 1) in rdx   <integer by value, Parameter passing>",
        "  argument 1  double: [0, 8) in r8; [0, 8) in xmm2   <floating by value, Parameter passing, Varargs>",
        "  argument 2  struct big: the address of the value, [0, 8) in r9"
        "   <12-byte struct by reference, Parameter passing>",
        "  argument 3  float: [0, 4) in stack+32"
        "   <floating by value, Parameter passing: past the fourth, so on the stack>",
        "  stack       48 bytes of arguments, aligned to 16",
    ]


@pytest.mark.parametrize(
    ("type", "error", "text"),
    [
        (c.void, UnsupportedTypeError, "argument 1 is void"),
        (Array(c.int_, 3), UnsupportedTypeError, "argument 1 is an array"),
        (Function(c.int_, ()), UnsupportedTypeError, r"argument 1 is a function, int \(void\)"),
        (Record("struct", "later"), IncompleteTypeError, "argument 1: struct later is incomplete"),
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
    assert placed(c.int_, on=MSVC).convention == "win64"
    assert placed(c.int_, on=MINGW).convention == "gnuw64"
    with pytest.raises(UnsupportedTargetError, match="there are: gnuw64, ms_abi, sysv, sysv_abi, vectorcall, win64"):
        placed(c.int_, convention="pascal")
    assert place(Signature(c.int_, (c.double,), convention="sysv_abi"), MSVC).arguments[0].pieces[0].place == Register(
        "xmm0", "vector"
    )
    assert placed(c.int_, *[c.int_] * 5).arguments[4].pieces[0].place == Stack(32)
