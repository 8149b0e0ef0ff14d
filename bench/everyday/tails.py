"""Calls whose variadic tails have types that no function had before, which code has to be made for."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import product
from statistics import median
from time import process_time_ns

__all__ = ["microseconds"]

#: How many calls are looked at, and how long their tails are.
CALLS, LENGTH = 9, 6

_tails = [*product((1, 2.0, b"text"), repeat=LENGTH)]
random.Random(0).shuffle(_tails)


def microseconds(function: Callable[..., object]) -> float:
    """The CPU time of a call that is the first one with such a tail, after the number 0: the median of some."""

    def first(tail: tuple[object, ...]) -> float:
        start = process_time_ns()
        function(0, *tail)
        return (process_time_ns() - start) / 1000

    return median([first(_tails.pop()) for _ in range(CALLS)])
