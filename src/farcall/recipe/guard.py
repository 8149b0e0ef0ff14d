"""What ties calls and closures together: the mark of a call under way, and exceptions that wait for its return.

A callback that raises cannot unwind C. Its exception is parked, and raised by the call through which C was
entered. Which call that is can be told without any cost of bookkeeping: every call keeps a mark in its frame
while C runs, so the one who parks an exception looks up its own stack for the next mark. Whether any exception is
parked is one global counter, which every call reads when C has returned.
"""

from __future__ import annotations

from .interpreter import Surroundings
from .step import At, Branch, Local, Move, Store, Symbol
from .writer import Writer

__all__ = ["MARK", "if_parked", "mark", "unmark"]

#: The mark, as a signed 32-bit immediate; in memory it is eight bytes, sign-extended.
MARK = -0x5A3CA0E5


def mark(w: Writer) -> Local:
    """Put the mark into the frame: C is about to run."""
    slot = w.local(8)
    w.add(Store(At(slot), MARK, 8, "a call is under way here"))
    return slot


def unmark(w: Writer, slot: Local) -> None:
    """Take the mark away again."""
    w.add(Store(At(slot), 0, 8, "C has returned"))


def if_parked(w: Writer, env: Surroundings, label: str) -> None:
    """Go to `label` if some callback's exception waits; the registers of results are left alone."""
    w.add(
        Move("t1", Symbol("parked")),
        Branch("ne", At("t1"), 0, label, 4, "a callback raised"),
    )
