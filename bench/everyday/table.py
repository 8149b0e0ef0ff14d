"""The rows' times as text, with what was asked of each."""

from __future__ import annotations

from bench.clock import Time
from bench.everyday.measure import Times
from bench.everyday.row import PEERS, UNITS, Goal, Row

__all__ = ["everyday_table", "is_met", "page_table", "ratio"]

WIDTH = 46
#: What only code has in its name.
CODE = "*_[(<=."


def ratio(over: Time | None, under: Time | None) -> float | None:
    """How many times `over` takes as long as `under`, by the best rounds."""
    return None if over is None or under is None else over.best / under.best


def best(by: dict[str, Time]) -> Time | None:
    """The better of ctypes and cffi."""
    return min((by[peer] for peer in ("ctypes", "cffi") if peer in by), default=None)


def is_met(goal: Goal, by: dict[str, Time], times: Times) -> bool | None:
    """None where what the goal compares with is not there."""
    if goal.of in UNITS:
        return by["farcall"].best <= goal.most
    other = (
        best(by)
        if goal.of == "best"
        else by.get("hand")
        if goal.of == "hand"
        else times.get(goal.of, {}).get("farcall")
    )
    found = ratio(by["farcall"], other)
    return None if found is None else found <= goal.most


def verdict(goal: Goal, by: dict[str, Time], times: Times) -> str:
    return f"{goal}: " + {True: "met", False: "MISSED", None: "n/a"}[is_met(goal, by, times)]


def cell(time: Time | None) -> str:
    return f"{'n/a':>11}" if time is None else f"{time.best:>11.1f}" if time.best < 1e5 else f"{time.best:>11.0f}"


def over(value: float | None) -> str:
    return f"{'':>8}" if value is None else f"{value:>8.2f}"


def everyday_table(title: str, rows: tuple[Row, ...], times: Times) -> str:
    """A group's table: nanoseconds, farcall over the best of ctypes and cffi and over what is by hand, goals."""
    lines = [
        f"{title + ', ns':<{WIDTH}}" + "".join(f"{peer:>11}" for peer in PEERS) + f"{'f/best':>8}{'f/hand':>8}  goal"
    ]
    for row in rows:
        by = times.get(row.name)
        if by is None:
            continue
        name = row.name if row.unit == "ns" else f"{row.name}, {row.unit}"
        cells = "".join(cell(by.get(peer)) for peer in PEERS)
        ratios = over(ratio(by["farcall"], best(by))) + over(ratio(by["farcall"], by.get("hand")))
        goals = "; ".join(verdict(goal, by, times) for goal in row.goals)
        lines.append(f"{name:<{WIDTH}}{cells}{ratios}  {goals}")
    return "\n".join(lines)


def figure(time: Time | None) -> str:
    """Nanoseconds as a page has them: three digits that count."""
    if time is None:
        return ""
    best = time.best
    return f"{best:.2f}" if best < 1 else f"{best:.1f}" if best < 1000 else f"{float(f'{best:.3g}'):,.0f}"


def page_table(rows: tuple[Row, ...], times: Times) -> str:
    """A group's table in Markdown: nanoseconds of farcall and the others, and farcall over the best of ctypes and cffi, or,
    where these have nothing of the kind, over what is by hand. A row that is over its goal is marked."""
    lines = ["| | farcall | ctypes | cffi | by hand | farcall / best |", "|---|---:|---:|---:|---:|---:|"]
    for row in rows:
        by = times.get(row.name)
        if by is None:
            continue
        name = f"`{row.name}`" if any(mark in row.name for mark in CODE) else row.name
        name = name if row.unit == "ns" else f"{name}, {row.unit}"
        found = ratio(by["farcall"], best(by) or by.get("hand"))
        missed = "" if all(is_met(goal, by, times) is not False for goal in row.goals) else " (missed)"
        cells = " | ".join(figure(by.get(peer)) for peer in PEERS)
        lines.append(
            f"| {name.replace('|', chr(92) + '|')} | {cells} | {'' if found is None else f'{found:.2f}'}{missed} |"
        )
    return "\n".join(lines)
