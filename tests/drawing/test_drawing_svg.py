"""The SVG, read back as XML, and the data."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from farcall.convention import TARGETS, Target, place
from farcall.drawing import Drawing, Picture, placed
from farcall.drawing.palette import DARK, LIGHT, Palette
from farcall.drawing.row import rows
from farcall.errors import UnsupportedTypeError
from tests.drawing.drawn import drawn, memory
from tests.oracle.signature import EXTRA, random_cases

NAMESPACE = "{http://www.w3.org/2000/svg}"


def parsed(*drawings: Drawing) -> ElementTree.Element:
    return ElementTree.fromstring(Picture(drawings).svg())


def cells(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [one for one in root.iter(f"{NAMESPACE}g") if "cell" in (one.get("class") or "").split()]


@pytest.mark.parametrize("target", TARGETS.values(), ids=str)
def test_it_says_where_every_byte_is(target: Target) -> None:
    for case in random_cases(f"svg {target}", 4, EXTRA, model=target.model):
        try:
            drawing = placed(place(case.signature, target))
        except UnsupportedTypeError:
            continue
        there = [
            (one.get("data-group"), one.get("data-box"), one.get("data-kind"),
             *(int(one.get(f"data-{name}") or "") for name in ("start", "size", "value", "offset")))
            for one in cells(parsed(drawing))
        ]  # fmt: skip
        expected = []
        for box in drawing.boxes:
            for row in rows(box):
                for start, size, cell, _ in row.parts:
                    offset = cell.offset + start - cell.start if cell.offset >= 0 else -1
                    expected.append((box.group, box.name, cell.kind, start, size, cell.value, offset))
        assert there == expected


def test_it_is_whole_in_itself_and_has_labels() -> None:
    drawing = drawn("double f(int n, struct { char c; double d; } s)", "x86_64-windows-msvc")
    root = parsed(drawing)
    names = {one.get("id") for one in root.iter() if one.get("id")}
    title, desc = root.find(f"{NAMESPACE}title"), root.find(f"{NAMESPACE}desc")
    assert title is not None
    assert desc is not None
    assert title.text == drawing.title
    assert {root.get("aria-labelledby"), root.get("aria-describedby")} == {title.get("id"), desc.get("id")} <= names
    assert all(value.rule in (desc.text or "") for value in drawing.values)
    text = Picture([drawing]).svg()
    assert set(re.findall(r"url\(#([\w-]+)\)", text)) <= names
    assert not re.search(r"<script|<image|href=|@import|url\((?!#)", text)
    assert "prefers-color-scheme:dark" in text
    for one in cells(root):
        hover = one.find(f"{NAMESPACE}title")
        assert hover is not None
        assert hover.text == one.get("aria-label") != ""


def test_a_rule_is_on_hover_and_in_the_list() -> None:
    root = parsed(drawn("void f(int n)", "x86_64-linux"))
    (first, *_) = cells(root)
    assert first.get("aria-label") == "n; bytes 0 to 3 of n; bytes 0 to 3 of rdi [INTEGER, §3.2.3 passing 2]"
    assert "INTEGER, §3.2.3 passing 2" in [one.text for one in root.iter(f"{NAMESPACE}text")]


def test_what_is_no_value_s_own_has_a_pattern_or_a_name() -> None:
    root = parsed(drawn("void f(signed char c, struct { char a[5]; short b; char d[20]; } s)", "x86_64-windows-gnu"))
    for one in cells(root):
        if one.get("data-kind") in ("padding", "extension", "reserved"):
            assert any("url(#" in (rect.get("style") or "") for rect in one.iter(f"{NAMESPACE}rect"))


def test_several_targets_are_side_by_side_and_what_differs_is_marked() -> None:
    prototype = "int f(int n, struct { float x, y; } p)"
    root = parsed(*(drawn(prototype, name) for name in ("x86_64-linux", "aarch64-linux", "i386-linux")))
    panels = [one.get("aria-label") for one in root.iter(f"{NAMESPACE}g") if one.get("role") == "group"]
    assert panels == ["x86_64-linux, sysv", "aarch64-linux, aapcs64", "i386-linux, cdecl"]
    marked = [one.text for one in root.iter(f"{NAMESPACE}text") if (one.text or "").startswith("≠ p")]
    assert len(marked) == 3


def test_two_on_one_page_do_not_share_names() -> None:
    one, other = (Picture([memory(text)]).svg() for text in ("struct { int a; }", "struct { int b; }"))
    assert not set(re.findall(r' id="([\w-]+)"', one)) & set(re.findall(r' id="([\w-]+)"', other))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_text_can_be_read_on_every_colour(palette: Palette) -> None:
    """WCAG 2.1, 1.4.3: a contrast of 4.5 to 1."""

    def contrast(one: str, other: str) -> float:
        low, high = sorted((luminance(one), luminance(other)))
        return (high + 0.05) / (low + 0.05)

    assert all(contrast(palette.text, ground) >= 4.5 for ground in (*palette.values, palette.ground))
    assert contrast(palette.quiet, palette.ground) >= 4.5
    assert len(set(palette.values)) == len(LIGHT.values)


def test_data_is_what_json_has() -> None:
    drawings = [drawn("int f(int n, struct { float x, y; } p)", name) for name in ("x86_64-linux", "aarch64-linux")]
    found = Picture(drawings).data()
    assert json.loads(json.dumps(found)) == found
    assert found["differing"] == [2]
    first = found["drawings"][0]
    assert first["boxes"][0]["cells"][0] == {
        "start": 0, "size": 4, "kind": "value", "value": 1, "offset": 0, "fields": ["n"], "label": "n", "note": "",
        "again": False,
    }  # fmt: skip
    assert [value["name"] for value in first["values"]] == ["result", "n", "p"]
