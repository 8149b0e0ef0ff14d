"""32-bit x86 in tables: a row for each rule of each convention and each system. No compiler needed."""

from __future__ import annotations

import pytest

from farcall.convention import Placement, Register, Signature, ValueLocation, place, target
from farcall.ctype import Array, CType, Field, Function, Pointer, Record, Vector
from farcall.ctype import names as c
from farcall.errors import IncompleteTypeError, UnsupportedTargetError, UnsupportedTypeError

SYSTEMS = ("linux", "freebsd", "openbsd", "macos", "windows-msvc", "windows-gnu")
POINTER = Pointer(c.void)
M64 = Vector(c.int_, 2, "__m64")
PAIR_OF_FLOATS = Vector(c.float_, 2)
M128 = Vector(c.float_, 4, "__m128")
M256 = Vector(c.float_, 8, "__m256")
M512 = Vector(c.float_, 16, "__m512")


def struct(*types: CType, align: int = 0) -> Record:
    return Record("struct", "s", [Field(f"m{i}", type) for i, type in enumerate(types)], align=align)


def union(*types: CType) -> Record:
    return Record("union", "u", [Field(f"m{i}", type) for i, type in enumerate(types)])


PAIR = struct(c.int_, c.int_)
BIG = struct(c.int_, c.int_, c.int_)


def placed(
    convention: str | None, result: CType, *parameters: CType, fixed: int | None = None, on: str = "linux"
) -> Placement:
    return place(Signature(result, parameters, fixed, convention), target(f"i386-{on}"))


def where(passed: ValueLocation) -> str:
    """`ecx`; `&ecx` where it holds the value's address; `eax edx` for two pieces; `stack+4` as `4`."""
    text = " ".join(str(piece.place) for piece in passed.pieces)
    return ("&" if passed.by_reference else "") + text.replace("stack+", "")


def arguments(placement: Placement) -> list[str]:
    return [where(passed) for passed in placement.arguments]


#: A convention, the parameters, where they are, and what the callee pops: on Linux, without a result in memory.
PASSING: list[tuple[str, tuple[CType, ...], list[str], int]] = [
    ("cdecl", (c.char, c.short, c.int_, c.int64, c.double), ["0", "4", "8", "12", "20"], 0),
    ("cdecl", (c.longdouble, c.float_, c.complex_float, c.complex_double), ["0", "12", "16", "24"], 0),
    ("cdecl", (c.float16, c.bfloat16, BIG, struct(c.char), struct(), c.int_), ["0", "4", "8", "20", "", "24"], 0),
    ("cdecl", (M128, c.int_, M128, M256, M128, c.int_), ["xmm0", "0", "xmm1", "ymm2", "16", "32"], 0),
    ("cdecl", (M512, M64, M64, M64, M64, c.int_), ["zmm0", "mm0", "mm1", "mm2", "0", "8"], 0),
    ("cdecl", (c.int_, struct(M128), c.int_, struct(c.int_, align=16)), ["0", "16", "32", "36"], 0),
    ("cdecl", (c.int_, c.float128, struct(struct(M256))), ["0", "16", "32"], 0),
    ("stdcall", (c.char, c.int64, c.double, BIG), ["0", "4", "12", "20"], 32),
    ("stdcall", (), [], 0),
    ("fastcall", (c.char, c.double, c.uint, c.int_), ["ecx", "0", "edx", "8"], 12),
    ("fastcall", (c.int_, c.int64, c.int_), ["ecx", "0", "8"], 12),  # the int64 ends the use of registers
    ("fastcall", (struct(c.int_), c.int_, c.int_), ["0", "edx", "4"], 8),
    ("fastcall", (PAIR, c.int_), ["0", "8"], 12),
    ("fastcall", (struct(c.double), struct(M128), POINTER), ["0", "16", "ecx"], 32),
    ("thiscall", (POINTER, c.int_, c.double), ["ecx", "0", "4"], 12),
    ("thiscall", (c.float_, POINTER, POINTER), ["0", "ecx", "4"], 8),
    ("thiscall", (c.int64, POINTER), ["0", "8"], 12),
    ("regparm(1)", (c.char, c.int_), ["eax", "0"], 0),
    ("regparm(2)", (c.int64, c.int_), ["eax edx", "0"], 0),
    ("regparm(3)", (c.int_, PAIR, c.int_), ["eax", "edx ecx", "0"], 0),
    ("regparm(3)", (PAIR, PAIR, c.int_), ["eax edx", "0", "8"], 0),
    ("regparm(3)", (c.double, struct(c.float_), union(c.float_), BIG), ["0", "8", "eax", "12"], 0),
    ("regparm(3)", (BIG, c.int_), ["eax edx ecx", "0"], 0),
    ("regparm(0)", (c.int_,), ["0"], 0),
    ("regparm2", (c.int_, c.int_, c.int_), ["eax", "edx", "0"], 0),
    ("pascal", (c.int_, c.int64, BIG, c.char), ["24", "16", "4", "0"], 28),
    ("register", (c.int_, c.char, POINTER, c.int_), ["eax", "edx", "ecx", "0"], 4),
    ("register", (c.int64, c.int_, c.double, PAIR, c.float_, c.int_), ["20", "eax", "12", "4", "0", "edx"], 28),
]


