"""Functions without a prototype: called with their arguments' promoted types, not as variadic ones."""

from __future__ import annotations

from typing import Any

import pytest

import farcall
from tests.conftest import Load

SOURCE = """
struct pair { int a; double b; };
int none(void) { return 7; }
int add(int a, int b) { return a + b; }
double mixed(double x, int n, const char *text) { return x * n + text[0]; }
long many(int a, double b, long c, int d, double e, int f, int g, int h, int i) {
    return a + (int)b + c + d + (int)e + f + g + h + i;
}
double by_value(struct pair p, double x) { return p.a + p.b + x; }
struct pair make(int a, double b) { struct pair p = { a, b }; return p; }
long first(const long *numbers) { return numbers[0]; }
int (*choose(int which))() { return which ? (int (*)())add : (int (*)())none; }
"""
DECLARED = """
struct pair { int a; double b; };
int none(); int add(); double mixed(); long many(); double by_value(); struct pair make(); long first(); int (*choose(int))();
"""


@pytest.fixture(params=["fast", "api"])
def made(load_c: Load, request: pytest.FixtureRequest) -> Any:
    return load_c(SOURCE, DECLARED, tier=request.param)


def test_arguments_have_their_promoted_types(made: Any) -> None:
    assert made.none() == 7
    assert made.add(2, -3) == -1
    assert made.mixed(1.5, 4, b"A") == 71.0
    assert made.mixed(farcall.float_(1.5), farcall.short(4), "A") == 71.0
    assert made.many(1, 2.0, farcall.long(3), True, 5.0, 6, 7, 8, 9) == 42
    assert made.by_value(made.types.pair(1, 2.5), 4.0) == 7.5
    pair = made.make(3, 4.5)
    assert (pair.a, pair.b) == (3, 4.5)
    assert made.first(farcall.new("long[2]", [11, 12])) == 11


def test_no_vector_registers_are_counted(made: Any) -> None:
    """As in a call with a prototype of these parameters."""
    made.mixed(1.5, 4, b"A")
    (stub,) = made.mixed.__self__.stubs.values()
    assert stub.__self__.variadic_from is None
    assert stub.__self__.signature.fixed is None


def test_what_is_wrong_names_function_and_argument(made: Any) -> None:
    with pytest.raises(TypeError, match=r"add\(\) argument 2: cannot infer a C type for object"):
        made.add(1, object())
    with pytest.raises(OverflowError, match=r"add\(\) argument 1"):
        made.add(2**31, 1)
    with pytest.raises(TypeError, match=r"add\(\) has no prototype"):
        made.function("add", out=[0])


def test_it_tells_what_it_is(made: Any) -> None:
    assert made.add.__self__.prototype == "int add()"
    assert made.add.__doc__.startswith("int add();")
    assert made.add.__text_signature__ == "(*args)"


def test_a_pointer_to_one_can_be_called_and_takes_any_function(made: Any) -> None:
    assert farcall.function(made.choose(1))(20, 22) == 42
    assert farcall.function(made.choose(0))() == 7
    kind = farcall.type_of("int (*)()")
    assert farcall.function(kind(made.add))(1, 2) == 3
    closure = farcall.Closure(lambda a, b: a * b, "int (int, int)")
    assert farcall.function(kind(closure))(6, 7) == 42


def test_void_stays_strict(made: Any) -> None:
    none = made.function("int none(void)")
    assert none() == 7
    with pytest.raises(TypeError, match=r"none\(\) takes 0 arguments \(1 given\)"):
        none(1)
