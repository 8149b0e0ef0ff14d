"""32-bit Arm in tables: a row for each rule of AAPCS32 §6.5 and of its VFP variant, §7.1.

No compiler is needed. That gcc agrees, `test_oracle_aapcs32` shows.
"""

from __future__ import annotations

import pytest

from farcall.convention import Placement, Signature, place, target
from farcall.convention.cpu_names import cpu_of_elf, cpu_on
from farcall.ctype import Complex, CType, Enum, Field, Record, Vector, alignof, is_signed, names, sizeof
from farcall.errors import IncompleteTypeError, UnsupportedTargetError, UnsupportedTypeError

HARD, SOFT = target("arm-linux"), target("arm-linux-eabi")


def record(*members: CType, align: int = 0, kind: str = "struct") -> Record:
    fields = tuple(Field(f"f{i}", member) for i, member in enumerate(members))
    return Record(kind, "s", fields, align=align)  # type: ignore[arg-type]


INT, LONGLONG, FLOAT, DOUBLE = names.int_, names.longlong, names.float_, names.double
V8, V16 = Vector(names.int_, 2), Vector(names.int_, 4)
FLOATS, DOUBLES = record(*[FLOAT] * 3), record(*[DOUBLE] * 4)
MIXED = record(INT, DOUBLE)
PACKED_BITS = Record("struct", "b", (Field("a", LONGLONG, 40, packed=True),), pack=0)


def pieces(placement: Placement, at: int = -1) -> str:
    return "; ".join(map(str, placement.arguments[at].pieces))


#: Parameters, and where each of the last one's bytes are by the VFP variant, and by the base standard.
ARGUMENTS = [
    ((INT,), "[0, 4) in r0", None),
    ((names.schar,), "[0, 1) in r0 (sign-extended to 32 bits)", None),  # B.2
    ((names.char,), "[0, 1) in r0 (zero-extended to 32 bits)", None),
    ((INT,) * 5, "[0, 4) in stack+0", None),
    ((*(INT,) * 4, names.short), "[0, 2) in stack+0 (sign-extended to 32 bits)", None),
    ((LONGLONG,), "[0, 4) in r0; [4, 8) in r1", None),
    ((INT, LONGLONG), "[0, 4) in r2; [4, 8) in r3", None),  # C.3
    ((INT, INT, INT, LONGLONG), "[0, 8) in stack+0", None),  # no scalar is split
    ((INT, INT, INT, LONGLONG, INT), "[0, 4) in stack+8", None),  # C.6: r3 is left empty
    ((*(INT,) * 5, LONGLONG), "[0, 8) in stack+8", None),  # C.7
    ((INT, INT, record(*[INT] * 4)), "[0, 4) in r2; [4, 8) in r3; [8, 16) in stack+0", None),  # C.5
    ((INT, record(*[names.char] * 6)), "[0, 4) in r1; [4, 6) in r2", None),  # B.4
    ((INT, MIXED), "[0, 4) in r2; [4, 8) in r3; [8, 16) in stack+0", None),
    ((INT, record(INT, INT, align=8)), "[0, 4) in r1; [4, 8) in r2", None),  # B.5: its natural alignment counts
    ((INT, PACKED_BITS), "[0, 4) in r2; [4, 5) in r3", None),  # gcc
    ((record(), INT), "[0, 4) in r0", None),
    ((Complex(INT),), "[0, 4) in r0; [4, 8) in r1", None),
    ((FLOAT,), "[0, 4) in s0", "[0, 4) in r0"),
    ((names.float16,), "[0, 2) in s0", "[0, 2) in r0"),
    ((INT, DOUBLE), "[0, 8) in d0", "[0, 4) in r2; [4, 8) in r3"),
    ((names.longdouble,), "[0, 8) in d0", "[0, 4) in r0; [4, 8) in r1"),
    ((FLOAT, DOUBLE), "[0, 8) in d1", "[0, 4) in r2; [4, 8) in r3"),
    ((FLOAT, DOUBLE, FLOAT), "[0, 4) in s1", "[0, 4) in stack+0"),  # back-filling
    ((*(DOUBLE,) * 8, FLOAT), "[0, 4) in stack+0", "[0, 4) in stack+48"),
    ((FLOAT, *(DOUBLE,) * 8, FLOAT), "[0, 4) in stack+8", "[0, 4) in stack+56"),  # C.2.vfp: s1 is left empty
    ((*(DOUBLE,) * 9, record(*[INT] * 5)), "[0, 20) in stack+8", "[0, 20) in stack+56"),  # C.5: NSAA is not SP
    ((*(DOUBLE,) * 9, INT), "[0, 4) in r0", "[0, 4) in stack+56"),
    ((FLOATS,), "[0, 4) in s0; [4, 8) in s1; [8, 12) in s2", "[0, 4) in r0; [4, 8) in r1; [8, 12) in r2"),
    (
        (FLOAT, DOUBLES),
        "[0, 8) in d1; [8, 16) in d2; [16, 24) in d3; [24, 32) in d4",
        "[0, 4) in r2; [4, 8) in r3; [8, 32) in stack+0",
    ),
    ((record(*[FLOAT] * 5),), *["[0, 4) in r0; [4, 8) in r1; [8, 12) in r2; [12, 16) in r3; [16, 20) in stack+0"] * 2),
    ((names.complex_double,), "[0, 8) in d0; [8, 16) in d1", "[0, 4) in r0; [4, 8) in r1; [8, 12) in r2; [12, 16) in r3"),
    ((FLOAT, V8), "[0, 8) in d1", "[0, 4) in r2; [4, 8) in r3"),
    ((FLOAT, V16), "[0, 16) in q1", "[0, 4) in r2; [4, 8) in r3; [8, 16) in stack+0"),
    (
        (record(V16, V16),),
        "[0, 16) in q0; [16, 32) in q1",
        "[0, 4) in r0; [4, 8) in r1; [8, 12) in r2; [12, 16) in r3; [16, 32) in stack+0",
    ),
]  # fmt: skip
#: A result, and where it is by each.
RESULTS = [
    (names.schar, "[0, 1) in r0 (sign-extended to 32 bits)", None),
    (LONGLONG, "[0, 4) in r0; [4, 8) in r1", None),
    (record(names.short), "[0, 2) in r0", None),
    (FLOAT, "[0, 4) in s0", "[0, 4) in r0"),
    (DOUBLE, "[0, 8) in d0", "[0, 4) in r0; [4, 8) in r1"),
    (V16, "[0, 16) in q0", "[0, 4) in r0; [4, 8) in r1; [8, 12) in r2; [12, 16) in r3"),
    (record(FLOAT), "[0, 4) in s0", "[0, 4) in r0"),
]  # fmt: skip


