"""The Unicode text."""

from __future__ import annotations

import re

import pytest

from farcall.convention import TARGETS, Target, place
from farcall.drawing import Drawing, Picture, differing, placed
from farcall.drawing.row import rows
from farcall.drawing.text import NARROWEST
from farcall.errors import UnsupportedTypeError
from tests.drawing.drawn import drawn, memory
from tests.oracle.signature import EXTRA, random_cases

EXAMPLE = """\
double f(struct { float x, y; } p, short n)
x86_64-linux, sysv

registers
      ┌───────────┬───────────┐
 xmm0 │p.x        │p.y        ┆
      ├─────┬─────┼───────────┤
  rdi │n    │sign…│           │
      └─────┴─────┴───────────┘

result
      ┌───────────────────────┐
 xmm0 │result                 ┆
      └───────────────────────┘
┆ goes on, unused

result: double, 8 bytes
  SSE, §3.2.3 returning 4
p: struct { float x; float y; }, 8 bytes
  SSE, §3.2.3 passing 3
n: short, 2 bytes
  INTEGER, §3.2.3 passing 2""".replace("sign…", "sign·")


def test_an_example() -> None:
    assert str(Picture([drawn("double f(struct { float x, y; } p, short n)", "x86_64-linux")])) == EXAMPLE


def test_long_values_and_what_is_reserved_are_folded() -> None:
    text = str(Picture([drawn("void f(struct { char a[1000000]; } big)", "i386-linux")]))
    assert "│⋮ 999992 bytes big.a[0…│" in text
    assert "│⋮ 160 bytes reserved▒▒▒│" in str(Picture([drawn("void f(void)", "s390x-linux")]))


def test_bit_fields_are_drawn_to_scale() -> None:
    text = str(Picture([memory("struct { int a : 2, b : 5; }")]))
    assert "   +0 │a:2  │b:5           │░░│" in text


def test_colour_is_escapes_around_what_is_there_without_it() -> None:
    picture = Picture([drawn("double f(int n, struct { char c; long l; } s, ...)", "x86_64-linux", "int, double")])
    coloured = picture.text(80, colour=True)
    assert coloured.count("\x1b[38;5;") == coloured.count("\x1b[0m") > 5
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == picture.text(80)


def test_targets_stand_side_by_side_as_far_as_they_fit() -> None:
    picture = Picture([drawn("int f(int n)", name) for name in ("x86_64-linux", "aarch64-linux", "i386-linux")])
    heads = "int f(int n)"
    assert [line.count(heads) for line in picture.text(97).splitlines() if heads in line] == [3]
    assert [line.count(heads) for line in picture.text(96).splitlines() if heads in line] == [2, 1]
    assert [line.count(heads) for line in picture.text(31).splitlines() if heads in line] == [1, 1, 1]


def test_what_differs_is_marked() -> None:
    prototype = "int f(int n, struct { float x, y; } p)"
    drawings = [drawn(prototype, name) for name in ("x86_64-linux", "aarch64-linux")]
    assert differing(drawings) == {2}
    lines = Picture(drawings).text(80).splitlines()
    assert sum(line.count("≠ p: struct") for line in lines) == 2
    assert sum(line.count("≠ not alike") for line in lines) == 2
    assert sum(line.count("≠") for line in lines) == 4
    assert "≠" not in str(Picture(drawings[:1]))


def test_what_does_not_differ_is_not_marked() -> None:
    assert (
        differing([drawn("int f(int n)", name) for name in ("x86_64-linux", "aarch64-linux", "x86_64-macos")]) == set()
    )


def some(target: Target) -> list[Drawing]:
    found = []
    for case in random_cases(f"text {target}", 4, EXTRA, model=target.model):
        try:
            found.append(placed(place(case.signature, target)))
        except UnsupportedTypeError:
            continue
    return found


@pytest.mark.parametrize("target", TARGETS.values(), ids=str)
def test_no_line_is_wider_than_asked_for(target: Target) -> None:
    for drawing in some(target):
        for width in (1, NARROWEST, 50, 80, 100):
            widest = max(map(len, Picture([drawing]).text(width).splitlines()))
            assert widest <= max(width, NARROWEST)
        assert max(map(len, Picture([drawing, drawing]).text(80).splitlines())) <= 80


@pytest.mark.parametrize("target", TARGETS.values(), ids=str)
def test_every_unit_is_on_one_line(target: Target) -> None:
    for drawing in some(target):
        for box in drawing.boxes:
            at = 0
            lines = rows(box)
            for row in lines:
                assert row.parts[0].start == row.start == at
                for part in row.parts:
                    assert part.start == at
                    assert part.cell.start <= part.start
                    assert part.start + part.size <= part.cell.stop
                    at += part.size
            assert at + (lines[-1].rest if lines else 0) == box.size
            assert not any(row.rest for row in lines[:-1])
