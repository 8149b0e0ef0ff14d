"""Each line of the bench's everyday rows gives what its row says: farcall's, and that of every peer that is there.

Nothing is timed here.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from bench import build
from bench.clock import Time
from bench.everyday import cffi_face
from bench.everyday.group import Group
from bench.everyday.groups import GROUPS
from bench.everyday.measure import names_of, outcome
from bench.everyday.row import BEST, PEERS, Goal, Row, within
from bench.everyday.table import everyday_table, is_met


def peers() -> list[str]:
    """Those that can be had: cffi needs itself and setuptools, what is by hand Python's headers."""
    there = {
        "cffi": build.missing() is None and all(map(importlib.util.find_spec, ("cffi", "setuptools"))),
        "hand": build.missing() is None,
    }
    return [peer for peer in PEERS if there.get(peer, True)]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)
def test_every_line_gives_what_its_row_says(group: Group, tmp_path: Path) -> None:
    if lack := build.missing():
        pytest.skip(f"needs gcc: {lack}")
    pytest.importorskip("numpy", reason="needs numpy")
    if group is cffi_face.GROUP:
        pytest.importorskip("cffi", reason="needs cffi's Python files")
    names = names_of(group, tmp_path, peers())
    wrong = {
        (row.name, peer): found
        for row in group.rows
        for peer, known in names.items()
        if row.line(peer) is not None and row.unit == "ns" and (found := outcome(row, peer, known)) != row.result
    }
    assert not wrong


def test_a_row_has_a_name_of_its_own() -> None:
    names = [row.name for group in GROUPS for row in group.rows]
    assert sorted(set(names)) == sorted(names)


def test_a_goal_that_names_a_row_names_one_of_its_group() -> None:
    for group in GROUPS:
        known = {"best", "hand"} | {row.unit for row in group.rows} | {row.name for row in group.rows}
        assert {goal.of for row in group.rows for goal in row.goals} <= known


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        (BEST, False),
        (Goal(2.0, "best"), True),
        (Goal(1.1, "hand"), True),
        (Goal(0.9, "hand"), False),
        (within(20), True),
        (within(19), False),
        (Goal(1.0, "another"), True),
        (Goal(1.0, "no such row"), None),
    ],
)
def test_a_goal_is_met_or_not(goal: Goal, met: bool | None) -> None:
    by = {peer: Time(time, time) for peer, time in zip(PEERS, (20.0, 30.0, 10.0, 20.0), strict=True)}
    assert is_met(goal, by, {"another": {"farcall": Time(25.0, 25.0)}}) is met


def test_the_table_says_of_each_row_what_was_asked_and_whether_it_is_met() -> None:
    rows = (
        Row("quick", "f()", "f()", None, goals=(BEST, within(5))),
        Row("size", "f()", None, None, unit="bytes", goals=(within(200),)),
        Row("left out", "f()", "f()", None),
    )
    times = {"quick": {"farcall": Time(10, 10), "ctypes": Time(20, 20)}, "size": {"farcall": Time(66, 66)}}
    lines = everyday_table("rows", rows, times).splitlines()
    assert len(lines) == 3
    assert lines[1].split() == [
        "quick",
        "10.0",
        "20.0",
        "n/a",
        "n/a",
        "0.50",
        "1",
        "of",
        "best:",
        "met;",
        "5",
        "ns:",
        "MISSED",
    ]
    assert lines[2].startswith("size, bytes")
