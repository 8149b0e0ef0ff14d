"""`out=` with parameters that the prototype writes as arrays: the array comes back, and C has room for all of it."""

from __future__ import annotations

import inspect
import os
import sys
from typing import Any

import pytest

import farcall
from tests.conftest import Load

TYPES = "struct pair { int a, b; }; typedef int triple[3]; enum { FOUR = 4 };"
SOURCE = f"""{TYPES}
#include <stddef.h>
void fill(long a[64]) {{ for (int i = 0; i < 64; i++) a[i] = i + 1; }}
int pairs(int n, struct pair p[const 2]) {{ p[0] = (struct pair){{n, 2}}; p[1] = (struct pair){{3, 4}}; return n; }}
void three(triple t, char text[static FOUR * 2]) {{ for (int i = 0; i < 3; i++) t[i] = i; text[0] = 'x'; text[7] = 'y'; }}
void rows(int m[2][3]) {{ for (int i = 0; i < 6; i++) m[i / 3][i % 3] = i; }}
void open_ended(int n, int a[]) {{ for (int i = 0; i < n; i++) a[i] = i; }}
void sized(int n, int a[n]) {{ open_ended(n, a); }}
void tables(int (*m)[3]) {{ (*m)[2] = 9; }}
void names(const char *out[2]) {{ out[0] = "one"; out[1] = NULL; }}
"""
DECLARED = f"""{TYPES}
void fill(long a[64]); int pairs(int n, struct pair p[const 2]); void three(triple t, char text[static FOUR * 2]);
void rows(int m[2][3]); void open_ended(int n, int a[]); void sized(int n, int a[n]); void tables(int (*m)[3]);
void names(const char *out[2]);
"""


@pytest.fixture(scope="module", params=["fast", "api"])
def lib(load_c: Load, request: pytest.FixtureRequest) -> Any:
    return load_c(SOURCE, DECLARED, tier=request.param)


def test_arrays(lib: Any) -> None:
    assert list(lib.function("fill", out=["a"])()) == list(range(1, 65))
    assert list(lib.function("void fill(long a[64])", out=[0])()) == list(range(1, 65))
    result, made = lib.function("pairs", out=["p"])(5)
    assert (result, [(p.a, p.b) for p in made]) == (5, [(5, 2), (3, 4)])
    numbers, text = lib.function("three", out=["t", "text"])()
    assert (list(numbers), bytes(text)) == ([0, 1, 2], b"x\0\0\0\0\0\0y")
    assert [list(row) for row in lib.function("rows", out=["m"])()] == [[0, 1, 2], [3, 4, 5]]
    assert list(lib.function("tables", out=["m"])()) == [0, 0, 9]
    assert list(lib.function("names", out=["out"])()) == ["one", None]


def test_each_call_has_its_own(lib: Any) -> None:
    fill = lib.function("fill", out=["a"])
    one, two = fill(), fill()
    one[0] = 100
    assert two[0] == 1


def test_a_length_that_is_not_said(lib: Any) -> None:
    for name in ("open_ended", "sized"):
        with pytest.raises(TypeError, match=rf"{name}\(\): 'a' is int \[\]: how many items C writes is not said"):
            lib.function(name, out=["a"])
    array = farcall.new("int[3]")
    lib.open_ended(3, array)
    assert list(array) == [0, 1, 2]


def test_pipe() -> None:
    pipe = farcall.Library("libc.so.6").function("int pipe(int ends[2])", out=["ends"])
    result, ends = pipe()
    try:
        assert (result, os.write(ends[1], b"through"), os.read(ends[0], 7)) == (0, 7, b"through")
    finally:
        for end in ends:
            os.close(end)


def test_what_a_parameter_is_written_as_is_no_part_of_its_type(lib: Any) -> None:
    lib.cdef("void fill(long *a);")  # the same function to C
    assert lib.fill.__self__.prototype == "void fill(long *a)"
    pointer, array = (farcall.type_of(f"void (*)(long {a})") for a in ("*", "[4]"))
    assert pointer.__ctype__ == array.__ctype__


