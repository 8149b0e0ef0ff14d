"""Which lines of generated code move which value."""

from __future__ import annotations

from typing import Any

import pytest

from farcall.convention import TARGETS
from farcall.cpython.facts.interpreter import interpreter
from farcall.explorer import answer
from farcall.lower import CPUS
from farcall.lower.cpu_facts import hardware

#: All that have code: not those whose addresses are narrower than their registers.
LOWERED = [name for name, row in TARGETS.items() if row.cpu in CPUS and hardware(row.cpu).word == row.model.pointer]


def lines(text: str, target: str, code: str) -> list[dict[str, Any]]:
    (panel,) = answer({"text": text, "targets": [target], "code": code})["panels"]
    return list(panel["code"]["lines"])


@pytest.mark.parametrize("target", LOWERED)
def test_each_value_has_lines_on_every_target(target: str) -> None:
    text = "struct s { double a[3]; }; double f(int n, struct s s, float x, short h, long long l)"
    for code in ("call", "closure"):
        assert {line["value"] for line in lines(text, target, code)} == {-1, 0, 1, 2, 3, 4, 5}, code


@pytest.mark.parametrize("target", LOWERED)
def test_what_is_moved_for_other_calls_is_no_value_of_this_one(target: str) -> None:
    """Of `void f(void)` nothing is moved, although the C API is called."""
    assert {line["value"] for line in lines("void f(void)", target, "call")} == {-1}
    assert {line["value"] for line in lines("void f(void)", target, "closure")} == {-1}


@pytest.mark.parametrize("target", LOWERED)
def test_a_line_s_value_is_where_the_placement_says(target: str) -> None:
    """The last line that moves a parameter in a register, before the function is called, names that register."""
    (panel,) = answer({"text": "void f(int a, int b);", "targets": [target], "code": "call"})["panels"]
    found = panel["code"]["lines"]
    called = next(number for number, line in enumerate(found) if line["note"] == "the C function")
    before = found[:called]
    for value in (1, 2):
        mine = [line for line in before if line["value"] == value]
        assert mine
        words = " ".join(line["text"] for line in mine[-2:])
        cell = panel["call"]["svg"].partition(f'data-value="{value}"')[0].rpartition("data-box=")[2]
        box = cell.split('"')[1]
        if box != "stack":
            short = {box, box.replace("r", "e", 1), box + "d", box.replace("x", "w", 1)}
            assert any(name in words for name in short), (box, words)


def test_notes_and_labels_are_there() -> None:
    found = lines("double cos(double x)", "x86_64-linux", "call")
    assert any(line["note"] == "the C function" and line["text"].startswith("call") for line in found)
    in_api = not interpreter().fast  # by the C API alone there is no slower part
    assert in_api or any(line["label"].startswith("slow") for line in found)
    assert [line["offset"] for line in found] == sorted(line["offset"] for line in found)


def test_where_there_is_no_code_it_says_why() -> None:
    def none(text: str, target: str, code: str) -> str:
        (panel,) = answer({"text": text, "targets": [target], "code": code})["panels"]
        return str(panel["code"]["none"])

    assert "no machine code for x86_64-linux-x32" in none("int f(int);", "x86_64-linux-x32", "call")
    assert "variadic" in none("int f(int, ...);", "x86_64-linux", "closure")
