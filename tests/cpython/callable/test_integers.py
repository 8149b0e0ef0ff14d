"""Python's ints of every size and class for C's of every type: the fast path reads what the C-API path reads."""

from __future__ import annotations

import enum
from typing import Any

import pytest

from tests.conftest import Load

TYPES = {
    "truth": "_Bool", "tiny": "signed char", "octet": "unsigned char", "small": "short", "word": "unsigned short",
    "number": "int", "natural": "unsigned", "long_": "long", "size": "unsigned long", "wide": "long long",
    "widest": "unsigned long long",
}  # fmt: skip
SOURCE = "\n".join(f"{ctype} {name}({ctype} x) {{ return x; }}" for name, ctype in TYPES.items())
DECLARED = " ".join(f"{ctype} {name}({ctype} x);" for name, ctype in TYPES.items())


class Large(enum.IntEnum):
    ONE = 1
    TWO_DIGITS = 2**30 + 7
    NEGATIVE = -(2**30) - 3


class Own(int):
    """What its methods answer is not asked by CPython's own functions either."""

    def __index__(self) -> int:
        return 99

    __int__ = __index__

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


def numbers() -> list[int]:
    edges = [sign * (1 << bits) + near for bits in (7, 8, 15, 16, 30, 31, 32, 45, 59, 60, 61, 62, 63, 64) for near in (-1, 0, 1)
             for sign in (1, -1)]  # fmt: skip
    return [0, 1, 2, -1, True, False, *Large, Own(0), Own(1), Own(7), *edges, *map(Own, edges)]


def outcome(function: Any, number: int) -> object:
    try:
        result = function(number)
    except (OverflowError, TypeError) as error:
        return type(error), str(error)
    return type(result), result


@pytest.fixture(scope="module")
def tiers(load_c: Load) -> list[Any]:
    return [load_c(SOURCE, DECLARED, tier=tier) for tier in ("fast", "api")]


@pytest.mark.parametrize("name", TYPES)
def test_both_tiers_read_the_same(tiers: list[Any], name: str) -> None:
    fast, api = (getattr(lib, name) for lib in tiers)
    for number in numbers():
        assert outcome(fast, number) == outcome(api, number), int.__repr__(number)


@pytest.mark.parametrize("name", TYPES)
def test_what_is_in_range_comes_back(tiers: list[Any], name: str) -> None:
    for lib in tiers:
        for number in map(int.__pos__, numbers()):
            found = outcome(getattr(lib, name), number)
            assert found[1] == number or found[0] is OverflowError  # type: ignore[index]
