"""Objects that are called as foreign functions are: of classes that Python derives too."""

from __future__ import annotations

from typing import Any

import pytest

import farcall
from farcall.faces.ctypes.function_object import function_class, lead, mark_callable

DECLARED = (
    "int abs(int n); double pow(double x, double y); int getpid(void); int snprintf(char *, size_t, const char *, ...);"
)


@pytest.fixture(scope="module")
def process() -> Any:
    return farcall.cdef(DECLARED)


class Function(function_class()):  # type: ignore[misc]
    name: str


mark_callable(Function)


def led(function: Any) -> Any:
    made = Function()
    made.kept = function, lead(made, function)
    return made


def test_calls(process: Any) -> None:
    absolute, power, number = led(process.abs), led(process.pow), led(process.getpid)
    assert [absolute(-n) for n in range(100)] == list(range(100))
    assert (power(2, 10), number() > 0) == (1024, True)
    assert led(process.snprintf)(bytearray(9), 9, "%d", 12) == 2
    absolute.name = "abs"
    assert absolute.name == "abs"


def test_what_the_code_does_not_take(process: Any) -> None:
    absolute, power = led(process.abs), led(process.pow)
    assert (absolute(n=-4), power(2, y=3)) == (4, 8)
    for wrong in (
        lambda: absolute(),
        lambda: absolute(1, 2),
        lambda: power(1),
        lambda: absolute("x"),
        lambda: power(z=1),
    ):
        with pytest.raises(TypeError):
            wrong()


def test_it_leads_elsewhere(process: Any) -> None:
    function = led(process.abs)
    assert function(-3) == 3
    function.kept = process.pow, lead(function, process.pow)
    assert function(2, 3) == 8


def test_one_that_leads_nowhere() -> None:
    with pytest.raises(TypeError, match="does not support vectorcall"):
        Function()()