@pytest.mark.parametrize(("convention", "parameters", "expected", "popped"), PASSING)
def test_arguments(convention: str, parameters: tuple[CType, ...], expected: list[str], popped: int) -> None:
    placement = placed(convention, c.void, *parameters)
    assert arguments(placement) == expected
    assert placement.callee_pops == popped
    assert placement.stack_size % placement.stack_align == 0


#: A convention and a system: the hidden pointer, then POINTER and an int, the bytes popped, and what returns it.
HIDDEN = [
    ("cdecl", "linux", "&0", ["4", "8"], 4, "eax"),
    ("cdecl", "freebsd", "&0", ["4", "8"], 4, "eax"),
    ("cdecl", "openbsd", "&0", ["4", "8"], 4, "eax"),
    ("cdecl", "macos", "&0", ["4", "8"], 4, "eax"),
    ("cdecl", "windows-msvc", "&0", ["4", "8"], 0, "eax"),
    ("cdecl", "windows-gnu", "&0", ["4", "8"], 0, "eax"),
    ("ms_cdecl", "linux", "&0", ["4", "8"], 0, "eax"),
    ("ms_abi", "linux", "&0", ["4", "8"], 0, "eax"),
    ("sysv_abi", "windows-gnu", "&0", ["4", "8"], 4, "eax"),
    ("stdcall", "linux", "&0", ["4", "8"], 12, "eax"),
    ("fastcall", "linux", "&ecx", ["edx", "0"], 4, "eax"),
    ("fastcall", "windows-gnu", "&ecx", ["edx", "0"], 4, "eax"),
    ("fastcall", "windows-msvc", "&0", ["ecx", "edx"], 4, "eax"),
    ("fastcall", "freebsd", "&0", ["ecx", "edx"], 4, "eax"),
    ("thiscall", "linux", "&ecx", ["0", "4"], 8, "eax"),
    ("thiscall", "windows-gnu", "&ecx", ["0", "4"], 8, "eax"),
    ("thiscall", "windows-msvc", "&0", ["ecx", "4"], 8, "eax"),
    ("regparm(1)", "linux", "&eax", ["0", "4"], 0, "eax"),
    ("regparm(3)", "linux", "&eax", ["edx", "ecx"], 0, "eax"),
    ("pascal", "linux", "&0", ["8", "4"], 12, None),
    ("register", "linux", "&ecx", ["eax", "edx"], 0, None),
]


@pytest.mark.parametrize(("convention", "system", "hidden", "expected", "popped", "back"), HIDDEN)
def test_the_hidden_pointer(
    convention: str, system: str, hidden: str, expected: list[str], popped: int, back: str | None
) -> None:
    placement = placed(convention, BIG, POINTER, c.int_, on=system)
    assert where(placement.result) == hidden
    assert arguments(placement) == expected
    assert placement.callee_pops == popped
    assert placement.returned_address == (back and Register(back, "general"))


