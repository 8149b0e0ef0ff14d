"""Floating formats by their bytes: a long double that is two doubles."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farcall.cpython.value.floating import FORMATS, decode, encode, shortest

PAIR = FORMATS["double-double"]


def doubles(data: bytes) -> tuple[float, ...]:
    return struct.unpack("=2d", data)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (Fraction(1), (1.0, 0.0)),
        (Fraction(1, 3), (1 / 3, float(Fraction(1, 3) - Fraction(1 / 3)))),
        (Fraction(1) + Fraction(1, 1 << 100), (1.0, 2.0**-100)),
        (Fraction(10) ** 300 + 1, (1e300, float(Fraction(10) ** 300 + 1 - Fraction(1e300)))),
        (-0.0, (-0.0, 0.0)),
        (math.inf, (math.inf, 0.0)),
    ],
)
def test_a_pair_is_the_nearest_double_and_the_rest(number: Fraction | float, expected: tuple[float, float]) -> None:
    data = encode(number, PAIR)
    assert doubles(data) == expected
    assert math.copysign(1, doubles(data)[0]) == math.copysign(1, expected[0])


def test_what_is_no_number_is_said_by_the_first() -> None:
    assert math.isnan(decode(encode(math.nan, PAIR), PAIR))
    assert decode(struct.pack("=2d", -math.inf, 0.0), PAIR) == -math.inf
    with pytest.raises(OverflowError):
        encode(Fraction(10) ** 309, PAIR)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(54, 200), st.booleans())
def test_what_two_doubles_hold_comes_back(upper: float, distance: int, negative: bool) -> None:
    number = Fraction(upper) * (1 + Fraction(-1 if negative else 1, 1 << distance))
    data = encode(number, PAIR)
    again = decode(data, PAIR)
    assert encode(again, PAIR) == data
    if again:
        assert encode(Fraction(shortest(again, PAIR)), PAIR) == data


@given(st.integers(1, 1 << 113), st.integers(-300, 300))
def test_every_digit_of_113_bits_is_written(mantissa: int, exponent: int) -> None:
    data = encode(mantissa * Fraction(2) ** exponent, FORMATS["binary128"])
    number = decode(data, FORMATS["binary128"])
    assert encode(Fraction(shortest(number, FORMATS["binary128"])), FORMATS["binary128"]) == data
