"""From a type's layout to shapes."""

from __future__ import annotations

import pytest

from farcall.convention import TARGETS, Target
from farcall.ctype import Record, layout, leaves, unqualified
from farcall.drawing import laid_out
from farcall.drawing.field import spans
from farcall.errors import IncompleteTypeError, UnsupportedTypeError
from tests.drawing.drawn import boxes, memory
from tests.oracle.signature import EXTRA, random_cases
from tests.oracle.value import significant

#: A type, a target, and its boxes.
TABLE = [
    ("struct { char c; double d; }", "x86_64-linux", ["struct: c@0+1 padding@1+7 d@8+8"]),
    ("struct { char c; double d; }", "i386-linux", ["struct: c@0+1 padding@1+3 d@4+8"]),
    ("struct { struct { short a; char b; } in; int n; }", "x86_64-linux", ["struct: in.a@0+2 in.b@2+1 padding@3+1 n@4+4"]),
    ("struct { char text[20]; short n[3]; }", "x86_64-linux", ["struct: text[0..19]@0+20 n[0]@20+2 n[1]@22+2 n[2]@24+2"]),
    ("struct { int n; int tail[]; }", "x86_64-linux", ["struct: n@0+4"]),
    ("struct { struct { int a; }; union { int b; char c; }; }", "x86_64-linux", ["struct: a@0+4 b/c@4+4"]),
    ("struct {}", "x86_64-linux", []),
    ("union { int i; double d; }", "x86_64-linux", ["as i: i@0+4 padding@4+4", "as d: d@0+8"]),
    ("double", "x86_64-linux", ["value: value@0+8"]),
    ("int[2]", "x86_64-linux", ["value: [0]@0+4 [1]@4+4"]),
    ("float _Complex", "x86_64-linux", ["value: real@0+4 imag@4+4"]),
    (
        "struct { int a : 3, b : 7; char c; }", "x86_64-linux",
        ["struct: a:3/b:7@0+2 c@2+1 padding@3+1", "bits from byte 0 on: a:3@0+3 b:7@3+7 padding@10+6"],
    ),
    (
        "struct { int a : 3; int : 0; int b : 7; }", "s390x-linux",
        [
            "struct: a:3@0+1 padding@1+3 b:7@4+1 padding@5+3",
            "bits from byte 0 on: a:3@0+3 padding@3+5", "bits from byte 4 on: b:7@0+7 padding@7+1",
        ],
    ),
    ("union { int i; int b : 9; }", "x86_64-linux",
        ["as i: i@0+4", "as b: b:9@0+2 padding@2+2", "bits from byte 0 on: b:9@0+9 padding@9+7"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "target", "expected"), TABLE)
def test_boxes(text: str, target: str, expected: list[str]) -> None:
    assert boxes(memory(text, target)) == expected


def test_members_are_values_with_their_places() -> None:
    drawing = memory("struct { char c; double d; int b : 3; }")
    assert [(value.name, value.type, value.rule) for value in drawing.values] == [
        ("c", "char", "at byte 0, 1 byte"),
        ("d", "double", "at byte 8, 8 bytes"),
        ("b", "int : 3", "3 bits from byte 16, bit 0, on"),
    ]
    assert drawing.facts == ("24 bytes, aligned to 8",)


@pytest.mark.parametrize("text", ["struct unknown", "int[]", "void", "int(void)"])
def test_what_has_no_size_is_refused(text: str) -> None:
    with pytest.raises((IncompleteTypeError, UnsupportedTypeError)):
        memory(text)


def records(target: Target) -> list[Record]:
    types = [unqualified(t) for case in random_cases(f"laid {target}", 12, EXTRA, model=target.model)
             for t in (case.signature.result, *case.signature.parameters)]  # fmt: skip
    return [type for type in types if isinstance(type, Record)]


@pytest.mark.parametrize("target", TARGETS.values(), ids=str)
def test_every_byte_of_random_records_is_drawn_once_as_its_member(target: Target) -> None:
    found = records(target)
    assert len(found) > 10
    for record in found:
        drawing = laid_out(record, target)
        size = layout(record, target.model).size
        named = [m for m in layout(record, target.model).members if m.field.bits is None or m.field.name]
        for box in drawing.boxes:
            ends = [0, *(cell.stop for cell in box.cells)]
            assert [cell.start for cell in box.cells] == ends[:-1]
            assert ends[-1] == box.size == (size if box.group == "layout" else box.size)
            for cell in box.cells:
                if box.group == "layout" and cell.value >= 0 and cell.kind == "value":
                    assert (
                        cell.start == named[cell.value].offset + cell.offset or named[cell.value].field.bits is not None
                    )
        if not record.is_union and size:
            padded = {
                n for cell in drawing.boxes[0].cells if cell.kind == "padding" for n in range(cell.start, cell.stop)
            }
            assert all(not bits for n, bits in enumerate(significant(record, target.model)) if n in padded)


@pytest.mark.parametrize("target", TARGETS.values(), ids=str)
def test_fields_are_the_leaves(target: Target) -> None:
    """But for long arrays, and for bit-fields, whose bytes are those of their bits."""
    kinds = EXTRA - {"bit-field"}
    for case in random_cases(f"leaves {target}", 8, kinds, model=target.model):
        for type in case.signature.parameters:
            known = list(leaves(type, target.model))
            end = max((leaf.offset for leaf in known), default=-1) + 1
            for span in spans(type, target.model, 0, end):
                for path in span.paths:
                    if ".." not in path:
                        assert any(leaf.path == path and span.start <= leaf.offset < span.stop for leaf in known)
            for leaf in known:
                (holder,) = [
                    span for span in spans(type, target.model, 0, end) if span.start <= leaf.offset < span.stop
                ]
                assert leaf.path in holder.paths or any(".." in path for path in holder.paths)


def test_a_part_of_a_long_array_is_found_without_the_rest() -> None:
    drawing = memory("struct { char head; int n[100000000][4]; }")
    assert boxes(drawing) == ["struct: head@0+1 padding@1+3 n[0..99999999]@4+1600000000"]
