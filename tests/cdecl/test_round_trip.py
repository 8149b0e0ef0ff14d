"""What is printed is read back as the same, and random records are laid out as gcc lays out their text."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farcall.cdecl import Scope, parse_declarations, parse_type, parse_variable
from farcall.ctype import (
    ILP32_I386,
    LP64,
    Array,
    Complex,
    CType,
    DataModel,
    Enum,
    Float,
    Function,
    Integer,
    Parameter,
    Pointer,
    Qualified,
    Record,
    Vector,
    declare,
    layout,
    names,
)
from tests.ctype.sample import sample, source

SCOPE = Scope()
parse_declarations(
    "struct point { int x, y; }; union word { int i; float f; }; struct opaque; enum colour { RED, BLUE };", SCOPE
)
TAGGED = [tag for tag in SCOPE.tags.values() if getattr(tag, "tag", "") in ("point", "word", "colour")]
SCALARS: list[CType] = [t for t in names.NAMED.values() if isinstance(t, (Integer, Float, Complex))]
VALUES = st.sampled_from([*SCALARS, *TAGGED, Vector(names.float_, 4), SCOPE.typedefs["__m128i"]])
QUALIFIERS = st.frozensets(st.sampled_from(["const", "volatile", "_Atomic"]), min_size=1)


def qualified(type: CType, qualifiers: frozenset[str]) -> CType:
    """As the parser has it: qualifiers of arrays are their elements', and none are nested."""
    if isinstance(type, Array):
        return Array(qualified(type.element, qualifiers), type.length)
    if isinstance(type, Qualified):
        return Qualified(type.type, type.qualifiers | qualifiers)
    return Qualified(type, qualifiers)


def plain(type: CType) -> CType:
    return type.type if isinstance(type, Qualified) else type


def parameter(type: CType) -> Parameter:
    return Parameter("", Pointer(type.element) if isinstance(type, Array) else plain(type))


def grown(inner: st.SearchStrategy[CType]) -> st.SearchStrategy[CType]:
    objects = inner.filter(lambda t: not isinstance(t, Function))
    functions: st.SearchStrategy[CType] = st.builds(
        lambda result, parameters, variadic, convention: Function(
            names.void if isinstance(result, Array) else plain(result),
            tuple(map(parameter, parameters)),
            variadic and bool(parameters),
            convention,
        ),
        objects,
        st.lists(objects, max_size=3),
        st.booleans(),
        st.sampled_from([None, None, "ms_abi"]),
    )
    return st.one_of(
        st.builds(Pointer, st.one_of(objects, functions, st.just(names.void), st.just(SCOPE.tags["struct", "opaque"]))),
        st.builds(Array, objects, st.integers(0, 5)),
        st.builds(qualified, objects, QUALIFIERS),
    )  # fmt: skip


OBJECTS = st.recursive(VALUES, grown, max_leaves=6)


@settings(deadline=None, max_examples=400, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(OBJECTS)
def test_a_printed_type_is_read_back(type: CType) -> None:
    assert parse_type(str(type), SCOPE) == type
    assert parse_variable(declare(type, "name"), SCOPE) == ("name", type)


def test_records_and_enums_without_a_tag_are_printed_so_that_they_can_be_read() -> None:
    texts = [
        "struct { int a : 3 __attribute__((packed)); char b __attribute__((aligned(8))); }",
        "union __attribute__((aligned(16), ms_struct)) { int a; }",
        'struct __attribute__((scalar_storage_order("big-endian"))) { int a; short b[2][3]; void *p; unsigned int c : 3; }',
    ]
    for text in texts:
        found = parse_type(text, Scope())
        assert str(found) == text
        assert layout(found, LP64) is not None  # type: ignore[arg-type]
    enum = parse_type("enum { A, B = 5 }", Scope())
    assert isinstance(enum, Enum)
    assert str(enum) == "enum { A = 0, B = 5 }"
    assert parse_type(str(enum), Scope()) == enum


@pytest.mark.parametrize("model", [LP64, ILP32_I386], ids=str)
def test_random_records_are_read_with_the_layout_they_were_written_with(model: DataModel) -> None:
    made = sample(Random(20240607), 600, swapped=model)
    scope = Scope(model)
    parse_declarations(source(made), scope)
    for record in made:
        assert record.tag is not None
        found = scope.tags[record.kind, record.tag]
        assert isinstance(found, Record)
        here, there = layout(record, model), layout(found, model)
        assert (here.size, here.align) == (there.size, there.align)
        assert [(m.offset, m.bit_offset, str(m.field)) for m in here.members] == [
            (m.offset, m.bit_offset, str(m.field)) for m in there.members
        ]
