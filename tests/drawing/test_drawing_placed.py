"""From placements to shapes: known signatures as tables, and random ones, whose every byte is read back."""

from __future__ import annotations

import pytest

from farcall.convention import TARGETS, Placement, Signature, Stack, Target, ValueLocation, place
from farcall.convention.dispatch import conventions
from farcall.ctype import names
from farcall.drawing import Drawing, placed
from farcall.errors import UnsupportedTypeError
from tests.drawing.drawn import boxes, drawn
from tests.oracle.signature import EXTRA, random_cases
from tests.oracle.value import significant

#: Target, prototype, types behind the dots, boxes.
TABLE = [
    # An aggregate of floats: a register for each.
    (
        "aarch64-linux", "void f(struct { float x, y, z; } p)", "",
        ["v0: p.x@0+4 unused@4+12", "v1: p.y@0+4 unused@4+12", "v2: p.z@0+4 unused@4+12"],
    ),
    # A small union: fields that overlap are one cell.
    (
        "x86_64-linux", "void f(union { int i; double d; } u)", "",
        ["rdi: u.i/u.d@0+8"],
    ),
    # A struct in two kinds of register, with padding.
    (
        "x86_64-linux", "struct s { char c; int i; double d; } f(void)", "",
        ["rax: result.c@0+1 padding@1+3 result.i@4+4", "xmm0: result.d@0+8 unused@8+8"],
    ),
    # By reference, and the shadow space.
    (
        "x86_64-windows-msvc", "void f(struct { long long a, b; } s, int, int, int, short t)", "",
        [
            "rcx: →_copy_of_s@0+8", "rdx: #2@0+4 unused@4+4", "r8: #3@0+4 unused@4+4", "r9: #4@0+4 unused@4+4",
            "stack: reserved@0+32 t@32+2 unused@34+14", "copy of s: s.a@0+8 s.b@8+8",
        ],
    ),
    # What a variadic function gets is in two registers.
    (
        "x86_64-windows-msvc", "void f(int n, ...)", "double",
        ["rcx: n@0+4 unused@4+4", "rdx: #2@0+8", "xmm1: #2@0+8 unused@8+8", "stack: reserved@0+32"],
    ),
    # How many vector registers a variadic call uses.
    (
        "x86_64-linux", "void f(int n, ...)", "double",
        ["rdi: n@0+4 unused@4+4", "xmm0: #2@0+8 unused@8+8", "rax: 1_vector_register@0+8"],
    ),
    # A result in memory: its address goes out and comes back.
    (
        "x86_64-linux", "struct { long a[3]; } f(void)", "",
        ["rdi: →_result@0+8", "result: result.a[0]@0+8 result.a[1]@8+8 result.a[2]@16+8", "rax: →_result@0+8"],
    ),
    # Pairs of floats of a struct, and one number of each kind.
    (
        "riscv64-linux", "void f(struct { float a; double b; } s, struct { int n; float x; } t)", "",
        ["fa0: s.a@0+4 unused@4+4", "fa1: s.b@0+8", "a0: t.n@0+4 unused@4+4", "fa2: t.x@0+4 unused@4+4"],
    ),
    # Big-endian: integers stand at the right, after their extension; floating numbers at the left.
    (
        "s390x-linux", "short f(short a, float x, struct { char c, d; } s)", "",
        [
            "r2: sign_ext@0+6 a@6+2", "f0: x@0+4 unused@4+4", "r3: unused@0+6 s.c@6+1 s.d@7+1",
            "stack: reserved@0+160", "r2: sign_ext@0+6 result@6+2",
        ],
    ),
    (
        "s390x-linux", "void f(long, long, long, long, long, short t)", "",
        [
            "r2: #1@0+8", "r3: #2@0+8", "r4: #3@0+8", "r5: #4@0+8", "r6: #5@0+8",
            "stack: reserved@0+160 sign_ext@160+6 t@166+2",
        ],
    ),
]  # fmt: skip

#: Every target with its own convention, and two processors with all that they know.
CONVENTIONS = [
    *((target, None) for target in TARGETS.values()),
    *((TARGETS["i386-linux"], name) for name in sorted(conventions("i386"))),
    *(
        (TARGETS["x86_64-windows-msvc" if name == "vectorcall" else "x86_64-linux"], name)
        for name in sorted(conventions("x86_64"))
    ),
]


@pytest.mark.parametrize(("target", "prototype", "tail", "expected"), TABLE)
def test_boxes(target: str, prototype: str, tail: str, expected: list[str]) -> None:
    assert [box for box in boxes(drawn(prototype, target, tail)) if not box.startswith("stack: unused")] == expected


def test_pascal_pushes_from_left_to_right() -> None:
    signature = Signature(names.void, (names.int_, names.short, names.double), convention="pascal")
    drawing = placed(place(signature, TARGETS["i386-linux"]), ["a", "b", "c"])
    assert boxes(drawing)[0].startswith("stack: c@0+8 b@8+2 sign_ext@10+2 a@12+4")
    assert "the callee removes 16 bytes of the stack" in drawing.facts


