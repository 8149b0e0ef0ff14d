"""What the tables of RISC-V and of LoongArch have in common, whose rules are one: how a placement is told, and composites."""

from __future__ import annotations

from farcall.convention import Placement, Register, Stack, ValueLocation
from farcall.ctype import Array, Complex, CType, Enum, Field, Pointer, Record, Vector
from farcall.ctype import names as c

__all__ = [
    "A0", "A1", "A7", "COMPOSITES", "EMPTY", "FA0", "FA1", "V8", "V16", "V32", "arguments", "struct", "union", "where",
]  # fmt: skip

V8 = Vector(c.float_, 2)
V16 = Vector(c.int_, 4)
V32 = Vector(c.float_, 8)
A0, A1, A7 = (Register(f"a{n}", "general") for n in (0, 1, 7))
FA0, FA1 = (Register(f"fa{n}", "vector") for n in (0, 1))


def struct(*types: CType, align: int = 0, pack: int = 0) -> Record:
    return Record("struct", "s", [Field(f"m{i}", type) for i, type in enumerate(types)], align=align, pack=pack)


def union(*types: CType) -> Record:
    return Record("union", "u", [Field(f"m{i}", type) for i, type in enumerate(types)])


def where(passed: ValueLocation) -> str:
    """`a0`; `&a0` where it holds the value's address; `fa0 a0` where it is spread; `+8` on the stack."""
    places = (f"+{p.place.offset}" if isinstance(p.place, Stack) else str(p.place) for p in passed.pieces)
    return ("&" if passed.by_reference else "") + " ".join(places)


def arguments(placement: Placement) -> list[str]:
    return [where(passed) for passed in placement.arguments]


EMPTY = struct()
#: A composite, and its registers in lp64d as an argument and as a result.
COMPOSITES: list[tuple[CType, str]] = [
    (struct(c.float_), "fa0"),
    (struct(c.double), "fa0"),
    (struct(c.longdouble), "a0 a1"),
    (struct(c.float_, c.float_, c.float_), "a0 a1"),
    # flattened: arrays and structs, no unions
    (struct(Array(struct(Array(c.float_, 1)), 2)), "fa0 fa1"),
    (struct(Array(c.float_, 3)), "a0 a1"),
    (struct(union(c.float_)), "a0"),
    (union(c.float_), "a0"),
    (union(c.float_, c.double), "a0"),
    (struct(struct(c.float_), Array(c.char, 1)), "fa0 a0"),
    (struct(Array(c.char, 2), c.float_), "a0"),
    # one real and one integer, in memory order
    (struct(c.float_, c.int_), "fa0 a0"),
    (struct(c.char, c.double), "a0 fa0"),
    (struct(Enum("e", c.uint, (("a", 1),)), c.double), "a0 fa0"),
    (struct(c.double, Pointer(c.void)), "a0 a1"),
    (struct(c.double, c.int128), "&a0"),
    (struct(c.int_, c.int_), "a0"),
    (struct(c.int_), "a0"),
    (struct(c.float_, V8), "a0 a1"),
    (struct(V8), "a0"),
    # however it is laid out
    (struct(c.char, c.double, pack=1), "a0 fa0"),
    (struct(c.float_, align=16), "fa0"),
    # complex
    (Complex(c.double), "fa0 fa1"),
    (Complex(c.longdouble), "&a0"),
    (struct(Complex(c.float_)), "fa0 fa1"),
    (struct(EMPTY, Complex(c.float_)), "fa0 fa1"),
    (struct(Complex(c.float_), c.float_), "a0 a1"),
    (struct(Complex(c.float_), c.int_), "a0 a1"),
    # what is empty is ignored, what is flexible is not
    (struct(EMPTY, c.float_), "fa0"),
    (struct(Array(EMPTY, 1), c.float_), "fa0"),
    (struct(union(), c.float_), "fa0"),
    (struct(Array(c.int_, 0), c.float_), "fa0"),
    (struct(c.float_, Array(c.float_, None)), "a0"),
    # bit-fields
    (Record("struct", "s", [Field("a", c.float_), Field("b", c.int_, 3)]), "fa0 a0"),
    (Record("struct", "s", [Field("a", c.float_), Field(None, c.int_, 0), Field("b", c.float_)]), "fa0 fa1"),
    (Record("struct", "s", [Field(None, c.int_, 8), Field("b", c.float_)]), "a0 fa0"),
    (Record("struct", "s", [Field("a", c.int_, 3), Field("b", c.int_, 3), Field("c", c.float_)]), "a0"),
    (Record("struct", "s", [Field("a", c.double), Field("b", c.int128, 64)]), "fa0 a0"),
    (Record("struct", "s", [Field("a", c.double), Field("b", c.int128, 65)]), "&a0"),
]
