"""The rows of the table: a C function of peer/target.h, what it is called with, what must come back."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["POINT", "ROWS", "Row", "doubles"]

POINT = (1.5, -2.5)
DOUBLES = tuple(float(i) for i in range(16))


class Row(NamedTuple):
    """`arguments` have the names of the timed line; the `scalar` rows are those with a goal beside ctypes."""

    name: str
    function: str
    arguments: dict[str, object]
    result: object
    scalar: bool = False


def doubles() -> object:
    """The sixteen doubles as a NumPy array."""
    import numpy

    return numpy.array(DOUBLES)


ROWS = (
    Row("void()", "nothing", {}, None, True),
    Row("double(double)", "half", {"a": 3.0}, 1.5, True),
    Row("double(double, double)", "scale", {"a": 3.0, "b": 0.5}, 1.5, True),
    Row("int(int, int)", "add", {"a": 1000, "b": 234}, 1234, True),
    Row("int64(8 x int64)", "eight", dict(zip("abcdefgh", range(1000, 1008), strict=True)), 8028, True),
    Row("size_t(const char *) of bytes", "length", {"a": b"twelve chars"}, 12),
    Row("size_t(const char *) of str", "length", {"a": "twelve chars"}, 12),
    Row("double(const double *, size_t)", "total", {"a": doubles, "b": 16}, sum(DOUBLES)),
    Row("point(point)", "swap", {"a": POINT}, POINT[::-1]),
    Row(
        "double(6 mixed)",
        "mixed",
        {"a": -7, "b": 2.5, "c": b"A", "d": 1 << 40, "e": 0.25, "f": 200},
        -7 + 2.5 + 65 + (1 << 40) + 0.25 + 200,
    ),
)
