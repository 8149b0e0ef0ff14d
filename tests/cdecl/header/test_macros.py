"""Macros of headers: what each stands for, and that one which is wrong leaves the others alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from farcall.cdecl import parse_declarations, parse_function, parse_type
from farcall.cdecl.header.address import Located
from farcall.ctype import Field, Pointer, Record, names, unqualified
from tests.cdecl.header.test_include import included, preprocessor

__all__ = ["preprocessor"]  # a fixture that every test here uses

MANY = "".join(f"#define N{n} {n}\n" for n in range(200))


@pytest.mark.parametrize(
    "wrong",
    [
        "#define HAVE __has_attribute",
        "#define HAVE __has_include",
        "#define HAVE __has_include_next\n#define ALSO __has_attribute",
        "#define TWICE(x) (2 * (x))\n#define OPEN TWICE (",
        "#define TWICE(x) (2 * (x))\n#define BEGIN TWICE LEFT\n#define LEFT (",
        "#define GONE(x)\n#define BEGIN GONE LEFT\n#define LEFT (\n#define END )",
        "#define PASTE(a, b) a ## b\n#define WRONG PASTE(., /)",
        "#define ONE(a) a\n#define WRONG ONE(1, 2)",
        "#define CLOSE )",
        "#define BRACE {\n#define ENDBRACE }",
        '#define STRANGE _Pragma("once")',
        "#define STRANGE __COUNTER__ __LINE__",
        "#pragma GCC poison poisoned_name\n#define AWAY 5",
        "#define LONELY '",
    ],
)
def test_a_wrong_one_leaves_the_others_alone(tmp_path: Path, wrong: str) -> None:
    header, scope = included(tmp_path, f"#define FIRST 1\n{wrong}\n{MANY}#define LAST (FIRST + 1)\nint f(int);\n")
    assert {name: value for name, value in header.constants.items() if name[0] in "FL" or name == "AWAY"} == {
        "FIRST": 1, "LAST": 2, **({"AWAY": 5} if "AWAY" in wrong else {}),
    }  # fmt: skip
    assert all(header.constants[f"N{n}"] == n for n in range(200))
    assert list(header.functions) == ["f"]
    scope.find("HAVE")
    assert "HAVE" not in scope.constants


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"text/html; charset=utf-8"', "text/html; charset=utf-8"),
        ('"{%d}"', "{%d}"),
        ('"a" "};" "b"', "a};b"),
        ('"two  spaces"', "two  spaces"),
        ('"#;\\""', '#;"'),
        ("';'", 59),
        ("'{'", 123),
        ("('}' + 1)", 126),
        ("{ 1, 2 }", None),
        ("do { } while (0)", None),
        ("1;", None),
        ("'a' ; 'b'", None),
    ],
)
def test_semicolons_and_braces_in_literals(tmp_path: Path, text: str, value: object) -> None:
    header, scope = included(tmp_path, f"#define X {text}\n")
    scope.find("X")
    assert header.constants.get("X") == value


ADDRESSES = """
struct opaque;
struct item { char c; int n; };
struct zone { long first; struct item items[4]; struct { short a, b; }; };
extern struct opaque world;
extern struct zone zone, zones[3];
extern int number, numbers[5];
extern const char letters[];
int called(int);
typedef struct opaque *handle;
typedef int (*callback)(int);
"""


@pytest.mark.parametrize(
    ("text", "type", "symbol", "offset"),
    [
        ("&number", "int *", "number", 0),
        ("(&(number))", "int *", "number", 0),
        ("((handle) ((void *) &(world)))", "handle", "world", 0),
        ("&world", "struct opaque *", "world", 0),
        ("((const void *)&number)", "const void *", "number", 0),
        ("((void *)numbers)", "void *", "numbers", 0),
        ("&numbers", "int (*)[5]", "numbers", 0),
        ("&numbers[3]", "int *", "numbers", 12),
        ("(&numbers[0x2u])", "int *", "numbers", 8),
        ("&(numbers)[1]", "int *", "numbers", 4),
        ("((const void *)(letters))", "const void *", "letters", 0),
        ("&zone.items[2].n", "int *", "zone", None),
        ("&(zone.items[1])", "struct item *", "zone", None),
        ("&zone.b", "short *", "zone", None),
        ("&zones[1].first", "long *", "zones", None),
        ("((callback)called)", "callback", "called", 0),
        ("((callback)&called)", "callback", "called", 0),
        ("&called", "int (*)(int)", "called", 0),
    ],
)
def test_the_address_of_a_variable(tmp_path: Path, text: str, type: str, symbol: str, offset: int | None) -> None:
    header, scope = included(tmp_path, f"{ADDRESSES}#define HERE {text}\n")
    scope.find("HERE")
    found = header.addresses["HERE"]
    assert (str(found.type), found.symbol) == (str(unqualified(parse_type(type, scope))), symbol)
    if offset is not None:
        assert found.offset == offset
    assert "HERE" in header.names()
    assert "HERE" not in header.constants


@pytest.mark.parametrize(
    "text",
    [
        "&unknown", "&numbers[", "&numbers[-1]", "&zone.nosuch", "&zone.items.n", "&numbers[number]", "((int)number)",
        "(int)&number", "&world.x", "*numbers", "&&number", "&5", "(&number) + 1", "zone", "number + 1", "&zone->first",
        "((unknown *)&number)", "called(1)", "&" + "(" * 200 + "number" + ")" * 200,
    ],
)  # fmt: skip
def test_what_is_no_address(tmp_path: Path, text: str) -> None:
    header, scope = included(tmp_path, f"{ADDRESSES}#define HERE {text}\n")
    scope.find("HERE")
    assert header.addresses == {}


def test_offsets_are_those_of_the_layout(tmp_path: Path) -> None:
    header, scope = included(tmp_path, f"{ADDRESSES}#define A (&zone.items[2].n)\n#define B (&zones[2].b)\n")
    scope.find("A")
    scope.find("B")
    long = scope.model.long
    zone = long + 4 * 8 + 4 + (4 if long == 8 else 0)
    assert header.addresses["A"] == Located(Pointer(names.int_), "zone", long + 2 * 8 + 4)
    assert header.addresses["B"].offset == 2 * zone + long + 4 * 8 + 2


def test_labels_name_the_symbol_of_an_address(tmp_path: Path) -> None:
    header, scope = included(tmp_path, 'extern int shown __asm__("hidden");\n#define HERE (&shown)\n')
    scope.find("HERE")
    assert header.addresses["HERE"].symbol == "hidden"


TYPES = """
typedef struct { double re, im; } cplx;
struct point { int x, y; };
#define Bool int
#define lapack_complex cplx
#define Point struct point
#define XP char *
#define WORDS unsigned long
#define HANDLER void (*)(int)
#define QUALIFIED const char *
#define EXPORT extern
#define z_const const
#define size2 stat2
struct stat2 { int a; };
#define ONE 1
int is_set(Bool b);
"""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Bool (*)(Bool, XP)", "int (*)(int, char *)"),
        ("lapack_complex *", "cplx *"),
        ("Point", "struct point"),
        ("WORDS[3]", "unsigned long[3]"),
        ("HANDLER", "void (*)(int)"),
        ("QUALIFIED const", "const char *const"),
        ("struct size2 *", "struct stat2 *"),
    ],
)
def test_a_macro_that_stands_for_a_type(tmp_path: Path, text: str, meant: str) -> None:
    header, scope = included(tmp_path, TYPES)
    assert parse_type(text, scope) == parse_type(meant, scope)
    assert {"Bool", "lapack_complex", "Point", "XP", "WORDS", "HANDLER", "QUALIFIED"} <= header.types()
    assert not {"EXPORT", "z_const", "ONE"} & header.types()
    assert not {"Bool", "Point"} & header.names()
    assert header.typedefs["Bool"] == names.int_


def test_a_text_may_say_otherwise_of_such_a_name(tmp_path: Path) -> None:
    _, scope = included(tmp_path, TYPES)
    assert parse_type("Bool", scope) == names.int_
    parse_declarations("typedef unsigned char Bool;", scope)
    assert parse_type("Bool", scope) == names.uchar
    name, function = parse_function("WORDS twice(Bool Bool)", scope)
    assert (name, function.result) == ("twice", names.ulong)


MEMBERS = """
struct moment { long sec, nsec; };
struct info {
    int code;
    struct moment last;
    union { int plain; struct { int pid; short list[3]; } kill; } inner;
    struct { int unnamed; };
};
union either { struct moment when; int other; };
typedef struct { struct info in[2]; } outer, *outer_pointer;
#define last_sec last.sec
#define pid_of inner.kill.pid
#define second inner.kill.list[1]
#define past inner.kill.list[7]
#define kind code
#define gone last.nothing
#define when_sec when.sec
#define unnamed_too unnamed
#define ONE 1
#define other_name function_name
int function_name(void);
"""


def test_macros_for_members(tmp_path: Path) -> None:
    _, scope = included(tmp_path, MEMBERS)
    for name in ("info", "either", "outer"):
        scope.find(name)
    info, either, outer = scope.tags["struct", "info"], scope.tags["union", "either"], scope.typedefs["outer"]
    assert isinstance(info, Record)
    assert isinstance(either, Record)
    assert isinstance(outer, Record)
    assert info.aliases == {
        "last_sec": ("last", "sec"), "pid_of": ("inner", "kill", "pid"), "second": ("inner", "kill", "list", 1),
        "past": ("inner", "kill", "list", 7), "kind": ("code",), "gone": ("last", "nothing"), "unnamed_too": ("unnamed",),
    }  # fmt: skip
    assert either.aliases == {"when_sec": ("when", "sec")}
    assert outer.aliases == {}


def test_a_declaration_taken_back_takes_its_names_along() -> None:
    record = Record("struct", "s", [Field("a", names.int_)])
    record.aliases["b"] = ("a",)
    record.reopen()
    assert record.aliases == {}


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        ("#define pop(L, n) settop(L, -(n) - 1)\n", "pop", r"macro with parameters of .*made\.h, pop\(L, ?n\) settop"),
        ("#define INIT { 1, 2 }\n", "INIT", r"macro of .*made\.h for { 1, 2 }, an initializer: give what is in the"),
        ("#define st_sec st.sec\n", "st_sec", r"for st\.sec, a member: it is an attribute of the structs"),
        ("typedef int number;\n", "number", r"it is a type: types\.number of the library is its class"),
        ("struct tagged { int a; };\n", "tagged", r"it is a type: types\.tagged"),
        ("static inline int f(void) { return 1; }\n", "f", "inline function, .*which no library has"),
        ("#define LOOP do { } while (0)\n", "LOOP", r"for do { } while \(0\), which is no constant"),
        (f"#define LONG {'x + ' * 50} 1\n", "LONG", r"for x \+ .*\.\.\., which is no constant"),
        (f"#define CALL(a) {'x + ' * 50} 1\n", "CALL", r"CALL\(a\) x \+ .*\.\.\.: use what it stands for"),
        ("", "nosuch", "^$"),
    ],
)
def test_why_a_name_is_no_value(tmp_path: Path, text: str, name: str, reason: str) -> None:
    header, _ = included(tmp_path, text)
    assert re.search(reason, header.why_not(name))


def test_a_macro_with_parameters_that_is_no_more(tmp_path: Path) -> None:
    header, scope = included(tmp_path, "#define A(x) x\n#undef A\n#define B(x) x\n#undef B\n#define B 5\n")
    scope.find("B")
    assert scope.constants["B"] == 5
    assert (header.why_not("A"), header.index.calls) == ("", {})
