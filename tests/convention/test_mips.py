"""MIPS in tables: a row for each rule of o32 and of n64, in either byte order.

No compiler is needed. That gcc agrees, `test_oracle_mips` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import Placement, Signature, Target, ValueLocation, place, target
from farcall.convention.cpu_names import cpu_of_elf
from farcall.ctype import BIG, LITTLE, Array, Complex, CType, Field, Pointer, Record, Vector, alignof, is_signed, sizeof
from farcall.ctype import names as c
from farcall.errors import IncompleteTypeError, UnsupportedTargetError, UnsupportedTypeError

EL, EB = target("mipsel-linux"), target("mips-linux")
EL64, EB64 = target("mips64el-linux"), target("mips64-linux")


def struct(*members: CType, kind: str = "struct", align: int = 0) -> Record:
    return Record(kind, "s", tuple(Field(f"f{i}", member) for i, member in enumerate(members)), align=align)


def placed(on: Target, *parameters: CType, result: CType = c.void, fixed: int | None = None) -> Placement:
    return place(Signature(result, parameters, fixed), on)


def where(passed: ValueLocation) -> str:
    """Its registers and places on the stack, as "a0 a1 +16", each with "<" where it is left-justified."""
    places = [str(piece.place).replace("stack", "") + "<" * (piece.justified == "left") for piece in passed.pieces]
    return "&" * passed.by_reference + " ".join(places)


def last(placement: Placement) -> str:
    return where(placement.arguments[-1])


INT, LONG, LONGLONG, FLOAT, DOUBLE, CHAR, SHORT = c.int_, c.long, c.longlong, c.float_, c.double, c.char, c.short
THREE = struct(Array(CHAR, 3))
V8, V16, V32 = (Vector(INT, n) for n in (2, 4, 8))

#: Parameters, how many are fixed, and where the last one is, on a little-endian machine and on a big-endian one.
O32 = [
    ((INT,), None, "a0", "a0"),
    ((INT,) * 5, None, "+16", "+16"),
    ((*[INT] * 4, CHAR), None, "+16", "+19"),
    ((*[INT] * 4, SHORT), None, "+16", "+18"),
    ((CHAR,), None, "a0", "a0"),
    ((FLOAT,), None, "f12", "f12"),
    ((FLOAT, FLOAT), None, "f14", "f14"),
    ((DOUBLE, FLOAT), None, "f14", "f14"),
    ((FLOAT, FLOAT, FLOAT), None, "a2", "a2"),
    ((DOUBLE, DOUBLE, DOUBLE), None, "+16", "+16"),
    ((FLOAT, INT), None, "a1", "a1"),
    ((DOUBLE, INT), None, "a2", "a2"),
    ((FLOAT, INT, FLOAT), None, "a2", "a2"),
    ((INT, FLOAT), None, "a1", "a1"),
    ((INT, DOUBLE), None, "a2 a3", "a2 a3"),  # the words are in the order of memory
    ((INT, LONGLONG), None, "a2 a3", "a2 a3"),
    ((INT, INT, INT, LONGLONG), None, "+16", "+16"),
    ((FLOAT,), 0, "a0", "a0"),
    ((DOUBLE, DOUBLE), 1, "a2 a3", "a2 a3"),
    ((DOUBLE, DOUBLE), 2, "a2 a3", "a2 a3"),  # named, but the function is variadic
    ((struct(INT, INT),), None, "a0 a1", "a0 a1"),
    ((struct(FLOAT), FLOAT), None, "a1", "a1"),
    ((INT, struct(INT, DOUBLE)), None, "a2 a3 +16", "a2 a3 +16"),
    ((THREE,), None, "a0", "a0<"),
    ((*[INT] * 4, THREE), None, "+16", "+16"),
    ((struct(INT, CHAR),), None, "a0 a1", "a0 a1"),
    ((INT, struct(INT, align=8)), None, "a2 a3", "a2 a3"),
    ((struct(), FLOAT), None, "a0", "a0"),  # the first argument is no floating-point number
    ((Complex(FLOAT),), None, "a0 a1", "a0 a1"),
    ((V8, INT), None, "a2", "a2"),
    ((INT, V16), None, "a2 a3 +16", "a2 a3 +16"),
]  # fmt: skip
O32_RESULTS = [
    (INT, "v0", "v0"),
    (LONGLONG, "v0 v1", "v0 v1"),
    (FLOAT, "f0", "f0"),
    (DOUBLE, "f0", "f0"),
    (c.longdouble, "f0", "f0"),
    (Complex(DOUBLE), "f0 f2", "f0 f2"),
    (Complex(INT), "v0 v1", "v0 v1"),
    (Complex(LONGLONG), "v0 v1 a0 a1", "v0 v1 a0 a1"),
    (struct(INT), "&a0", "&a0"),
    (struct(DOUBLE), "&a0", "&a0"),
    (struct(), "&a0", "&a0"),
    (V8, "v0 v1", "v0 v1"),
    (V16, "v0 v1 a0 a1", "v0 v1 a0 a1"),
    (V32, "&a0", "&a0"),
    (Vector(FLOAT, 2), "&a0", "&a0"),
]
N64 = [
    ((INT,), None, "a0", "a0"),
    ((*[INT] * 8, INT), None, "+0", "+4"),
    ((*[INT] * 8, FLOAT), None, "+0", "+0"),
    ((FLOAT,), None, "f12", "f12"),
    ((INT, DOUBLE, INT, FLOAT), None, "f15", "f15"),
    ((DOUBLE, DOUBLE, INT), None, "a2", "a2"),
    ((DOUBLE, DOUBLE), 1, "a1", "a1"),
    ((INT, c.longdouble), None, "f14 f15", "f14 f15"),
    ((INT, c.longdouble), 1, "a2 a3", "a2 a3"),
    ((*[INT] * 7, c.longdouble), None, "+0", "+0"),
    ((INT, c.int128), None, "a2 a3", "a2 a3"),
    ((struct(INT, DOUBLE, DOUBLE),), None, "a0 f13 f14", "a0 f13 f14"),
    ((struct(FLOAT, FLOAT),), None, "a0", "a0"),
    ((struct(FLOAT),), None, "a0", "a0<"),
    ((struct(struct(DOUBLE)),), None, "a0", "a0"),
    ((struct(Array(DOUBLE, 2)),), None, "a0 a1", "a0 a1"),
    ((struct(DOUBLE, LONG, kind="union"),), None, "a0", "a0"),
    ((struct(DOUBLE, DOUBLE),), 0, "a0 a1", "a0 a1"),
    ((*[INT] * 7, struct(DOUBLE, DOUBLE)), None, "f19 +0", "f19 +0"),
    ((THREE,), None, "a0", "a0<"),
    ((INT, struct(LONG, align=16)), None, "a2 a3", "a2 a3"),
    ((Complex(FLOAT),), None, "f12 f13", "f12 f13"),
    ((*[INT] * 7, Complex(FLOAT)), None, "a7", "a7"),
    ((*[INT] * 7, Complex(DOUBLE)), None, "a7 +0", "a7 +0"),
    ((*[INT] * 6, Complex(c.longdouble)), None, "f18 f19 +0", "f18 f19 +0"),
    ((*[INT] * 8, Complex(FLOAT)), None, "+0", "+0"),
    ((Complex(FLOAT),), 0, "a0", "a0"),
    ((Complex(INT),), None, "a0", "a0"),
    ((Complex(SHORT),), None, "a0", "a0<"),
    ((INT, c.complex_longdouble), None, "f14 f15 f16 f17", "f14 f15 f16 f17"),
    ((struct(), FLOAT), None, "f12", "f12"),
    ((V8,), None, "a0", "a0"),
    ((INT, V16), None, "a2 a3", "a2 a3"),
]  # fmt: skip
N64_RESULTS = [
    (INT, "v0", "v0"),
    (c.int128, "v0 v1", "v0 v1"),
    (FLOAT, "f0", "f0"),
    (c.longdouble, "f0 f2", "f0 f2"),
    (struct(c.longdouble), "f0 f1", "f0 f1"),
    (struct(DOUBLE, FLOAT), "f0 f2", "f0 f2"),
    (struct(FLOAT, FLOAT), "f0 f2", "f0 f2"),
    (struct(FLOAT, FLOAT, FLOAT), "v0 v1", "v0 v1<"),
    (struct(struct(DOUBLE)), "v0", "v0"),
    (struct(DOUBLE, kind="union"), "v0", "v0"),
    (THREE, "v0", "v0<"),
    (Complex(SHORT), "v0", "v0"),
    (Complex(DOUBLE), "f0 f2", "f0 f2"),
    (c.complex_longdouble, "&a0", "&a0"),
    (struct(LONG, LONG, LONG), "&a0", "&a0"),
    (struct(), "", ""),
    (V16, "v0 v1", "v0 v1"),
    (V32, "&a0", "&a0"),
]


@pytest.mark.parametrize(("targets", "rows"), [((EL, EB), O32), ((EL64, EB64), N64)], ids=["o32", "n64"])
def test_arguments(targets: tuple[Target, Target], rows: list[tuple[tuple[CType, ...], int | None, str, str]]) -> None:
    for parameters, fixed, *expected in rows:
        found = [last(placed(on, *parameters, fixed=fixed)) for on in targets]
        assert found == expected, (parameters, fixed)


@pytest.mark.parametrize(
    ("targets", "rows"), [((EL, EB), O32_RESULTS), ((EL64, EB64), N64_RESULTS)], ids=["o32", "n64"]
)
def test_results(targets: tuple[Target, Target], rows: list[tuple[CType, str, str]]) -> None:
    for result, *expected in rows:
        found = [placed(on, result=result) for on in targets]
        assert [where(placement.result) for placement in found] == expected, result
        for placement in found:
            assert (str(placement.returned_address) == "v0") is placement.result.by_reference


def test_the_models() -> None:
    for on, order in ((EL, LITTLE), (EB, BIG), (EL64, LITTLE), (EB64, BIG)):
        word = 4 if on in (EL, EB) else 8
        assert on.byteorder == order
        sizes = {LONG: word, Pointer(c.void): word, c.wchar: 4, c.longdouble: 2 * word, LONGLONG: 8}
        assert {type: sizeof(type, on.model) for type in sizes} == sizes
        assert (alignof(LONGLONG, on.model), alignof(c.longdouble, on.model), alignof(V16, on.model)) == (
            8,
            2 * word,
            16,
        )
        assert is_signed(CHAR, on.model)
        assert is_signed(c.wchar, on.model)


def test_integers_are_widened_and_those_of_32_bits_by_their_sign() -> None:
    assert str(placed(EL, c.ushort).arguments[0].pieces[0]) == "[0, 2) in a0 (zero-extended to 32 bits)"
    assert str(placed(EL64, c.uint).arguments[0].pieces[0]) == "[0, 4) in a0 (sign-extended to 64 bits)"
    assert str(placed(EB64, c.uchar).arguments[0].pieces[0]) == "[0, 1) in a0 (zero-extended to 64 bits)"
    assert str(placed(EB64, result=c.uint).result.pieces[0]) == "[0, 4) in v0 (sign-extended to 64 bits)"
    assert str(placed(EB64, *[INT] * 9).arguments[8].pieces[0]) == "[0, 4) in stack+4 (sign-extended to 64 bits)"


def test_the_stack() -> None:
    """o32 has room for the four registers, always; n64 none for its eight."""
    sizes = [placed(EL, *[INT] * n).stack_size for n in (0, 4, 5, 6)]
    assert sizes == [16, 16, 24, 24]
    assert (placed(EB).shadow_space, placed(EB).stack_align) == (16, 8)
    assert [placed(EL64, *[INT] * n).stack_size for n in (0, 8, 9, 11)] == [0, 0, 16, 32]
    assert (placed(EB64).shadow_space, placed(EB64).stack_align) == (0, 16)


def test_a_hidden_pointer_is_the_first_argument() -> None:
    for on in (EL, EB):
        placement = placed(on, FLOAT, DOUBLE, result=struct(INT))
        assert [where(passed) for passed in placement.arguments] == ["a1", "a2 a3"]
    placement = placed(EL64, FLOAT, DOUBLE, result=struct(LONG, LONG, LONG))
    assert [where(passed) for passed in placement.arguments] == ["f13", "f14"]


def test_what_c_does_not_pass_is_refused_with_its_position() -> None:
    for on in (EL, EB64):
        with pytest.raises(UnsupportedTypeError, match="argument 1 is void"):
            placed(on, INT, c.void)
        with pytest.raises(IncompleteTypeError, match="argument 0"):
            placed(on, Record("struct", "s", None))


def test_n32_is_n64_with_addresses_of_32_bits() -> None:
    el, eb = target("mips64el-linux-n32"), target("mips64-linux-n32")
    for on in (el, eb):
        assert (sizeof(LONG, on.model), sizeof(c.longdouble, on.model), sizeof(Pointer(c.void), on.model)) == (4, 16, 4)
        assert [last(placed(on, INT, type)) for type in (LONGLONG, c.longdouble, struct(LONG, DOUBLE))] == [
            "a1", "f14 f15", "a1 f14",
        ]  # fmt: skip
        address = "[0, 4) in a0 (sign-extended to 64 bits)"
        assert str(placed(on, Pointer(c.void)).arguments[0].pieces[0]) == address
        result = placed(on, result=struct(LONGLONG, LONGLONG, INT)).result
        assert (result.by_reference, str(result.pieces[0])) == (True, address)
    # on the stack no wider than an address, at its end of the doubleword
    found = [str(placed(on, *[INT] * 8, type).arguments[8].pieces[0]) for on in (el, eb) for type in (INT, SHORT)]
    assert found == [
        "[0, 4) in stack+0", "[0, 2) in stack+0 (sign-extended to 32 bits)",
        "[0, 4) in stack+4", "[0, 2) in stack+6 (sign-extended to 32 bits)",
    ]  # fmt: skip
    with pytest.raises(UnsupportedTargetError, match="mips64-linux-n32 has no calling convention 'n64'"):
        place(Signature(INT, (), None, "n64"), eb)


@pytest.mark.parametrize(
    ("bits", "order", "flags", "cpu"),
    [
        (1, 1, 0x7000_1007, "mipsel"),
        (1, 2, 0x7000_1007, "mips"),
        (1, 1, 0x7000_0027, "mipsn32"),
        (1, 2, 0x9000_1407, "mipsisa32r6"),
        (2, 1, 0x8000_0007, "mips64el"),
        (2, 2, 0x8000_0007, "mips64"),
        (2, 1, 0xA000_0407, "mipsisa64r6"),
    ],
)
def test_programs_are_told_apart_by_their_header(bits: int, order: int, flags: int, cpu: str) -> None:
    name = {1: LITTLE.name, 2: BIG.name}[order]
    head = b"\x7fELF" + bytes((bits, order, 1)) + bytes(11) + (8).to_bytes(2, name)
    head = head.ljust(36 if bits == 1 else 48, b"\0") + flags.to_bytes(4, name)
    assert cpu_of_elf(head.ljust(52, b"\0")) == cpu


@pytest.mark.parametrize(
    ("on", "parameters", "result", "arguments", "returned"),
    [
        (EL, (FLOAT, DOUBLE), FLOAT, ["a0", "a2 a3"], "v0"),
        (EL, (DOUBLE,), Complex(DOUBLE), ["a0 a1"], "v0 v1 a0 a1"),
        (EL, (struct(DOUBLE),), struct(FLOAT), ["a2 a3"], "&a0"),
        (EL64, (FLOAT, DOUBLE), c.longdouble, ["a0", "a1"], "v0 a0"),
        (EL64, (INT, struct(DOUBLE, FLOAT)), struct(FLOAT, FLOAT), ["a0", "a1 a2"], "v0 a0"),
        (EB64, (FLOAT,), FLOAT, ["a0"], "v0"),
    ],
)
def test_without_floating_point_registers_numbers_are_passed_as_integers_are(
    on: Target, parameters: tuple[CType, ...], result: CType, arguments: list[str], returned: str
) -> None:
    soft = place(Signature(result, parameters, convention=f"{on.convention}-soft"), on)
    assert soft.convention == f"{on.convention}-soft"
    assert [where(passed) for passed in soft.arguments] == arguments
    assert where(soft.result) == returned
