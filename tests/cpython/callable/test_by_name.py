"""Foreign functions take arguments by their parameters' names, and calls without names are what they were."""

from __future__ import annotations

import functools
import inspect
import subprocess
import sys
from typing import Any

import pytest

import farcall
from tests.conftest import Load

SOURCE = """
#include <stdarg.h>
#include <stddef.h>
int one(int n) { return n; }
int digits(int a, int b, int c) { return 100 * a + 10 * b + c; }
int no_names(int a, int b) { return 10 * a + b; }
int reserved(int class_, int b) { return 10 * class_ + b; }
int sum(int count, ...) { va_list l; va_start(l, count); int s = 0; while (count--) s += va_arg(l, int); va_end(l); return s; }
void split(int n, int *tens, int *ones) { *tens = n / 10; *ones = n % 10; }
"""
DECLARED = """
int one(int n); int digits(int a, int b, int c); int sum(int count, ...); void split(int n, int *tens, int *ones);
int no_names(int, int b);
"""


@pytest.fixture(scope="module", params=["fast", "api"])
def lib(request: Any, load_c: Load) -> Any:
    return load_c(SOURCE, DECLARED, tier=request.param)


def test_names_in_any_order(lib: Any) -> None:
    assert lib.digits(c=3, a=1, b=2) == 123
    assert lib.digits(1, c=3, b=2) == 123
    assert lib.digits(1, 2, c=3) == 123
    assert lib.one(n=-7) == -7


def test_however_it_is_called(lib: Any) -> None:
    names = {"b": 2, "c": 3}
    assert lib.digits(*(1,), **names) == 123
    assert functools.partial(lib.digits, c=3)(1, 2) == 123
    assert functools.partial(lib.digits, c=3)(1, b=2) == 123
    assert [lib.digits(1, b=2, c=n) for n in range(300)] == list(range(120, 420))
    assert [lib.digits(1, 2, n) for n in range(300)] == list(range(120, 420))
    names.clear()
    assert lib.one(*[5], **names) == 5


def test_of_a_variadic_function_those_that_are_fixed(lib: Any) -> None:
    assert lib.sum(count=0) == 0
    with pytest.raises(TypeError, match=r"sum\(\) parameter 'count' was given by position and by name"):
        lib.sum(2, 3, 4, count=2)


def test_what_c_writes_is_left_out(lib: Any) -> None:
    split = lib.function("split", out=["tens", "ones"])
    assert split(n=47) == (4, 7)
    with pytest.raises(TypeError, match=r"split\(\) has no parameter 'tens'; by name there are: n"):
        split(47, tens=1)


def test_parameters_without_a_name(lib: Any) -> None:
    assert str(inspect.signature(lib.no_names)) == "(arg1, /, b)"
    assert lib.no_names(1, b=2) == 12
    with pytest.raises(TypeError, match=r"has no parameter 'arg1'"):
        lib.no_names(arg1=1, b=2)


def test_python_s_own_words(load_c: Load) -> None:
    reserved: Any = load_c(SOURCE, "int reserved(int class, int b);").reserved
    assert reserved(class_=1, b=2) == 12


def test_the_signature_is_what_can_be_done(lib: Any) -> None:
    assert str(inspect.signature(lib.digits)) == "(a, b, c)"
    assert inspect.signature(lib.digits).bind(1, c=3, b=2).args == (1, 2, 3)


@pytest.mark.parametrize(
    ("args", "names", "words"),
    [
        ((1, 2), {"b": 3}, r"digits\(\) parameter 'b' was given by position and by name"),
        ((1, 2), {"d": 3}, r"digits\(\) has no parameter 'd'; by name there are: a, b, c"),
        ((1,), {"b": 3}, r"digits\(\) lacks 'c': int digits\(int a, int b, int c\)"),
        ((), {"c": 3}, r"digits\(\) lacks 'a', 'b'"),
        ((1, 2, 3, 4), {"d": 3}, r"has no parameter 'd'"),
        ((1, 2), {"c": "x"}, r"digits\(\) parameter 'c' must be an int for int, not str"),
    ],
)
def test_refusals(lib: Any, args: Any, names: Any, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        lib.digits(*args, **names)


def test_too_many_by_position(lib: Any) -> None:
    with pytest.raises(TypeError, match=r"digits\(\) takes 3 arguments \(4 given\)"):
        lib.digits(1, 2, 3, 4)


def test_objects_are_counted_right(lib: Any) -> None:
    text = "".join(["not", "interned"])
    before = sys.getrefcount(text)
    for _ in range(100):
        with pytest.raises(TypeError):
            lib.digits(1, 2, c=text)
    assert sys.getrefcount(text) <= before + 1


def test_names_as_python_ends() -> None:
    program = """
import os, sys, farcall
absolute = farcall.Library("libc.so.6").function("int abs(int n)")
class Last:
    def __del__(self, write=os.write, absolute=absolute):
        write(1, b"%d " % absolute(-3))
        write(1, b"%d " % absolute(n=-4))
KEEP
"""
    found = {
        "last = Last()": "3 4 ",
        'sys.last = sys.modules["builtins"].last = Last()': "3 ",
    }  # when no module is left
    for keep, said in found.items():
        done = subprocess.run(
            [sys.executable, "-c", program.replace("KEEP", keep)], capture_output=True, text=True, check=False
        )
        assert (done.stdout[: len(said)], done.returncode) == (said, 0)


def test_closures_functions_by_address_and_pointers(lib: Any) -> None:
    by_address = farcall.function(lib.address("digits"), "int digits(int a, int b, int c)")
    assert by_address(1, c=3, b=2) == 123
    lib.cdef("struct ops { int (*digits)(int a, int b, int c); };")
    assert lib.types.ops(lib.digits).digits(1, c=3, b=2) == 123
