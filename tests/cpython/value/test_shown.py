"""Structs are unpacked, matched and shown; long arrays show their first items."""

from __future__ import annotations

from typing import Any

import pytest

import farcall


@pytest.fixture(scope="module")
def types() -> Any:
    return farcall.cdef("""
        struct point { double x, y; }; struct line { struct point from, to; unsigned width : 4; };
        union either { int i; float f; }; struct awkward { int _asdict; };
    """).types


def test_unpacking(types: Any) -> None:
    x, y = types.point(1, 2)
    assert (x, y) == (1, 2)
    assert tuple(types.line((1, 2), (3, 4), 5))[2] == 5
    assert [*types.point(3, 4)] == [3, 4]
    with pytest.raises(TypeError):
        iter(types.either(i=1))


def test_names(types: Any) -> None:
    line = types.line((1, 2), (3, 4), 5)
    found = line._asdict()
    assert list(found) == ["from", "to", "width"]
    assert (found["to"].y, found["width"]) == (4, 5)
    found["to"].y = 9
    assert line.to.y == 9
    assert types.awkward(5)._asdict == 5


def test_matching(types: Any) -> None:
    def named(thing: Any) -> Any:
        match thing:
            case types.point(0, 0):
                return "origin"
            case types.point(x, y=0):
                return x
            case types.point():
                return "elsewhere"
        return None

    assert [named(types.point(*xy)) for xy in ((0, 0), (7, 0), (1, 1))] == ["origin", 7, "elsewhere"]
    assert named((0, 0)) is None


def test_a_notebook_s_table(types: Any) -> None:
    text = types.line((1, 2), (3, 4), 5)._repr_html_()
    assert text.startswith("<table><caption>struct line</caption>")
    assert "<th>width</th><td><code>unsigned int : 4</code></td><td>32</td><td>5</td>" in text
    assert "<td>point(x=3.0, y=4.0)</td>" in text
    shown = farcall.cdef("struct shown { const char *s; };").types.shown("<&>")._repr_html_()  # type: ignore[attr-defined]
    assert "&lt;&amp;&gt;" in shown


def test_long_arrays_are_shown_shortly() -> None:
    assert repr(farcall.new("int[3]")) == "<int [3] [0, 0, 0]>"
    assert repr(farcall.new("int[64]")).count("0,") == 63
    assert repr(farcall.new("char[65]")).endswith(r"b'\x00', b'\x00', ... 49 more]>")
    assert repr(farcall.new("int[1000000]")) == f"<int [1000000] [{', '.join('0' * 16)}, ... 999984 more]>"
