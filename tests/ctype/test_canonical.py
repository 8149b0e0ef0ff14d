"""One record for all that are declared identically."""

from __future__ import annotations

import gc
import weakref

from farcall.ctype import (
    Array,
    CType,
    Field,
    Function,
    Parameter,
    Pointer,
    Qualified,
    Record,
    canonical,
    keep_apart,
    names,
)
from farcall.ctype import unfinished as is_unfinished
from farcall.ctype.canonical import _standing


def record(tag: str | None, *fields: Field, **options: object) -> Record:
    return Record("struct", tag, fields, **options)  # type: ignore[arg-type]


def stands(one: CType, other: CType) -> bool:
    first = canonical(one)
    return canonical(other) is first


def test_declared_identically() -> None:
    assert stands(record("alike", Field("a", names.int_)), record("alike", Field("a", names.int_)))
    assert stands(record(None, Field("a", names.int_), name="t"), record(None, Field("a", names.int_), name="t"))
    inner = [record("inside", Field("a", names.int_)) for _ in range(2)]
    assert stands(*(record("around", Field("p", Pointer(i)), Field("v", Array(i, 2))) for i in inner))


def test_declared_otherwise() -> None:
    one = record("varied", Field("a", names.uint32))
    for other in (
        record("varied", Field("a", names.uint)),
        record("varied", Field("b", names.uint32)),
        record("another", Field("a", names.uint32)),
        record("varied", Field("a", names.uint32), pack=1),
        record("varied", Field("a", names.uint32, align=16)),
        record("varied", Field("a", Qualified(names.uint32, frozenset({"const"})))),
        Record("union", "varied", [Field("a", names.uint32)]),
    ):
        assert not stands(one, other)


def test_types_made_of_records() -> None:
    one, other = (record("part", Field("a", names.int_)) for _ in range(2))
    first = canonical(one)
    pointers = [Pointer(Qualified(r, frozenset({"const"}))) for r in (one, other)]
    assert canonical(pointers[0]) == canonical(pointers[1])
    functions = [Function(r, (Parameter("", Array(r, 2)),)) for r in (one, other)]
    assert canonical(functions[0]) == canonical(functions[1])
    assert canonical(Pointer(names.int_)) == Pointer(names.int_)
    assert canonical(other) is first


def test_records_that_point_to_themselves() -> None:
    made = []
    for _ in range(2):
        node = Record("struct", "ring")
        node.complete([Field("next", Pointer(node))])
        made.append(node)
    assert stands(*made)


def test_what_can_still_change_stands_for_itself() -> None:
    opaque = [Record("struct", "opaque_part") for _ in range(2)]
    holding = [record("holding", Field("p", Pointer(o))) for o in opaque]
    assert not stands(*holding)
    assert not stands(*opaque)
    assert is_unfinished(Pointer(Pointer(opaque[0])))
    for o in opaque:
        o.complete([Field("a", names.int_)])
    assert not is_unfinished(Pointer(opaque[0]))
    assert stands(*opaque)
    assert not stands(*holding)  # each has its class already


def test_what_is_kept_apart() -> None:
    own = record("owned", Field("a", names.int_))
    keep_apart(own)
    other = record("owned", Field("a", names.int_))
    assert not stands(other, own)
    assert not stands(record("outer", Field("p", own)), record("outer", Field("p", other)))


def test_nothing_is_kept() -> None:
    made = record("passing_by", Field("a", names.int_))
    assert canonical(made) is made
    gone = weakref.ref(made)
    del made
    gc.collect()
    assert gone() is None
    assert not [key for key in _standing if key[1] == "passing_by"]
