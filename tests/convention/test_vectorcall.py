"""Microsoft's __vectorcall in tables: the examples of Microsoft's own page first, then a row for each rule. No compiler needed."""

from __future__ import annotations

import pytest

from farcall.convention import Placement, Register, Signature, ValueLocation, place, target
from farcall.ctype import Array, Complex, CType, Field, Pointer, Record, Vector
from farcall.ctype import names as c
from farcall.errors import UnsupportedTargetError, UnsupportedTypeError

MSVC = target("x86_64-windows-msvc")
M128, M256, M512 = (Vector(c.float_, n, f"__m{32 * n}") for n in (4, 8, 16))


def struct(*types: CType) -> Record:
    return Record("struct", "s", [Field(f"m{i}", type) for i, type in enumerate(types)])


HFA2, HFA4 = struct(c.double, c.double), struct(*(c.float_,) * 4)
HVA2, HVA4, HVA5 = struct(Array(M128, 2)), struct(Array(M256, 4)), struct(*(M128,) * 5)


def placed(result: CType, *parameters: CType, on: str = "x86_64-windows-msvc", fixed: int | None = None) -> Placement:
    return place(Signature(result, parameters, fixed, "vectorcall"), target(on))


def where(passed: ValueLocation) -> str:
    return ("&" if passed.by_reference else "") + " ".join(str(piece.place) for piece in passed.pieces)


def arguments(placement: Placement) -> list[str]:
    return [where(passed) for passed in placement.arguments]


ROWS: list[tuple[CType, tuple[CType, ...], str, list[str]]] = [
    # The page's examples 1 to 6.
    (M128, (M128, M128, M256, M128, M256), "xmm0", ["xmm0", "xmm1", "ymm2", "xmm3", "ymm4"]),
    (M256, (c.int_, M128, c.int_, M128, M256, c.float_, c.int_), "ymm0",
     ["rcx", "xmm1", "r8", "xmm3", "ymm4", "xmm5", "stack+48"]),
    (M128, (c.int_, HVA2, c.int_, c.int_, c.int_), "xmm0", ["rcx", "xmm0 xmm1", "r8", "r9", "stack+32"]),
    (c.float_, (c.int_, c.float_, HVA4, M128, c.int_), "xmm0", ["rcx", "xmm1", "ymm0 ymm2 ymm4 ymm5", "xmm3", "stack+32"]),
    (c.int_, (c.int_, HVA2, c.int_, HVA4, c.int_), "rax", ["rcx", "xmm0 xmm1", "r8", "ymm2 ymm3 ymm4 ymm5", "stack+32"]),
    (HVA4, (HVA2, HVA4, M256, HVA2), "ymm0 ymm1 ymm2 ymm3", ["xmm0 xmm1", "&rdx", "ymm2", "xmm3 xmm4"]),
    # Six vectors; the seventh is on the stack, where those past the fourth position have room too.
    (c.void, (c.double,) * 7, "", [f"xmm{n}" for n in range(6)] + ["stack+48"]),
    (c.void, (M128,) * 7, "", [f"xmm{n}" for n in range(6)] + ["&stack+48"]),
    (c.void, (c.int_,) * 4 + (M512, c.int_, c.float_), "", ["rcx", "rdx", "r8", "r9", "zmm4", "stack+40", "stack+48"]),
    # An aggregate behind the sixth position has no room on the stack.
    (c.void, (c.int_,) * 6 + (HFA2, c.int_), "",
     ["rcx", "rdx", "r8", "r9", "stack+32", "stack+40", "xmm0 xmm1", "stack+48"]),
    # Or it does not find enough registers: by reference, however small it is.
    (c.void, (M128, M128, M128, HFA4, struct(c.float_)), "", ["xmm0", "xmm1", "xmm2", "&r9", "xmm3"]),
    (c.void, (HFA4, HFA4, HFA2), "", ["xmm0 xmm1 xmm2 xmm3", "&rdx", "xmm4 xmm5"]),
    # The address of a result is an integer in the first position.
    (HVA5, (c.double, HFA2), "&rcx", ["xmm1", "xmm0 xmm2"]),
    (struct(c.float_), (struct(c.float_), Complex(c.float_)), "xmm0", ["xmm0", "xmm1 xmm2"]),
    (struct(Array(c.double, 3)), (HVA2, struct(HFA2, c.double)), "xmm0 xmm1 xmm2", ["xmm0 xmm1", "xmm2 xmm3 xmm4"]),
    # No HVA: mixed, of integers, of more than four.
    (struct(c.float_, c.int_), (struct(c.double, c.float_), struct(c.int_)), "rax", ["&rcx", "rdx"]),
    (struct(Array(c.float_, 5)), (struct(Array(c.float_, 5)), Pointer(c.float_)), "&rcx", ["&rdx", "r8"]),
    (Vector(c.char, 8), (Vector(c.char, 8), Vector(c.longlong, 1)), "xmm0", ["xmm0", "rdx"]),
]  # fmt: skip


@pytest.mark.parametrize(("result", "parameters", "there", "expected"), ROWS, ids=lambda value: None)
def test_rows(result: CType, parameters: tuple[CType, ...], there: str, expected: list[str]) -> None:
    placement = placed(result, *parameters)
    assert (where(placement.result), arguments(placement)) == (there, expected)
    assert (placement.convention, placement.shadow_space, placement.stack_align) == ("vectorcall", 32, 16)
    assert Register("xmm6", "vector") in placement.preserved


def test_a_bit_field_of_no_bits_ends_an_aggregate() -> None:
    parts = [Field("x", c.double), Field(None, c.int_, 0)]
    assert arguments(placed(c.void, Record("struct", "s", parts))) == ["rcx"]


def test_mingw_s_long_double_is_in_no_vector_register() -> None:
    on = "x86_64-windows-gnu"
    assert arguments(placed(c.void, c.longdouble, struct(c.longdouble), on=on)) == ["&rcx", "&rdx"]
    assert arguments(placed(c.void, c.longdouble, struct(c.longdouble, c.double))) == ["xmm0", "xmm1 xmm2"]


def test_what_cannot_be() -> None:
    with pytest.raises(UnsupportedTypeError, match="variadic tail cannot be vectorcall"):
        placed(c.void, c.int_, c.int_, fixed=1)
    with pytest.raises(UnsupportedTypeError, match=r"argument 0: .* over 64 bytes"):
        placed(c.void, Vector(c.double, 16))
    for on in ("x86_64-linux", "x86_64-macos"):
        with pytest.raises(UnsupportedTargetError, match="has no calling convention 'vectorcall'"):
            placed(c.void, c.int_, on=on)