@pytest.mark.parametrize(("parameters", "hard", "soft"), ARGUMENTS, ids=str)
def test_arguments(parameters: tuple[CType, ...], hard: str, soft: str | None) -> None:
    signature = Signature(names.void, parameters)
    assert pieces(place(signature, HARD)) == hard
    assert pieces(place(signature, SOFT)) == (soft or hard)


@pytest.mark.parametrize(("result", "hard", "soft"), RESULTS, ids=str)
def test_results(result: CType, hard: str, soft: str | None) -> None:
    for on, expected in ((HARD, hard), (SOFT, soft or hard)):
        placement = place(Signature(result, ()), on)
        assert "; ".join(map(str, placement.result.pieces)) == expected
        assert placement.returned_address is None


@pytest.mark.parametrize(
    ("result", "hard", "soft"),
    [(record(INT, INT), True, True), (FLOATS, False, True), (Complex(FLOAT), False, True), (V8, False, False)],
)
def test_results_in_memory_take_the_first_register(result: CType, hard: bool, soft: bool) -> None:
    for on, expected in ((HARD, hard), (SOFT, soft)):
        placement = place(Signature(result, (INT,)), on)
        assert placement.result.by_reference is expected
        assert pieces(placement) == f"[0, 4) in r{int(expected)}"


def test_a_variadic_function_is_called_by_the_base_standard() -> None:
    signature = Signature(DOUBLE, (DOUBLE, INT, DOUBLE), 1)
    placement = place(signature, HARD)
    assert [pieces(placement, n) for n in range(3)] == [
        "[0, 4) in r0; [4, 8) in r1",
        "[0, 4) in r2",
        "[0, 8) in stack+0",
    ]
    assert [str(piece.place) for piece in placement.result.pieces] == ["r0", "r1"]
    assert placement.arguments == place(signature, SOFT).arguments


def test_conventions_by_name() -> None:
    for on in (HARD, SOFT):
        for name, register in (('pcs("aapcs")', "r0"), ('pcs("aapcs-vfp")', "s0"), ("aapcs-vfp", "s0")):
            assert pieces(place(Signature(INT, (FLOAT,), convention=name), on)) == f"[0, 4) in {register}"
    assert place(Signature(INT, (FLOAT,), convention="stdcall"), HARD).arguments == place(
        Signature(INT, (FLOAT,)), HARD
    ).arguments  # fmt: skip
    with pytest.raises(UnsupportedTargetError, match=r'arm-linux has no calling convention \'pcs\("other"\)\''):
        place(Signature(INT, (), convention='pcs("other")'), HARD)


def test_programs_of_soft_float_are_none_of_hard_float() -> None:
    head = b"\x7fELF\1\1\1" + bytes(11) + (40).to_bytes(2, "little") + bytes(16)
    assert cpu_of_elf(head + (0x0500_0400).to_bytes(4, "little")) == "arm"
    assert cpu_of_elf(head + (0x0500_0200).to_bytes(4, "little")) == "armel"


def test_machines_before_armv7_are_called_by_their_names() -> None:
    assert cpu_on("arm", "armv6l") == "armv6l"
    assert {cpu_on("arm", machine) for machine in ("armv7l", "armv8l", "aarch64", "x86_64")} == {"arm"}
    assert cpu_on("i386", "armv6l") == "i386"


def test_the_stack_is_aligned_to_8() -> None:
    placement = place(Signature(names.void, (INT,) * 5), HARD)
    assert (placement.stack_size, placement.stack_align) == (8, 8)


def test_the_widths_of_types() -> None:
    model = HARD.model
    assert model is SOFT.model
    sizes = [sizeof(type, model) for type in (names.long, names.wchar, names.longdouble, names.size_t)]
    assert sizes == [4, 4, 8, 4]
    assert not is_signed(names.char, model)
    assert not is_signed(names.wchar, model)
    assert [alignof(type, model) for type in (DOUBLE, LONGLONG, V16, MIXED)] == [8] * 4
    assert sizeof(Enum("e", names.uint, (("a", 1),)), model) == 4


def test_what_c_does_not_pass_is_refused_with_its_position() -> None:
    with pytest.raises(UnsupportedTypeError, match="argument 1 is void"):
        place(Signature(names.void, (INT, names.void)), HARD)
    with pytest.raises(IncompleteTypeError, match="argument 0"):
        place(Signature(names.void, (Record("struct", "s", None),)), HARD)