KINDS = """
#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
typedef struct { int a; double b; } mixed; typedef struct { _Alignas(64) char wide[64]; } wide; enum colour { RED, GREEN };
typedef int lanes __attribute__((vector_size(16))); typedef struct opaque opaque; struct opaque { int x; };
static opaque hidden = {7}; static wchar_t text[] = {'h', 'i', 0};
int boolean(bool *out) { *out = true; return 0; }
int character(char *out) { *out = 'c'; return 0; }
int small(signed char *out) { *out = -5; return 0; }
int large(unsigned long long *out) { *out = 1ull << 63; return 0; }
int single(float *out) { *out = 0.5f; return 0; }
int real(double *out) { *out = 1.5; return 0; }
int extended(long double *out) { *out = 2.5L; return 0; }
int complex_(double complex *out) { *out = 1 + 2 * I; return 0; }
int coloured(enum colour *out) { *out = GREEN; return 0; }
int record(mixed *out) { out->b = 2.5; return 0; }
int aligned(wide *out) { out->wide[63] = (char)((unsigned long)out % 64); return 0; }
int vector(lanes *out) { *out = (lanes){1, 2, 3, 4}; return 0; }
int named(const char **out) { *out = "name"; return 0; }
int unnamed(const char **out) { return 0; }
int handle(opaque **out) { *out = &hidden; return 0; }
int address(void **out) { *out = &hidden; return 0; }
int wide_text(wchar_t **out) { *out = text; return 0; }
int read_hidden(opaque *from) { return from->x; }
"""
KIND_DECLARATIONS = """
typedef struct { int a; double b; } mixed; typedef struct { _Alignas(64) char wide[64]; } wide; enum colour { RED, GREEN };
typedef int lanes __attribute__((vector_size(16))); typedef struct opaque opaque;
int boolean(_Bool *out); int character(char *out); int small(signed char *out); int large(unsigned long long *out);
int single(float *out); int real(double *out); int extended(long double *out); int complex_(double _Complex *out);
int coloured(enum colour *out); int record(mixed *out); int aligned(wide *out); int vector(lanes *out);
int named(const char **out); int unnamed(const char **out); int handle(opaque **out); int address(void **out);
int wide_text(wchar_t **out); int read_hidden(opaque *from);
"""


@pytest.mark.parametrize("tier", ["fast", "api"])
@pytest.mark.parametrize("gil", ["hold", "release"])
@pytest.mark.parametrize(
    ("name", "look", "wanted"),
    [
        ("boolean", lambda out: out, True),
        ("character", lambda out: out, b"c"),
        ("small", lambda out: out, -5),
        ("large", lambda out: out, 1 << 63),
        ("single", lambda out: out, 0.5),
        ("real", lambda out: out, 1.5),
        ("extended", lambda out: float(out), 2.5),
        ("complex_", lambda out: out, 1 + 2j),
        ("coloured", lambda out: out, 1),
        ("record", lambda out: (out.a, out.b), (0, 2.5)),
        ("aligned", lambda out: out.wide[63], b"\0"),
        ("vector", list, [1, 2, 3, 4]),
        ("named", lambda out: out, "name"),
        ("unnamed", lambda out: out, None),
        ("wide_text", farcall.string, "hi"),
    ],
)
def test_every_kind(load_c: Load, name: str, look: Any, wanted: object, tier: str, gil: Any) -> None:
    lib: Any = load_c(KINDS, KIND_DECLARATIONS, tier=tier, gil=gil)
    bound = lib.function(name, out=["out"])
    for _ in range(3):
        result, out = bound()
        found = look(out)
        assert (result, found, type(found)) == (0, wanted, type(wanted))


def test_pointers(load_c: Load) -> None:
    lib: Any = load_c(KINDS, KIND_DECLARATIONS)
    _, handle = lib.function("handle", out=["out"])()
    assert lib.read_hidden(handle) == 7
    assert lib.function("address", out=["out"])()[1] == handle


def test_no_reference_is_lost_or_gained(load_c: Load) -> None:
    lib: Any = load_c(KINDS, KIND_DECLARATIONS)
    bound, cls = lib.function("record", out=["out"]), lib.types.mixed
    bound()
    before = sys.getrefcount(cls)
    for _ in range(100):
        bound()
        with pytest.raises(TypeError, match=r"record\(\) takes 0 arguments \(1 given\)"):
            bound(1)
    assert sys.getrefcount(cls) == before
    text = lib.function("large", out=["out"])
    assert sys.getrefcount(text()) == 2 - (sys.version_info >= (3, 14))


