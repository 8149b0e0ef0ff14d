"""`farcall inspect`: the placement in words and as data, and the code."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn
from xml.etree import ElementTree

import pytest

from farcall.cdecl import Scope, parse_function
from farcall.convention import TARGETS, Signature, Stack, place, target
from farcall.cpython.facts.interpreter import interpreter
from farcall.ctype import CType, DataModel
from farcall.errors import UnsupportedTypeError
from farcall.lower import CPUS
from farcall.lower.cpu_facts import hardware
from tests.cli.command import within

Capture = pytest.CaptureFixture[str]

EXAMPLE = """\
double f(int n, struct { float x; float y; }, ...);
on x86_64-linux, convention sysv

result: double, 8 bytes
  bytes 0 to 7 in xmm0
  by SSE, §3.2.3 returning 4
parameter 1 'n': int, 4 bytes
  bytes 0 to 3 in rdi
  by INTEGER, §3.2.3 passing 2
parameter 2: struct { float x; float y; }, 8 bytes
  bytes 0 to 7 in xmm0
  by SSE, §3.2.3 passing 3
variadic 3: int, 4 bytes
  bytes 0 to 3 in rsi
  by INTEGER, §3.2.3 passing 2
variadic 4: double, 8 bytes
  bytes 0 to 7 in xmm1
  by SSE, §3.2.3 passing 3
stack: no arguments
rax = 2: how many vector registers the call uses
"""


def shown(capture: Capture, *words: str) -> str:
    ended = within(capture, "inspect", "--target", "x86_64-linux", *words)
    assert (ended.status, ended.err) == (0, "")
    return ended.out


def data(capture: Capture, *words: str) -> Any:
    return json.loads(shown(capture, "--json", *words))


def test_every_byte_is_accounted_for_in_words(capsys: Capture) -> None:
    prototype = "double f(int n, struct { float x, y; }, ...)"
    assert shown(capsys, "--no-listing", "--tail", "char, float", prototype) == EXAMPLE


def test_a_variadic_function_without_a_tail_says_so(capsys: Capture) -> None:
    text = shown(capsys, "--no-listing", "int f(const char *, ...)")
    assert "nothing in the variadic part; --tail" in text
    assert text.endswith("rax = 0: how many vector registers the call uses\n")


def test_a_function_without_a_prototype_takes_any_arguments(capsys: Capture) -> None:
    text = shown(capsys, "--no-listing", "int f()")
    assert text.startswith("int f();\n")
    assert "no prototype: any arguments are taken; --tail" in text
    text = shown(capsys, "--no-listing", "--tail", "char, float", "int f()")
    assert "argument 1: int" in text
    assert "argument 2: double" in text
    assert "vector registers" not in text


def test_a_result_in_memory_and_arguments_on_the_stack(capsys: Capture) -> None:
    text = shown(capsys, "--no-listing", "struct big { long a[5]; } f(struct big b, signed char c)")
    assert "its address, [0, 8) in rdi" in text
    assert "the address of the result comes back in rax" in text
    assert "bytes 0 to 39 in stack+0" in text
    assert "byte 0 in rsi, sign-extended to 32 bits" in text
    assert "stack: 48 bytes of arguments, aligned to 16" in text


def test_what_the_callee_removes_from_the_stack(capsys: Capture) -> None:
    text = within(capsys, "inspect", "--target", "i386-linux", "void __stdcall f(int, double)").out
    assert "stack: 16 bytes of arguments, aligned to 16; the callee removes 12" in text


PROTOTYPES = (
    "void f(void)",
    "double f(int, struct { float x, y; }, ...)",
    "struct { char c[17]; } f(int a, long b, double c, const char *d, float e[4], _Bool)",
    "struct { double x; int n; } f(struct { char c[12]; }, unsigned short, int, int, int, int, int, int)",
    "long double f(long double, float)",
    "union { float f; int i; } f(union { double d[2]; long l; })",
)


AARCH64 = """\
double f(int n, __int128 i, struct { float x; float y; }, ...);
on aarch64-linux, convention aapcs64

result: double, 8 bytes
  bytes 0 to 7 in v0
  by floating: as an only argument, §6.9
parameter 1 'n': int, 4 bytes
  bytes 0 to 3 in x0
  by integral, §6.8.2 C.9
parameter 2 'i': __int128, 16 bytes
  bytes 0 to 7 in x2
  bytes 8 to 15 in x3
  by integral, §6.8.2 C.11
parameter 3: struct { float x; float y; }, 8 bytes
  bytes 0 to 3 in v0
  bytes 4 to 7 in v1
  by homogeneous aggregate of 2 binary32, §6.8.2 C.2
variadic 4: double, 8 bytes
  bytes 0 to 7 in v2
  by floating, §6.8.2 C.1
