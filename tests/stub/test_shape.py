"""The shape of a crossing says all that code depends on: of two signatures of one shape the same code is made."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farcall.convention import Signature, Target, target
from farcall.ctype import (
    Array,
    Complex,
    CType,
    Enum,
    Field,
    Function,
    Integer,
    Pointer,
    Qualified,
    Record,
    Vector,
    structure,
)  # fmt: skip
from farcall.ctype import (
    names as c,
)
from farcall.lower import lower
from farcall.stub import Policy, Surroundings, call, closure, crossing, handler, kinds
from farcall.stub.ffi import call_body
from tests.oracle.signature import EXTRA, random_cases
from tests.routines import LOWERED, NEWER, fitting, record

LINUX = target("x86_64-linux")
CONST = frozenset({"const"})
POINTERS = (
    Pointer(c.void), Pointer(Qualified(c.void, CONST)), Pointer(c.int_), Pointer(c.uint), Pointer(c.float_),
    Pointer(record("a", c.int_)), Pointer(record("b", c.int_)), Pointer(Record("struct", "hidden")),
    Pointer(Qualified(c.char, CONST)), Pointer(Qualified(c.uchar, CONST)), Pointer(Function(c.void, ())),
)  # fmt: skip
RECORDS = (
    record("one", c.int_), record("two", c.uint), record("three", c.float_), record("four", c.int_, c.int_),
    record("five", c.double), record("six", c.double, c.double), record("seven", c.double, c.int_),
    record("eight", c.longlong, c.longlong, c.longlong), record("nine", c.longlong, c.longlong, c.longlong, align=32),
    record("ten", Array(c.char, 3)),
)  # fmt: skip
NUMBERS = (
    c.bool_, c.char, c.schar, c.uchar, c.short, c.ushort, c.int_, c.uint, c.long, c.ulong, c.longlong, c.float_,
    c.double, Enum("colour", c.uint, (("red", 0),)), Enum("shade", c.uint, (("dark", 7),)), Enum("sign", c.int_, ()),
)  # fmt: skip
TYPES = (*NUMBERS, *POINTERS, *RECORDS)


def made(signature: Signature, on: Target) -> tuple[object, ...]:
    """All the code of a signature: bytes, links and frames."""
    env, plan = Surroundings(on, fitting(NEWER, on)), crossing(signature, on)
    routines = [call(plan, Policy(True, True), env), call_body(plan, env)]
    if signature.fixed is None:
        routines += [closure(plan, env), handler(plan, env)]
    return tuple(lower(routine, on) for routine in routines)


def renamed(type: CType, known: dict[Record, Record]) -> CType:
    """The type with other names for its records, members and enumerations."""
    if isinstance(type, Record) and type.fields is not None:
        if type not in known:
            own = known[type] = Record(type.kind, f"{type.tag}_again", pack=type.pack, align=type.align)
            own.microsoft = type.microsoft
            own.complete(
                replace(f, name=f.name and f"{f.name}_again", type=renamed(f.type, known)) for f in type.fields
            )
        return known[type]
    if isinstance(type, Pointer):
        return Pointer(renamed(type.target, known))
    if isinstance(type, Qualified):
        return Qualified(renamed(type.type, known), type.qualifiers)
    if isinstance(type, Array):
        return Array(renamed(type.element, known), type.length)
    return replace(type, tag="again") if isinstance(type, Enum) else type


@pytest.mark.parametrize("on", LOWERED, ids=str)
def test_code_of_one_shape_is_the_same(on: Target) -> None:
    by_shape: dict[object, tuple[Signature, tuple[object, ...]]] = {}
    signatures = [Signature(one, (other,)) for one, other in product(TYPES[::5], TYPES[::2])]
    signatures += [Signature(c.void, (one, other)) for one, other in product(TYPES[::4], TYPES[1::4])]
    for signature in signatures:
        shape = crossing(signature, on).shape
        if shape in by_shape:
            first, code = by_shape[shape]
            assert made(signature, on) == code, f"{first}, {signature}"
        else:
            by_shape[shape] = signature, made(signature, on)
    assert len(by_shape) < len(signatures)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([None, "ms_abi"]))
def test_names_are_no_part_of_a_shape(seed: int, convention: str | None) -> None:
    (case,) = random_cases(f"shape {seed}", 1, EXTRA - ({"vector", "wide vector"} if convention else set()))
    one = replace(case.signature, convention=convention)
    known: dict[Record, Record] = {}
    other = replace(one, result=renamed(one.result, known), parameters=tuple(renamed(t, known) for t in one.parameters))
    assert kinds((one.result, *one.parameters), LINUX.model) == kinds((other.result, *other.parameters), LINUX.model)
    assert crossing(one, LINUX).shape == crossing(other, LINUX).shape
    assert made(one, LINUX) == made(other, LINUX)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_signatures_that_differ_in_code_differ_in_shape(data: st.DataObject) -> None:
    types = st.lists(st.sampled_from(TYPES), min_size=1, max_size=9)
    one = data.draw(types)
    other = [data.draw(st.sampled_from(TYPES)) if data.draw(st.booleans()) else t for t in one]
    convention = data.draw(st.sampled_from([None, "ms_abi"]))
    first, second = (Signature(t[0], tuple(t[1:]), None, convention) for t in (one, other))
    if crossing(first, LINUX).shape == crossing(second, LINUX).shape:
        assert made(first, LINUX) == made(second, LINUX)
    else:
        assert kinds(one, LINUX.model) != kinds(other, LINUX.model)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (c.int_, c.uint), (c.char, c.schar), (Pointer(c.int_), Pointer(Qualified(c.int_, CONST))),
        (record("a", c.int_), c.int_), (record("a", c.int_), record("b", c.float_)),
        (record("a", c.longlong), record("b", c.longlong, align=64)),
    ],
)  # fmt: skip
def test_what_code_looks_at_is_part_of_a_shape(one: CType, other: CType) -> None:
    shapes = {crossing(Signature(c.void, (t,)), LINUX).shape for t in (one, other)}
    assert len(shapes) == 2


def test_fixed_parameters_are_part_of_a_shape() -> None:
    types = (Pointer(c.int_), c.double)
    assert len({crossing(Signature(c.int_, types, fixed), LINUX).shape for fixed in (None, 1)}) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Record("struct", "a", (Field("x", c.int_, 3),)), Record("struct", "a", (Field("x", c.int_, 4),))),
        (Record("struct", "a", (Field("x", c.int_),)), Record("union", "a", (Field("x", c.int_),))),
        (Record("struct", "a", (Field("x", c.int_),)), Record("struct", "a", (Field("x", c.int_),), align=16)),
        (Record("struct", "a", (Field("x", c.int_, 3),)), Record("struct", "a", (Field(None, c.int_, 3),))),
        (Array(c.int_, 2), Array(c.int_, 3)), (Complex(c.float_), Complex(c.double)),
        (Vector(c.int_, 4), Vector(c.int_, 8)), (c.int_, Enum("e", c.int_, ())), (c.int_, Integer("int", "int", False)),
        (Record("struct", "a"), Record("struct", "a")),
    ],
)  # fmt: skip
def test_types_that_are_laid_out_differently_have_another_structure(one: CType, other: CType) -> None:
    assert structure(one) is not structure(other)
    assert one == other or structure(Pointer(one)) is structure(Pointer(other))
