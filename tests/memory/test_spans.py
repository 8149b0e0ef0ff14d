"""The span allocator against a model that marks every granule."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farcall.memory.spans import GRANULE, Spans, rounded
from tests.shortage import failures

UNITS = 64


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # an emulator takes its time
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 20)), max_size=200))
def test_spans_never_overlap_and_are_found_when_there(steps):
    spans = Spans(UNITS * GRANULE)
    marks = [False] * UNITS
    taken: list[tuple[int, int]] = []
    for take, number in steps:
        if take:
            offset = spans.take(number * GRANULE)
            if offset < 0:
                run = longest = 0
                for mark in marks:
                    run = 0 if mark else run + 1
                    longest = max(longest, run)
                assert longest < number
                continue
            assert offset % GRANULE == 0
            start = offset // GRANULE
            assert not any(marks[start : start + number])
            assert start + number <= UNITS
            marks[start : start + number] = [True] * number
            taken.append((offset, number * GRANULE))
        elif taken:
            offset, length = taken.pop(number % len(taken))
            spans.give(offset, length)
            start = offset // GRANULE
            marks[start : start + length // GRANULE] = [False] * (length // GRANULE)
        assert spans.used == sum(marks) * GRANULE
    for offset, length in taken:
        spans.give(offset, length)
    assert spans.take(UNITS * GRANULE) == 0  # all melted together again


def test_exact_holes_then_larger_ones_then_new_ground():
    spans = Spans(20 * GRANULE)
    lengths = [2, 1, 4, 1, 3, 1]
    offsets = [spans.take(length * GRANULE) for length in lengths]
    for hole in (0, 2, 4):
        spans.give(offsets[hole], lengths[hole] * GRANULE)
    assert spans.take(3 * GRANULE) == offsets[4]
    assert spans.take(3 * GRANULE) == offsets[2]
    assert spans.take(3 * GRANULE) == 12 * GRANULE
    assert spans.take(GRANULE) == offsets[2] + 3 * GRANULE


@pytest.mark.parametrize("size", [0, -64, 100])
def test_a_range_is_whole_granules(size):
    with pytest.raises(ValueError, match="multiple"):
        Spans(size)


def test_rounded():
    assert [rounded(size) for size in (1, 64, 65)] == [64, 64, 128]


def test_an_interrupt_on_any_line_loses_spans_at_most():
    """Afterwards spans are taken and given back as ever, and none twice."""

    def act():
        taken = [spans.take(number * GRANULE) for number in (2, 1, 4, 1, 3, 1)]
        for offset, number in ((taken[0], 2), (taken[2], 4), (taken[4], 3), (taken[1], 1), (taken[3], 1)):
            spans.give(offset, number * GRANULE)
        for number in (3, 1, 9):
            spans.take(number * GRANULE)

    spans = Spans(UNITS * GRANULE)
    for error in failures(act, "/memory/spans.py", 1, KeyboardInterrupt):
        assert type(error) is KeyboardInterrupt
        held: set[int] = set()
        for number in (1, 2, 3, 4, 1, 7, 1, 1):
            offset = spans.take(number * GRANULE)
            units = set(range(offset // GRANULE, offset // GRANULE + number)) if offset >= 0 else set()
            assert not units & held
            held |= units
            if number == 4 and offset >= 0:
                spans.give(offset, 4 * GRANULE)
                held -= units
        spans = Spans(UNITS * GRANULE)