stack: no arguments
"""


def test_any_target_is_placed_on_any_host(capsys: Capture) -> None:
    prototype = "double f(int n, __int128 i, struct { float x; float y; }, ...)"
    words = ("inspect", "--target", "aarch64-linux", "--tail", "float", prototype)
    ended = within(capsys, *words, "--no-listing")
    assert (ended.status, ended.out, ended.err) == (0, AARCH64, "")
    ended = within(capsys, *words)
    assert ended.out.startswith(AARCH64)
    assert "generated code (gil=release, objects of" in ended.out


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_every_target_with_an_encoder_is_listed(capsys: Capture, name: str) -> None:
    """By the CPUs that lowering has, where pointers are as wide as registers; an error that says so for the others."""
    chosen = target(name)
    words = ("inspect", "--target", name, "double f(double, const char *, long long)")
    ended = within(capsys, *words, "--listing", "--json", "--tier", "fast")
    if chosen.cpu in CPUS and hardware(chosen.cpu).word == chosen.model.pointer:
        found = json.loads(ended.out)
        assert ended.status == 0
        assert found["no_listing"] is None
        assert any("api:PyFloat_FromDouble" in line for line in found["listing"])
        assert any("target" in line for line in found["listing"])
    else:
        assert (ended.status, ended.out) == (1, "")
        assert ended.err.startswith(f"farcall: no machine code for {name}")
        assert ended.err.count("\n") == 1


X32 = "no generated code: no machine code for x86_64-linux-x32: its pointers have 4 bytes, registers have 8\n"


def test_a_target_without_code_says_why(capsys: Capture) -> None:
    """Only where a listing was asked for is that an error."""
    words = ("inspect", "--target", "x86_64-linux-x32", "void *f(void *)")
    ended = within(capsys, *words)
    assert (ended.status, ended.err) == (0, "")
    assert "bytes 0 to 3 in rdi, zero-extended to 64 bits" in ended.out
    assert ended.out.endswith(X32)
    assert json.loads(within(capsys, *words, "--json").out)["no_listing"] in X32
    assert "no generated code" not in within(capsys, *words, "--no-listing").out
    assert within(capsys, *words, "--listing").status == 1


@pytest.mark.parametrize(("tier", "offset"), [("fast", "+0x8]"), ("api", "")])
def test_objects_have_the_target_s_width(capsys: Capture, tier: str, offset: str) -> None:
    """A float's value lies behind two words, which are of 4 bytes there; the API's tier does not look at it."""
    words = ("inspect", "--target", "i386-linux", "--tier", tier, "--json", "double f(double)")
    found = json.loads(within(capsys, *words).out)
    rows = [line for line in found["listing"] if line.endswith("; parameter 0")]
    fast = bool(offset) and interpreter(tier).fast
    assert any(offset in line for line in rows) if fast else not rows


@pytest.mark.parametrize("name", sorted(TARGETS))
@pytest.mark.parametrize("prototype", PROTOTYPES)
def test_the_data_are_the_placement(capsys: Capture, prototype: str, name: str) -> None:
    chosen = target(name)
    _, function = parse_function(prototype, Scope(chosen.model))
    fixed = len(function.parameters) if function.variadic else None
    placement = place(Signature(function.result, tuple(p.type for p in function.parameters), fixed), chosen)
    ended = within(capsys, "inspect", "--json", "--no-listing", "--target", name, prototype)
    found = json.loads(ended.out)
    for passed, row in zip(
        (placement.result, *placement.arguments), (found["result"], *found["parameters"]), strict=True
    ):
        assert (str(passed.type), passed.size, passed.rule) == (row["type"], row["size"], row["rule"])
        assert passed.by_reference == row["by_reference"]
        places = [
            {"stack": p.place.offset} if isinstance(p.place, Stack) else {"register": p.place.name}
            for p in passed.pieces
        ]
        assert [(p.offset, p.size) for p in passed.pieces] == [(p["offset"], p["size"]) for p in row["pieces"]]
        assert all(where.items() <= piece.items() for where, piece in zip(places, row["pieces"], strict=True))
    numbers = (placement.stack_size, placement.stack_align, placement.shadow_space, placement.callee_pops)
    assert found["stack"] == dict(zip(("size", "align", "shadow_space", "callee_pops"), numbers, strict=True))
    assert (found["target"], found["convention"]) == (name, placement.convention)


def test_the_code_is_listed(capsys: Capture) -> None:
    text = shown(capsys, "int f(int, int)")
    assert "generated code (gil=release, objects of" in text
    assert "call QWORD PTR [rip+target]" in text
    assert "api:PyEval_SaveThread" in text


def test_the_policy_shows_in_the_code(capsys: Capture) -> None:
    plain = data(capsys, "int f(void)", "--gil", "hold")
    kept = data(capsys, "int f(void)", "--gil", "hold", "--errno")
    assert not any("SaveThread" in row or "errno" in row for row in plain["listing"])
    assert any("__errno_location" in row for row in kept["listing"])
    assert "gil=hold" in plain["policy"]
    assert "errno kept" in kept["policy"]


def test_the_tier_shows_in_the_code(capsys: Capture) -> None:
    found = data(capsys, "double f(double)", "--tier", "api")
    assert not any("PyFloat_Type" in row for row in found["listing"])


def test_a_type_without_code_is_placed_all_the_same(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(ctype: CType, model: DataModel) -> NoReturn:
        raise UnsupportedTypeError(f"{ctype} is not for this test")

    monkeypatch.setattr(sys.modules["farcall.stub.crossing"], "carrier", refuse)
    text = shown(capsys, "int f(long double)")
    assert "in stack+0" in text
    assert text.endswith("no generated code: long double is not for this test\n")
    found = data(capsys, "int f(long double)")
    assert (found["listing"], found["no_listing"]) == (None, "long double is not for this test")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["int f(int"], "inside a parameter list"),
        (["int f(strukt s)"], "unknown type name 'strukt'"),
        (["int f(struct s)"], "struct s"),
        (["int f(int)", "--tail", "int"], "--tail: int f(int) has no variadic part"),
        (["int f(int, ...)", "--tail", "strukt"], "unknown type name 'strukt'"),
    ],
)
def test_an_error_is_one_line_and_status_1(capsys: Capture, words: list[str], text: str) -> None:
    ended = within(capsys, "inspect", "--target", "x86_64-linux", *words)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.count("\n") == 1
    assert text in ended.err


@pytest.mark.parametrize("words", [["inspect"], ["inspect", "--target", "vax-vms", "int f(void)"]])
def test_wrong_usage_is_status_2(capsys: Capture, words: list[str]) -> None:
    assert within(capsys, *words).status == 2


PAIR = ("--target", "x86_64-linux", "--target", "aarch64-linux")


def test_several_targets_come_one_after_the_other(capsys: Capture) -> None:
    one, other = (within(capsys, "inspect", "--target", name, "int f(int)").out for name in PAIR[1::2])
    assert within(capsys, "inspect", *PAIR, "int f(int)").out == f"{one}\n{other}"


def test_several_targets_are_a_list_of_data(capsys: Capture) -> None:
    found = json.loads(within(capsys, "inspect", "--json", *PAIR, "int f(int)").out)
    assert [record["target"] for record in found] == ["x86_64-linux", "aarch64-linux"]
    assert found[0] == data(capsys, "int f(int)")


def test_a_drawing_has_the_targets_side_by_side(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ended = within(capsys, "inspect", "--draw", *PAIR, "int f(int n)")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines()[1].split() == ["x86_64-linux,", "sysv", "aarch64-linux,", "aapcs64"]
    assert "│n          │           │" in ended.out
    assert "generated code" not in ended.out
    assert "\x1b" not in ended.out
    monkeypatch.setenv("COLUMNS", "40")
    assert max(map(len, within(capsys, "inspect", "--draw", *PAIR, "int f(int n)").out.splitlines())) <= 40


def test_a_drawing_with_the_code_below(capsys: Capture) -> None:
    text = shown(capsys, "--draw", "--listing", "int f(int n)")
    assert text.index("generated code for x86_64-linux (gil=release") > text.index("│n")


def test_the_tail_is_drawn(capsys: Capture) -> None:
    assert "│#2 " in shown(capsys, "--draw", "--tail", "double", "int f(int n, ...)")


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (True, {"TERM": "xterm-256color"}, True),
        (True, {"TERM": "xterm-256color", "NO_COLOR": "1"}, False),
        (True, {"TERM": "xterm-256color", "NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (True, {}, False),
        (False, {"TERM": "xterm-256color"}, False),
    ],
)
def test_colour_is_for_terminals_that_have_it(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, terminal: bool, environment: dict[str, str], coloured: bool
) -> None:
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert ("\x1b[38;5;" in shown(capsys, "--draw", "int f(int n)")) == coloured


def test_an_svg_goes_to_a_file(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "f.svg"
    ended = within(capsys, "inspect", *PAIR, "--svg", str(file), "int f(int n)")
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert ElementTree.fromstring(file.read_text(encoding="utf-8")).tag.endswith("svg")
    assert "│n" in within(capsys, "inspect", *PAIR, "--draw", "--svg", str(file), "int f(int n)").out


def test_a_file_that_cannot_be_written_is_an_error(capsys: Capture, tmp_path: Path) -> None:
    ended = within(capsys, "inspect", "--svg", str(tmp_path / "none" / "f.svg"), "int f(int n)")
    assert (ended.status, ended.out) == (1, "")
    assert "No such file" in ended.err


def test_the_shapes_as_data(capsys: Capture) -> None:
    found = json.loads(within(capsys, "inspect", "--draw", "--json", *PAIR, "int f(int n)").out)
    assert [drawing["target"] for drawing in found["drawings"]] == ["x86_64-linux", "aarch64-linux"]
