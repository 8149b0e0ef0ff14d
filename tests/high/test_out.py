"""`out=` with parameters that the prototype writes as arrays: the array comes back, and C has room for all of it."""

from __future__ import annotations

import os
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