#: A result's type, and where it is on each of SYSTEMS.
RETURNING: list[tuple[CType, str | tuple[str, ...]]] = [
    (c.void, ""),
    (c.bool_, "eax"),
    (POINTER, "eax"),
    (c.int64, "eax edx"),
    (c.float_, "st0"),
    (c.double, "st0"),
    (c.longdouble, "st0"),
    (c.float16, "xmm0"),
    (c.bfloat16, "xmm0"),
    (c.complex_float, "eax edx"),
    (c.complex_double, "&0"),
    (c.complex_longdouble, "&0"),
    (M64, ("mm0", "xmm0", "xmm0", "&0", "xmm0", "mm0")),
    (M128, "xmm0"),
    (M256, ("ymm0", "ymm0", "ymm0", "&0", "ymm0", "ymm0")),
    (M512, ("zmm0", "zmm0", "zmm0", "&0", "zmm0", "zmm0")),
    (struct(c.char), ("&0", "eax", "eax", "eax", "eax", "eax")),
    (PAIR, ("&0", "eax edx", "eax edx", "eax edx", "eax edx", "eax edx")),
    (struct(Array(c.char, 3)), "&0"),
    (struct(c.float_), ("&0", "st0", "st0", "st0", "eax", "st0")),
    (struct(struct(Array(c.double, 1))), ("&0", "st0", "st0", "st0", "eax edx", "st0")),
    (union(c.float_), ("&0", "st0", "st0", "st0", "eax", "eax")),
    (struct(c.longdouble), ("&0", "&0", "&0", "&0", "eax edx", "st0")),
    (struct(M128), ("&0", "&0", "&0", "&0", "&0", "xmm0")),
    (struct(struct(Array(c.char, 3)), c.char), ("&0", "&0", "&0", "&0", "eax", "&0")),
    (struct(M64), ("&0", "&0", "&0", "&0", "eax edx", "mm0")),
    (struct(PAIR_OF_FLOATS), ("&0", "&0", "&0", "&0", "eax edx", "&0")),
    (
        Record("union", "u", [Field("m", c.double), Field(None, c.int_, 1)]),
        ("&0", "st0", "st0", "st0", "eax edx", "eax edx"),
    ),
    (struct(), ("&0", "", "", "", "", "&0")),
    (struct(c.int_, Array(c.int_, None)), "&0"),
]


@pytest.mark.parametrize(("result", "expected"), RETURNING)
def test_results_by_system(result: CType, expected: str | tuple[str, ...]) -> None:
    found = tuple(where(placed(None, result, on=system).result) for system in SYSTEMS)
    assert found == ((expected,) * len(SYSTEMS) if isinstance(expected, str) else expected)
    assert placed("ms_cdecl", PAIR).result.pieces == placed(None, PAIR, on="windows-msvc").result.pieces


def test_an_x87_result_has_the_bytes_of_its_type() -> None:
    for type, size in ((c.float_, 4), (c.double, 8), (c.longdouble, 10)):
        (piece,) = placed(None, type).result.pieces
        assert piece.size == size
    (piece,) = placed(None, c.longdouble, on="windows-msvc").result.pieces
    assert piece.size == 8


def test_what_systems_do_with_vectors_that_find_no_register() -> None:
    given = (M128,) * 5
    assert arguments(placed(None, c.void, *given)) == ["xmm0", "xmm1", "xmm2", "0", "16"]
    assert arguments(placed(None, c.void, *given, on="macos")) == ["xmm0", "xmm1", "xmm2", "xmm3", "0"]
    assert arguments(placed(None, c.void, *given, on="windows-msvc")) == ["xmm0", "xmm1", "xmm2", "&0", "&4"]
    assert arguments(placed("fastcall", c.void, *given, on="windows-msvc"))[3:] == ["&ecx", "&edx"]
    aligned = placed(None, c.void, c.int_, struct(c.int_, align=8), on="windows-msvc")
    assert arguments(aligned) == ["0", "&4"]


