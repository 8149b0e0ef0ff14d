"""Times calls side by side in one process.

The timed line stands ten times (one that takes milliseconds, once) in a loop compiled for that call alone, so that
CPython specialises every call site for its peer, and so that the loop costs little; that little is part of every
number. A round times every call once, the peers of a row one right after the other, in another order each time, so
that a change of the CPU's clock meets all of them.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import repeat
from statistics import median
from time import perf_counter_ns
from typing import NamedTuple

from bench.caller import Call

__all__ = ["Time", "side_by_side"]

UNROLLED = 10


class Time(NamedTuple):
    """Nanoseconds a call: the best round and the median of the rounds."""

    best: float
    median: float


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def timed_loop(call: Call, unrolled: int) -> Callable[[int], int]:
    """A function of a number of turns that makes `unrolled` times as many calls and gives the nanoseconds."""
    lines = "\n        ".join([call.expression] * unrolled)
    parameters = ", ".join(["_turns", "_clock", *call.names])
    source = f"""
def loop({parameters}):
    _start = _clock()
    for _ in _turns:
        {lines}
    return _clock() - _start
"""
    namespace: dict[str, Callable[..., int]] = {}
    exec(source, namespace)
    loop, values = namespace["loop"], tuple(call.names.values())
    return lambda turns: loop(repeat(None, turns), perf_counter_ns, *values)


def turns_for(loop: Callable[[int], int], nanoseconds: float) -> int:
    """So many turns that a round takes about so long; CPython has specialised the loop by then. One for no time."""
    turns = 20 if nanoseconds else 1
    while (spent := loop(turns)) < nanoseconds / 4:
        turns *= 2
    return max(1, round(turns * nanoseconds / spent))


def side_by_side(
    groups: dict[str, dict[str, Call]], rounds: int, milliseconds: float, unrolled: int = UNROLLED
) -> dict[str, dict[str, Time]]:
    """The time of each call of each group, from `rounds` rounds of about `milliseconds` each."""
    loops = {group: {key: timed_loop(call, unrolled) for key, call in calls.items()} for group, calls in groups.items()}
    taken: dict[str, dict[str, list[float]]] = {g: {key: [] for key in calls} for g, calls in groups.items()}
    order = random.Random(0)
    with no_garbage_collection():
        turns = {
            group: {key: turns_for(loop, milliseconds * 1e6) for key, loop in by_key.items()}
            for group, by_key in loops.items()
        }
        for _ in range(rounds):
            for group, by_key in loops.items():
                for key in order.sample(list(by_key), len(by_key)):
                    calls = turns[group][key]
                    taken[group][key].append(by_key[key](calls) / (calls * unrolled))
    return {
        group: {key: Time(min(times), median(times)) for key, times in by_key.items()}
        for group, by_key in taken.items()
    }
