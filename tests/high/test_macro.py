"""Headers' macros beyond constants: expressions valued, and macros that are calls."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

import pytest

import farcall

HEADER = """
#include <stddef.h>
struct pair { int a, b; };
int abs(int n); int puts(const char *s); double ldexp(double x, int e); int toupper(int c); int getpid(void);
void *memset(void *s, int c, size_t n); size_t strlen(const char *s); extern char **environ;
#define MAKE(a, b, c) ((((unsigned)(a)) << 22) | (((unsigned)(b)) << 12) | ((unsigned)(c)))
#define VERSION MAKE(1, 2, 3)
#define TEXT(x) "<" #x ", (" ">"
#define ABS(n) abs((n))
#define ABS_AGAIN(n) (ABS(n))
#define SHOUT(c) ((int)(toupper((int)(c))))
#define twice(x) (ldexp((x), 1))
#define scale(e) ldexp(1.5, (int)(e))
#define both(a, b) (strlen(a), ldexp((double)(b), (int)sizeof(int)))
#define nested(s) abs((int)strlen((s)))
#define clear(p) ((struct pair *)memset((void *)(p), 0, sizeof(struct pair)))
#define comma(s) strlen(", )(")
#define PID (getpid())
#define NOTHING() abs(-3)
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define ODD(n) (abs(n) & 1)
#define LESS(n) abs((n) - 1)
#define ANY(...) puts(__VA_ARGS__)
#define BODY(n) do { abs(n); } while (0)
"""


@pytest.fixture
def lib(tmp_path: Path) -> Any:
    (tmp_path / "macros.h").write_text(HEADER)
    made = farcall.Library("libc.so.6")
    made.cdef(include="macros.h", include_dirs=tmp_path)
    return made


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("MAKE(1, 2, 3)", 4202499), ("VERSION + MAKE(0, 0, 1)", 4202500), ("MAKE(1,\n2, 3)", 4202499),
        ("sizeof(struct pair) * 2", 16), ("1.5f / 2", 0.75), ("'a'", 97), ("TEXT(a b)", "<a b, (>"), ('"a" "  b"', "a  b"),
        ("MAX(3, 4)", 4), ("-1 > 0u", 1),
    ],
)  # fmt: skip
def test_constants(lib: Any, expression: str, value: object) -> None:
    assert lib.constant(expression) == value
    assert type(lib.constant(expression)) is type(value)


def test_a_constant_address_is_a_pointer(lib: Any) -> None:
    found = lib.constant("(struct pair *)-1")
    assert (repr(type(found)), bool(found)) == ("<class 'farcall.struct pair *'>", True)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("1 +", "unexpected end"), ("1 2", "before '2'"), ("abs(3)", "constant expression"), ("unheard_of", "not a known constant"),
        ("MAKE(1)", "requires 3 arguments"), ("1; int x", "before ';'"), ("", "unexpected end"), ("#define X 1", "unexpected end"),
    ],
)  # fmt: skip
def test_what_is_not_constant(lib: Any, expression: str, reason: str) -> None:
    with pytest.raises(farcall.DeclarationError, match=reason):
        lib.constant(expression)
    assert lib.constant("1 + 1") == 2


def test_constants_of_texts_need_no_headers() -> None:
    lib = farcall.Library()
    lib.cdef("#define SIZE 4\nenum { LAST = 9 }; struct s { int n[SIZE]; };")
    assert (lib.constant("SIZE * LAST"), lib.constant("sizeof(struct s) / SIZE")) == (36, 4)
    with pytest.raises(TypeError, match="a C expression, not int"):
        lib.constant(3)


def test_macros_that_are_one_call_are_functions(lib: Any) -> None:
    assert (lib.ABS(-4), lib.ABS_AGAIN(-5), lib.SHOUT(97), lib.twice(3), lib.scale(2.5), lib.both("a", 3)) == (
        4, 5, 65, 6.0, 6.0, 48.0,
    )  # fmt: skip
    assert (lib.nested("four"), lib.comma("x"), lib.NOTHING(), lib.PID()) == (4, 4, 3, os.getpid())
    pair = lib.types.pair(1, 2)
    cleared = lib.clear(farcall.addressof(pair))
    assert (pair.a, pair.b, cleared.a, cleared == farcall.addressof(pair)) == (0, 0, 0, True)
    assert lib.ABS is lib.ABS
    assert inspect.getdoc(lib.ABS) == "The macro ABS(n)."


def test_wrong_arguments_are_told(lib: Any) -> None:
    with pytest.raises(TypeError, match=r"both\(\) takes 2 arguments \(1 given\): both\(a, b\)"):
        lib.both(1)
    with pytest.raises(TypeError, match=r"abs\(\) parameter 'n'"):
        lib.ABS("x")


@pytest.mark.parametrize("name", ["MAX", "ODD", "LESS", "ANY", "BODY", "TEXT"])
def test_other_macros_are_not(lib: Any, name: str) -> None:
    assert not hasattr(lib, name)
    with pytest.raises(farcall.SymbolError, match="it is a macro with parameters"):
        getattr(lib, name)
