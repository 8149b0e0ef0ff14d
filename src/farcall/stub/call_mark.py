"""What ties calls and closures together: the mark of a call under way, and exceptions that wait for its return.

A callback that raises cannot unwind C. Its exception is kept as pending, and raised by the call through which C was
entered. Which call that is can be told without any cost of bookkeeping: every call keeps a mark in its frame
while C runs, so whoever has an exception to leave looks up its own stack for the next mark. Whether any exception is
pending is one counter, which every call reads when C has returned. Each interpreter in a process has a mark and a counter of
its own: an exception is an object, and never goes into another one.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Local, Memory, Move, Store
from .interpreter import SIZE, Surroundings
from .link import PENDING

__all__ = ["if_pending", "mark", "unmark"]


def mark(w: Builder, env: Surroundings) -> Local:
    """Put the mark into the frame: C is about to run."""
    pointer, slot = env.target.model.pointer, w.local(SIZE)
    low = env.target.byteorder.low(SIZE, pointer)
    for offset in range(0, SIZE, pointer):
        word = env.interpreter.mark if offset == low else -1  # the sign
        w.add(Store(Memory(slot, offset), word, pointer, "" if offset else "a call is under way here"))
    return slot


def unmark(w: Builder, env: Surroundings, slot: Local) -> None:
    """Take the mark away again: a part of it is none."""
    w.add(Store(Memory(slot), 0, env.target.model.pointer, "C has returned"))


def if_pending(w: Builder, env: Surroundings, label: str) -> None:
    """Go to `label` if some callback's exception waits; the registers of results are left alone."""
    w.add(
        Move("t1", PENDING),
        Branch("ne", Memory("t1"), 0, label, 4, "a callback raised"),
    )