def test_values_have_their_rules_and_names() -> None:
    result, named, unnamed = drawn("int f(long double n, double)", "x86_64-linux").values
    assert (result.shown, result.rule) == ("result", "INTEGER, §3.2.3 returning 3")
    assert (named.shown, named.type, named.size) == ("n", "long double", 16)
    assert (unnamed.index, unnamed.shown) == (2, "#2")


def test_padding_that_travels_nowhere_is_told() -> None:
    (_, value) = drawn("void f(struct { float a; double b; } s)", "riscv64-linux").values
    assert value.left == ((4, 8),)


def test_who_clears_the_stack_is_told() -> None:
    facts = drawn("void __attribute__((stdcall)) f(int)", "i386-linux").facts
    assert "the callee removes 4 bytes of the stack" in facts


def test_what_a_register_converts_is_told() -> None:
    assert drawn("float f(void)", "i386-linux").facts == ("st0: converted to the register's own format",)
    assert drawn("long double f(void)", "i386-linux").facts == ()


@pytest.mark.parametrize(("target", "convention"), CONVENTIONS, ids=str)
def test_every_byte_of_random_signatures_is_drawn_where_it_is_placed(target: Target, convention: str | None) -> None:
    count = 0
    for case in random_cases(f"drawn {target}", 12, EXTRA, model=target.model, convention=convention):
        try:
            placement = place(case.signature, target)
        except UnsupportedTypeError:
            continue
        check(placed(placement), placement, target)
        count += 1
    assert count >= 3


def check(drawing: Drawing, placement: Placement, target: Target) -> None:
    for box in drawing.boxes:  # no gaps, no overlaps
        ends = [0, *(cell.stop for cell in box.cells)]
        assert [cell.start for cell in box.cells] == ends[:-1], box
        assert ends[-1] == box.size, box
    seen = bytes_drawn(drawing)
    locations = [placement.result, *placement.arguments]
    for value, location in zip(drawing.values, locations, strict=True):
        mask = significant(location.type, target.model)
        left = {byte for start, stop in value.left for byte in range(start, stop)}
        for byte in range(location.size):
            places = seen.pop((value.index, byte), [])
            assert sorted(places) == sorted(expected(location, value.index, byte, drawing, target)), (
                str(placement),
                byte,
            )
            assert (places == []) == (byte in left)
            assert places or not mask[byte], f"{placement}: byte {byte} of {value} is not drawn"
    assert seen == {}


Place = tuple[str, str, int]


def bytes_drawn(drawing: Drawing) -> dict[tuple[int, int], list[Place]]:
    """Every byte of a value, by the value's index and its offset: where it is drawn."""
    seen: dict[tuple[int, int], list[Place]] = {}
    for box in drawing.boxes:
        for cell in box.cells:
            if cell.kind in ("value", "padding"):
                for n in range(cell.size):
                    place = (box.group, box.name, cell.start + n)
                    seen.setdefault((cell.value, cell.offset + n), []).append(place)
    return seen


def expected(location: ValueLocation, index: int, byte: int, drawing: Drawing, target: Target) -> list[Place]:
    """Where the placement has a byte."""
    if location.by_reference:
        value = drawing.values[index]
        return [("memory", f"copy of {value.shown}", byte) if index else ("result", "result", byte)]
    found: list[Place] = []
    for piece in location.pieces:
        within = byte - piece.offset
        if not 0 <= within < piece.size:
            continue
        if isinstance(piece.place, Stack):
            found.append(("stack", "stack", piece.place.offset + within))
            continue
        group = "registers" if index else "result"
        (width,) = {box.size for box in drawing.boxes if (box.name, box.group) == (piece.place.name, group)}
        # A number's first byte in memory is its lowest one, or its highest.
        at_left = (target.byteorder.format == "<") == (piece.justified == "right")
        assert not (piece.extend and piece.justified == "left")
        found.append((group, piece.place.name, within if at_left else width - piece.size + within))
    return found


@pytest.mark.parametrize("target", TARGETS.values(), ids=str)
def test_addresses_extensions_and_counts_are_drawn(target: Target) -> None:
    for case in random_cases(f"marks {target}", 10, {"empty", "wide vector", "complex"}, model=target.model):
        try:
            placement = place(case.signature, target)
        except UnsupportedTypeError:
            continue
        drawing = placed(placement)
        cells = [cell for box in drawing.boxes for cell in box.cells]
        referred = [p for p in (placement.result, *placement.arguments) if p.by_reference]
        pointers = sum(len(p.pieces) for p in referred) + (placement.returned_address is not None)
        assert sum(cell.kind == "pointer" for cell in cells) == pointers
        widened = [
            p for v in (placement.result, *placement.arguments) for p in v.pieces if p.extend and p.extend_to > p.size
        ]
        assert sum(cell.kind == "extension" for cell in cells) == len(widened)
        assert sum(cell.kind == "count" for cell in cells) == (placement.vector_count_in is not None)
        stack = [cell for box in drawing.boxes if box.group == "stack" for cell in box.cells]
        below = [cell for cell in stack if cell.start < placement.shadow_space]
        assert all(cell.kind in ("reserved", "pointer") for cell in below)
        assert sum(cell.size for cell in below) == placement.shadow_space
        assert sum(cell.kind == "reserved" for cell in cells) == sum(cell.kind == "reserved" for cell in below)
