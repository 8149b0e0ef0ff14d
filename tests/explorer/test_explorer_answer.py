"""What the page is answered, on every target."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from farcall.convention import TARGETS
from farcall.explorer import answer
from farcall.explorer.extent import MOST_FIELDS
from farcall.explorer.question import MOST_TARGETS, MOST_TEXT

LINUX = ["x86_64-linux", "aarch64-linux"]
POINT = "struct point { float x, y; };\ndouble f(int n, struct point p, short s);"


def asked(text: str, *targets: str, **more: Any) -> dict[str, Any]:
    """An answer, which JSON can hold."""
    found = answer({"text": text, "targets": list(targets or LINUX[:1]), **more})
    return dict(json.loads(json.dumps(found, allow_nan=False)))


def panel(text: str, target: str = LINUX[0], **more: Any) -> dict[str, Any]:
    (one,) = asked(text, target, **more)["panels"]
    return dict(one)


def test_what_a_page_has_to_know_first() -> None:
    start = answer({})
    assert start["targets"] == list(TARGETS)
    assert len(start["light"]["values"]) == len(start["dark"]["values"]) == 8
    assert start["host"] in TARGETS
    assert re.match(r"\d+\.\d+", start["version"])


@pytest.mark.parametrize("target", TARGETS)
def test_a_call_and_its_structs_on_every_target(target: str) -> None:
    one = panel(POINT, target, code="call")
    assert [value["name"] for value in one["call"]["values"]] == ["result", "n", "p", "s"]
    assert one["call"]["svg"].count('class="cell') >= 4
    assert "<style" not in one["call"]["svg"]  # the page's own
    assert [layout["title"] for layout in one["layouts"]] == ["struct point"]
    assert ("none" in one["code"]) != ("lines" in one["code"])


def test_what_differs_is_marked_in_calls_and_layouts() -> None:
    found = asked(POINT, *LINUX)
    assert found["differing"] == [2, 3]
    marked = [[value["differs"] for value in one["call"]["values"]] for one in found["panels"]]
    assert marked == [[False, False, True, True]] * 2
    text = "struct s { char a; long b; };"
    members = [one["layouts"][0]["values"] for one in asked(text, "x86_64-linux", "i386-linux")["panels"]]
    assert [[value["differs"] for value in one] for one in members] == [[False, True]] * 2


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("double f(int n)", "double f(int n)"),
        ("double f(int n);", "double f(int n)"),
        ("double (int)", "double (int)"),
        ("int (*compare)(const void *, const void *)", "int compare(const void *, const void *)"),
        ("typedef float real; real f(real);\n// the end", "float f(float)"),
        ("typedef void (*handler)(int signal); struct s { int a; };", "void handler(int signal)"),
        ("struct p { int x; } f(void)", "struct p f(void)"),
        ("#define N 3\nvoid f(int a[N]);", "void f(int *a)"),
    ],
)
def test_one_function_in_any_form(text: str, title: str) -> None:
    assert panel(text)["call"]["title"] == title


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("struct s { int a; }", ["struct s"]),
        ("struct { char c; double d; };", ["struct { char c; double d; }"]),
        ("typedef struct { int a; } t; union u { t a; int b; };", ["t", "union u"]),
        ("struct a { int x; }; struct a f(struct { int y; } *p)", ["struct a", "struct { int y; }"]),
        ("struct lacking; void f(struct lacking *p);", []),
    ],
)
def test_types_in_memory(text: str, titles: list[str]) -> None:
    assert sorted(layout["title"] for layout in panel(text)["layouts"]) == sorted(titles)


def test_of_several_functions_one_is_chosen() -> None:
    text = "int one(int a); int two(double b);"
    assert panel(text)["function"] == "two"
    assert panel(text, function="one")["call"]["title"] == "int one(int a)"
    assert panel(text, function="one")["functions"] == ["one", "two"]
    assert "there are: one, two" in panel(text, function="three")["error"]["message"]


def test_a_variadic_part_has_types() -> None:
    text = "int printf(const char *format, ...);"
    assert panel(text)["variadic"]
    assert [value["name"] for value in panel(text, tail="int, double")["call"]["values"]][2:] == ["#2", "#3"]
    assert "no variadic part" in panel("int f(int);", tail="int")["error"]["message"]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("int f(int n);\nint g(oops x);", 2, 7, "unknown type name 'oops'"),
        ("int f(", 1, None, ""),
        ("", 0, 0, "nothing is declared here"),
        ("/* only words */", 1, 1, "nothing is declared here"),
        ("#include <stdio.h>", 1, None, "#include"),
    ],
)
def test_a_wrong_text_is_told_with_its_place(text: str, line: int, column: int | None, message: str) -> None:
    error = panel(text)["error"]
    assert error["kind"] == "DeclarationError"
    assert (error.get("line", 0), message in error["message"]) == (line, True), error
    assert column in (None, error.get("column", 0))


def test_what_one_target_does_not_have_is_said_there_alone() -> None:
    here, there = asked("__int128 f(__int128 x);", "x86_64-linux", "i386-linux")["panels"]
    assert "call" in here
    assert "__int128" in there["error"]["message"]
    assert "line" not in there["error"] or there["error"]["line"] >= 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"text": "int f();"}, "'targets' must be 1 to 4 names"),
        ({"text": "int f();", "targets": ["x86_64-linux"] * (MOST_TARGETS + 1)}, "'targets' must be 1 to 4"),
        ({"text": "int f();", "targets": "x86_64-linux"}, "'targets' must be a list"),
        ({"text": "int f();", "targets": [3]}, "'targets' must be a list"),
        ({"text": 5, "targets": LINUX}, "'text' must be text"),
        ({"text": " " * (MOST_TEXT + 1), "targets": LINUX}, "at most 20000 characters"),
        ({"text": "int f();", "targets": LINUX, "code": "all"}, "'code' must be one of"),
        ({"text": "int f();", "targets": LINUX, "code": []}, "'code' must be one of"),
        ({"text": "int f();", "targets": LINUX, "errno": 1}, "'errno' must be true or false"),
        ({"text": "int f();", "targets": LINUX, "colour": 1}, "no 'colour'"),
        ({"text": "int f();", "targets": LINUX, "form": "gif"}, "'form' must be"),
        ({"text": "int f();", "targets": LINUX, "form": ["svg"]}, "'form' must be"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_told(given: dict[str, Any], message: str) -> None:
    assert message in answer(given)["error"]["message"]


def test_an_unknown_target_is_told() -> None:
    assert "no target 'vax'" in panel("int f();", "vax")["error"]["message"]


def test_short_texts_that_mean_much_are_refused() -> None:
    doubling = "struct s0 { int a; };" + "".join(f"struct s{n + 1} {{ struct s{n} a, b; }};" for n in range(60))
    assert f"more than {MOST_FIELDS} fields" in panel(f"{doubling} void f(struct s60 x);")["error"]["message"]
    empty = "struct s0 {};" + "".join(f"struct s{n + 1} {{ struct s{n} a[8]; }};" for n in range(60))
    assert f"more than {MOST_FIELDS} fields" in panel(f"{empty} void f(struct s60 x);")["error"]["message"]
    large = panel("struct s { char a[1 << 30]; }; void f(struct s x);", code="call")
    assert "up to 65536 bytes" in large["code"]["none"]
    assert "nested" in panel("int (" * 3000 + "f" + ")" * 3000)["error"]["message"]
    many = panel(f"void f({','.join(['int'] * 4500)});")
    assert "too many to draw" in many["error"]["message"]


@pytest.mark.parametrize("form", ["svg", "text", "json"])
def test_the_whole_picture_in_a_form(form: str) -> None:
    found = asked(POINT, *LINUX, form=form)[form]
    if form == "svg":
        assert found.startswith("<svg")
        assert "<style>" in found
    elif form == "text":
        assert "xmm0" in found
        assert "v0" in found
    else:
        assert [drawing["target"] for drawing in found["drawings"]] == LINUX
    assert "error" in asked("oops", form=form)
    assert form in asked("struct s { int a; };", form=form)
