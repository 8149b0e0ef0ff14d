"""Checks that each line of a group gives what its row says, and times them side by side."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.caller import Call
from bench.clock import Time, side_by_side
from bench.everyday.group import Built, Group, Names
from bench.everyday.row import PEERS, Row

__all__ = ["Times", "calls_of", "measured", "names_of", "outcome"]

Times = dict[str, dict[str, Time]]
WORD = re.compile(r"[A-Za-z_]\w*")


def names_of(group: Group, directory: Path, peers: Iterable[str] = PEERS) -> dict[str, Names]:
    """What the lines of each peer name."""
    built = Built(group.name, directory)
    return {peer: group.set_ups[peer](built) for peer in peers if peer in group.set_ups}


def outcome(row: Row, peer: str, names: Names) -> Any:
    """What the peer's line gives, as the row looks at it."""
    line, known = row.line(peer), dict(names)
    assert line is not None
    try:
        code = compile(line, f"<{row.name}>", "eval")
    except SyntaxError:
        exec(line, known)
    else:
        known["it"] = eval(code, known)
    return eval(row.then, known)


def calls_of(rows: Iterable[Row], names: dict[str, Names]) -> dict[str, dict[str, Call]]:
    """The lines to time, by row and peer."""
    found: dict[str, dict[str, Call]] = {}
    for row in rows:
        found[row.name] = {}
        for peer, known in names.items():
            line = row.line(peer)
            if line is not None:
                words = set(WORD.findall(line))
                found[row.name][peer] = Call(line, {name: value for name, value in known.items() if name in words})
    return found


def measured(group: Group, directory: Path, quick: bool, only: Iterable[str] = ()) -> Times:
    """Nanoseconds (or what the row's unit is) of each row by peer; leaves if one gives something else than its row says."""
    rows = [row for row in group.rows if not only or any(part in row.name or part == group.name for part in only)]
    if not rows:
        return {}
    names = names_of(group, directory)
    for row in rows:
        for peer in calls_of([row], names)[row.name]:
            if row.unit == "ns" and (found := outcome(row, peer, names[peer])) != row.result:
                sys.exit(f"{peer}: {row.name} gives {found!r}, not {row.result!r}")
    times: Times = {}
    rounds, milliseconds = (9, 1.0) if quick else (31, 4.0)
    quickly = [row for row in rows if not row.slow and row.unit == "ns"]
    times |= side_by_side(calls_of(quickly, names), rounds, milliseconds)
    slowly = [row for row in rows if row.slow and row.unit == "ns"]
    times |= side_by_side(calls_of(slowly, names), 3 if quick else 9, 0.0, unrolled=1)
    for row in rows:
        if row.unit != "ns":
            figures = {peer: float(call()) for peer, call in calls_of([row], names)[row.name].items()}
            times[row.name] = {peer: Time(figure, figure) for peer, figure in figures.items()}
    return {
        row.name: {peer: Time(t.best / row.items, t.median / row.items) for peer, t in times[row.name].items()}
        for row in rows
    }
