"""A row of the table, and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["BEST", "PEERS", "UNITS", "Goal", "Row", "within"]

#: Who may have an expression of a row, in the table's order; `hand` is a C extension written by hand, or what does the
#: least that the row needs (a slice of bytes, a memcpy).
PEERS = ("farcall", "ctypes", "cffi", "hand")
#: What figures are given in.
UNITS = ("ns", "us", "ms", "bytes")


@dataclass(frozen=True)
class Goal:
    """At most `most` times `of`: "best" is the better of ctypes and cffi, "hand" is by hand, a unit is that of
    the row's figures, and anything else the name of another row, by its time of farcall."""

    most: float
    of: str

    def __str__(self) -> str:
        return f"{self.most:g} {self.of}" if self.of in UNITS else f"{self.most:g} of {self.of}"


BEST = Goal(1.0, "best")


def within(nanoseconds: float) -> Goal:
    return Goal(nanoseconds, "ns")


@dataclass(frozen=True)
class Row:
    """One line of Python for each peer, of names that the group's set-ups make; None where the peer has nothing of the
    kind. `result` is what `then`, an expression in which the line's value is `it`, has to give for each of them before
    anything is timed. Of a line that does a thing `items` times, the time of one is shown. A `slow` line takes
    milliseconds, and is timed a few times only. A row whose `unit` is not "ns" is not timed: its lines give the figure.
    """

    name: str
    farcall: str
    ctypes: str | None
    cffi: str | None
    hand: str | None = None
    goals: tuple[Goal, ...] = (BEST,)
    result: object = None
    then: str = "it"
    items: int = 1
    slow: bool = False
    unit: str = "ns"

    def line(self, peer: str) -> str | None:
        line: str | None = getattr(self, peer)
        return line