def test_a_variadic_function_is_cdecl_whatever_was_asked() -> None:
    for asked in ("cdecl", "stdcall", "thiscall", "fastcall", "regparm(3)", "pascal", "register"):
        placement = placed(asked, c.int_, POINTER, c.int_, M128, c.double, fixed=2)
        assert arguments(placement) == ["0", "4", "16", "32"]
        assert placement.callee_pops == 0
    # gcc leaves the hidden pointer where an attribute gives registers, clang where it is regparm.
    popped = {
        (asked, on): placed(asked, BIG, c.int_, fixed=1, on=on).callee_pops
        for asked in ("stdcall", "fastcall", "regparm(3)")
        for on in ("linux", "freebsd")
    }
    assert list(popped.values()) == [4, 4, 0, 4, 0, 0]


def test_narrow_integers_are_widened_by_the_caller() -> None:
    first, second, _ = placed("fastcall", c.void, c.schar, c.bool_, c.ushort).arguments
    assert [(p.extend, p.extend_to) for p in (*first.pieces, *second.pieces)] == [("sign", 4), ("zero", 4)]
    (piece,) = placed(None, c.char, c.ushort).arguments[0].pieces
    assert (piece.size, piece.extend, piece.extend_to) == (2, "zero", 4)
    assert placed(None, c.char).result.pieces[0].extend == ""


def test_the_stack_is_aligned_as_the_system_has_it() -> None:
    assert [placed(None, c.void, c.int_, on=system).stack_align for system in SYSTEMS] == [16, 4, 4, 16, 4, 4]
    wide = placed("stdcall", c.void, c.int_, struct(M256))
    assert (wide.stack_align, wide.stack_size, wide.callee_pops) == (32, 64, 64)


REFUSED: list[tuple[CType, tuple[CType, ...], str]] = [
    (c.void, (c.int_, c.int128), "argument 1: .*no 128-bit integers"),
    (struct(c.uint128), (), "the result: .*no 128-bit integers"),
    (c.void, (c.void,), "argument 0 is void"),
    (Array(c.int_, 2), (), "the result is an array"),
    (c.void, (Function(c.int_, ()),), "argument 0 is a function"),
]


@pytest.mark.parametrize(("result", "parameters", "text"), REFUSED)
def test_what_cannot_be_passed_is_named(result: CType, parameters: tuple[CType, ...], text: str) -> None:
    with pytest.raises(UnsupportedTypeError, match=text):
        placed(None, result, *parameters)


def test_a_record_without_members_is_named() -> None:
    with pytest.raises(IncompleteTypeError, match="argument 0: struct later"):
        placed(None, c.void, Record("struct", "later"))


def test_conventions_of_other_processors() -> None:
    with pytest.raises(UnsupportedTargetError, match=r"no calling convention 'win64'; there are: cdecl, fastcall"):
        placed("win64", c.void)
    linux, windows = target("x86_64-linux"), target("x86_64-windows-msvc")
    for name in ("cdecl", "stdcall", "fastcall", "thiscall"):  # there compilers ignore these
        for on in (linux, windows):
            asked = place(Signature(c.int_, (c.int_, c.double), None, name), on)
            own = place(Signature(c.int_, (c.int_, c.double)), on)
            assert (asked.convention, asked.arguments) == (own.convention, own.arguments)
    with pytest.raises(UnsupportedTargetError, match="no calling convention 'pascal'"):
        place(Signature(c.void, (), None, "pascal"), linux)


def test_a_placement_prints_what_is_popped() -> None:
    lines = str(placed("fastcall", c.int_, c.int_, c.int_, c.char)).splitlines()
    assert lines == [
        "int (int, int, char)   [fastcall, i386-linux]",
        "  result      int: [0, 4) in eax   <integral, §2.2.3>",
        "  argument 0  int: [0, 4) in ecx   <integer: in registers, fastcall>",
        "  argument 1  int: [0, 4) in edx   <integer: in registers, fastcall>",
        "  argument 2  char: [0, 1) in stack+0 (sign-extended to 32 bits)   <integer: on the stack, §2.2.3>",
        "  stack       16 bytes of arguments, aligned to 16",
        "  popped      4 bytes by the callee",
    ]
