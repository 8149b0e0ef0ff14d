"""Complex numbers, `__int128` and `long double` as fields, items, arguments and results: of Python's numbers by generated
code, the same as Python makes of them."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import farcall
from farcall.cpython.facts.host import host_target

MODEL = host_target().model
WIDE = "128" not in MODEL.lacks
DECLARATIONS = (
    "typedef struct wide { double _Complex z; float _Complex c; long double l; long double _Complex y; } wide;"
)
MATH = "double cabs(double _Complex); double _Complex conj(double _Complex); float _Complex conjf(float _Complex); \
        long double fabsl(long double); long double _Complex conjl(long double _Complex);"
COMPLEX = [0j, 1 + 2j, -0.5 - 0j, complex(math.inf, -math.inf), 1e30j, 3, True, 2.5, 1 << 70]
FLOATS = [0.0, -0.0, 1.0, -1.5, 0.1, 1e308, 5e-324, -2.2250738585072014e-308, 1e-310, math.inf, -math.inf, math.nan]
INTEGERS = [
    0,
    1,
    -1,
    (1 << 63) - 1,
    1 << 63,
    -(1 << 63),
    -(1 << 63) - 1,
    (1 << 64) - 1,
    1 << 64,
    (1 << 127) - 1,
    -(1 << 127),
]


class Complex:
    def __complex__(self) -> complex:
        return 5 + 6j


class Index:
    def __index__(self) -> int:
        return 1 << 90


@pytest.fixture(scope="module")
def types() -> Any:
    made: Any = farcall.Library(None)
    made.cdef(DECLARATIONS)
    return made.types


@pytest.fixture(scope="module")
def lib() -> Any:
    made: Any = farcall.Library("libm.so.6", gil="hold")
    made.cdef(MATH)
    return made


@pytest.mark.parametrize("value", [*COMPLEX, Complex()])
def test_complex_numbers(types: Any, lib: Any, value: Any) -> None:
    expected = complex(value)
    made = types.wide()
    for target in (made, made, farcall.addressof(made), farcall.addressof(made)):
        target.z = value
        assert (made.z, type(made.z)) == (expected, complex)
        if abs(expected) < 1e20 or math.isinf(expected.real):
            target.c = value
            assert made.c == expected
        target.y = value
        assert complex(made.y) == expected
    assert types.wide(value).z == expected
    array = types["double _Complex[3]"]([value, 1, value])
    array[1:] = [value, 2j]
    assert array[:] == [expected, expected, 2j]
    assert lib.conj(value) == expected.conjugate()
    assert lib.conj(types["double _Complex"](value)) == expected.conjugate()
    assert lib.cabs(value) == abs(expected)


@pytest.mark.parametrize("value", [*FLOATS, 3, -(1 << 40), (1 << 64) - 1])
def test_long_doubles_are_what_python_makes_of_them(types: Any, lib: Any, value: Any) -> None:
    python = types["long double"](value)
    made = types.wide()
    for target in (made, made, farcall.addressof(made), farcall.addressof(made)):
        target.l = value
        assert bytes(made.l) == bytes(python)
    array = types["long double[2]"]([value, value])
    assert [bytes(item) for item in array] == [bytes(python)] * 2
    expected = abs(value)
    assert repr(lib.fabsl(value)) == repr(lib.fabsl(python))
    assert float(lib.fabsl(value)) == float(expected) or math.isnan(expected)


@pytest.mark.skipif(not WIDE, reason="this machine's C has no __int128")
@pytest.mark.parametrize("value", [*INTEGERS, True, Index()])
def test_integers_of_128_bits(types: Any, value: Any) -> None:
    expected = int(value.__index__())
    struct = types["struct { __int128 i; unsigned __int128 u; }"]
    made = struct()
    for target in (made, made, farcall.addressof(made), farcall.addressof(made)):
        target.i = value
        assert (made.i, type(made.i)) == (expected, int)
        if expected >= 0:
            target.u = value
            assert made.u == expected
    assert types["__int128[2]"]([value, value])[:] == [expected] * 2
    closure = farcall.Closure(lambda a, b: a if b else b, "__int128 (*)(__int128, unsigned __int128)")
    called = farcall.cast("__int128 (*)(__int128, unsigned __int128)", closure.address)
    assert called(value, (1 << 128) - 1) == expected


def test_callbacks_of_complex_numbers() -> None:
    closure = farcall.Closure(lambda a, b: a * b, "double _Complex (*)(double _Complex, float _Complex)")
    called = farcall.cast("double _Complex (*)(double _Complex, float _Complex)", closure.address)
    assert called(1 + 2j, 3j) == (1 + 2j) * 3j


@pytest.mark.parametrize(
    ("field", "value", "error", "text"),
    [
        ("z", "x", TypeError, "struct wide: field 'z'"),
        ("z", 1 << 2000, OverflowError, "struct wide: field 'z'"),
        ("c", 1e300j, OverflowError, "struct wide: field 'c'"),
        ("l", b"x", TypeError, "struct wide: field 'l'"),
    ],
)
def test_what_is_no_such_number_is_refused(
    types: Any, field: str, value: Any, error: type[Exception], text: str
) -> None:
    made = types.wide(1, 2, 3)
    before = bytes(made)
    for _ in range(3):
        with pytest.raises(error, match=text):
            setattr(made, field, value)
        assert bytes(made) == before


@pytest.mark.slow
@pytest.mark.parametrize("more", [{}, {"FARCALL_VERIFY": "1"}], ids=["by Python", "verified"])
def test_python_makes_the_same(more: dict[str, str]) -> None:
    environment = {**os.environ, **more, "FARCALL_TIER": "fast" if more else "api"}
    chosen = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not slow", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(
        chosen, env=environment, cwd=Path(__file__).parents[3], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
