"""What functions of the same type have in common is found out once, and only as long as it holds."""

from __future__ import annotations

import gc
import inspect
from typing import Any

import pytest

import farcall
from farcall.ctype import facts
from tests.conftest import Compile

SOURCE = """
struct kept { int x; };
int one(int x) { return x + 1; }
int two(int x) { return x + 2; }
int three(int y) { return y + 3; }
int through(const struct kept *k) { return k->x; }
int again(const struct kept *k) { return k->x + 1; }
int count(int n, ...) { return n; }
int divided(int x, int *rest) { *rest = x % 3; return x / 3; }
const char *text(void) { return "text"; }
const char *other(void) { return "other"; }
"""


@pytest.fixture(params=["fast", "api"])
def library(compile_c: Compile, request: pytest.FixtureRequest) -> Any:
    return farcall.Library(compile_c(SOURCE), tier=request.param)


def test_functions_of_one_type_share_what_is_known_of_it(library: Any) -> None:
    library.cdef("int one(int x); int two(int x); int three(int y);")
    bound = [library.one, library.two, library.three]
    assert [function(1) for function in bound] == [2, 3, 4]
    assert len(library._functions.patterns) == 2
    one, two, three = bound
    assert one.__self__.function is two.__self__.function is not three.__self__.function
    assert [f.__name__ for f in bound] == ["one", "two", "three"]
    assert [str(inspect.signature(f)) for f in bound] == ["(x)", "(x)", "(y)"]
    assert one.__doc__.startswith("int one(int x);")
    assert two.__doc__.startswith("int two(int x);")
    assert (one(x=4), two(x=4), three(y=4)) == (5, 6, 7)


def test_options_are_told_apart(library: Any) -> None:
    plain = library.function("const char *text(void)")
    raw = library.function("const char *text(void)", text="bytes")
    held = library.function("const char *other(void)", gil="hold", errno=True)
    assert (plain(), raw(), held()) == ("text", b"text", "other")
    assert "GIL held" in held.__doc__
    assert "errno" in held.__doc__
    assert "GIL released" in plain.__doc__
    whole = library.function("int divided(int x, int *rest)")
    parts = library.function("int divided(int x, int *rest)", out=["rest"])
    rest = farcall.int_()
    assert (whole(7, rest), rest.value, parts(7)) == (2, 1, (2, 1))


def test_what_leads_to_an_incomplete_struct_is_found_out_again(library: Any) -> None:
    library.cdef("int through(const struct kept *k);")
    assert library.through.__self__.classes
    assert not library._functions.patterns
    library.cdef("struct kept { int x; }; int again(const struct kept *k);")
    made = library.types.kept(6)
    assert (library.through(made), library.again(made)) == (6, 7)
    assert len(library._functions.patterns) == 1


def test_patterns_are_forgotten_with_facts_of_types(library: Any) -> None:
    library.cdef("int one(int x); int two(int x);")
    library.one(1)
    assert library._functions.patterns
    facts.forget()
    assert not library._functions.patterns
    assert library.two(1) == 3


def test_there_are_not_more_patterns_than_are_kept(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farcall.cpython.callable.functions.MOST_PATTERNS", 4)
    for number in range(10):
        assert library.function(f"int one(int x{number})")(1) == 2
        assert len(library._functions.patterns) <= 4


def test_variadic_tails_leave_no_patterns(library: Any) -> None:
    library.cdef("int count(int n, ...);")
    assert [library.count(n, *[1.0] * n) for n in range(5)] == [0, 1, 2, 3, 4]
    assert len(library._functions.patterns) == 1


def test_bound_functions_are_known_as_long_as_they_are_there(library: Any) -> None:
    kept = library.function("int one(int x)")
    assert [kept.__self__] == list(library._functions)
    dropped = library.function("int two(int x)")
    assert len(library._functions.places) == len(list(library._functions)) == 2
    del dropped
    gc.collect()
    assert list(library._functions.places) == [id(kept.__self__)]
    library.close()
    with pytest.raises(farcall.LibraryClosedError):
        kept(1)


@pytest.mark.parametrize("wrong", [["hold"], 1, None, "held"])
def test_wrong_options(library: Any, wrong: Any) -> None:
    with pytest.raises(ValueError, match="gil must be"):
        farcall.function(library.address("one"), "int (int)", gil=wrong)
    with pytest.raises(ValueError, match="text must be"):
        farcall.function(library.address("one"), "int (int)", text=wrong)