def test_the_order_is_that_of_out_and_parameters_keep_their_names(lib: Any, load_c: Load) -> None:
    made: Any = load_c(
        "int split(int x, int *high, const char *name, int *low) { *high = x / 10; *low = x % 10; return name[0]; }"
    )
    split = made.function("int split(int x, int *high, const char *name, int *low)", out=["low", 1])
    assert split(47, "a") == (97, 7, 4)
    assert str(inspect.signature(split)) == "(x, name)"
    assert "returns what is written through low, high" in split.__doc__
    with pytest.raises(TypeError, match=r"split\(\) parameter 'name'"):
        split(47, 1.5)
    with pytest.raises(TypeError, match=r"split\(\) takes 2 arguments \(4 given\)"):
        split(47, None, "a", None)
    assert split.__self__.out == (3, 1)
    assert "PyTuple_New" in split.__self__.listing


def test_an_exception_of_a_callback_loses_the_results(load_c: Load) -> None:
    lib: Any = load_c("int ask(int (*f)(void), int *out) { *out = f(); return 0; }")
    ask = lib.function("int ask(int (*f)(void), int *out)", out=["out"])

    def wrong() -> int:
        raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            ask(wrong)
    assert ask(lambda: 5) == (0, 5)


def test_a_result_that_python_has_a_class_of(load_c: Load) -> None:
    lib: Any = load_c("enum state { OFF, ON }; enum state turn(int x, int *out) { *out = x + 1; return ON; }")
    lib.cdef("enum state { OFF, ON }; enum state turn(int x, int *out);")
    state = lib.enum("state")
    result, out = lib.function("turn", out=["out"])(3)
    assert (result is state.ON, out) == (True, 4)


ENUMS = "enum paint {{ {0}_RED, {0}_BLUE = 5 }};".replace("paint", "out_{0}")


@pytest.mark.parametrize("tier", ["fast", "api"])
def test_members_of_enumerations(load_c: Load, tier: str) -> None:
    types = ENUMS.format(tier)
    kind = f"enum out_{tier}"
    source = (
        f"{types} void one({kind} *a) {{ *a = 5; }} int two({kind} *a, int n, {kind} *b) {{ *a = 0; *b = n; return 7; }}"
        f"{kind} three({kind} *a) {{ *a = 5; return 0; }} void many({kind} a[2]) {{ a[0] = 5; a[1] = 0; }}"
        f"void mixed({kind} *a, int *n) {{ *a = 5; *n = 9; }}"
    )
    lib = load_c(source, tier=tier)
    lib.cdef(
        f"{types} void one({kind} *a); int two({kind} *a, int n, {kind} *b); {kind} three({kind} *a);"
        f"void many({kind} a[2]); void mixed({kind} *a, int *n);"
    )
    assert type(lib.function("one", out=["a"])()) is int
    colours = lib.enum(f"out_{tier}")
    blue, red = colours(5), colours(0)
    assert lib.function("one", out=["a"])() is blue
    for check in (None, lambda result, function, arguments: result):
        assert lib.function("one", out=["a"], check=check)() is blue
    given = lib.function("two", out=["a", "b"])(5)
    assert given == (7, red, blue)
    assert [type(one) for one in given] == [int, colours, colours]
    given = lib.function("two", out=["b", "a"])(n=4)  # no member's number
    assert given == (7, 4, red)
    assert [type(one) for one in given] == [int, int, colours]
    given = lib.function("three", out=["a"])()
    assert given[0] is red
    assert given[1] is blue
    assert [*lib.function("many", out=["a"])()] == [blue, red]
    assert [type(one) for one in lib.function("many", out=["a"])()] == [colours, colours]
    given = lib.function("mixed", out=["a", "n"])()
    assert given[0] is blue
    assert type(given[1]) is int
    with pytest.raises(TypeError, match=r"one\(\) takes 0 arguments"):
        lib.function("one", out=["a"])(1)
