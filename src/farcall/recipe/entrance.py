"""Entering Python from C: taking the GIL where the thread does not have it, and turning back once Python ends.

A thread that waits for the GIL when the interpreter goes away is killed by CPython, in the middle of C's work. So
every thread that has to wait is counted, and Python's exit first shuts the gate, then waits until those who came
through it are out again (`cpython.ending`).

    the gate's cells:    shut | whose exit it is | ... | entered | taken | left
"""

from __future__ import annotations

from typing import NamedTuple

from .interpreter import Surroundings
from .step import At, Branch, Compute, Count, Jump, Label, Load, Local, Move, Store, Symbol
from .writer import Writer

__all__ = ["ENTERED", "LEFT", "OWNER", "SHUT", "SIZE", "TAKEN", "Hold", "let_go", "one_more", "take_gil", "unless_shut"]

#: Offsets of the gate's cells, in bytes: what all threads read lies in another cache line than what they write.
SHUT, OWNER, ENTERED, TAKEN, LEFT, SIZE = 0, 8, 64, 72, 80, 96
GATE = Symbol("gate")


class Hold(NamedTuple):
    """Where a routine keeps how it got the GIL: PyGILState_Ensure's answer, and whether it was held before."""

    answer: Local
    before: Local


def unless_shut(w: Writer, env: Surroundings, too_late: str) -> None:
    """Go to `too_late` once Python has begun to go away."""
    w.add(Move("t0", GATE), Branch("ne", At("t0", SHUT), 0, "ending", 4), Label("alive"))

    def ending() -> None:
        w.add(
            env.invoke("Py_IsInitialized", result="t0"),
            Branch("eq", "t0", 0, too_late, 4),
            env.invoke("Py_IsFinalizing", result="t0"),
            Branch("eq", "t0", 0, "alive", 4),
            Jump(too_late),
        )

    w.aside("ending", ending)


def take_gil(w: Writer, env: Surroundings, hold: Hold, too_late: str) -> None:
    """Take the GIL unless this thread has it; to `too_late` if the gate is shut. s1 is lost."""
    w.add(
        env.invoke("PyThreadState_GetUnchecked", result="s1"),
        Branch("eq", "s1", 0, "take"),
    )
    if not env.interpreter.own_state:  # it is that of whichever thread has the GIL
        w.add(
            env.invoke("PyGILState_GetThisThreadState", result="t0"),
            Branch("ne", "t0", "s1", "take"),
        )
    w.add(Store(At(hold.before), 1, 4, "the GIL is held already"), Label("taken"))

    def take() -> None:
        w.add(
            Move("s1", GATE),
            Count(At("s1", ENTERED), 1, "before the gate is looked at"),
            Branch("ne", At("s1", SHUT), 0, "shut", 4),
            Label("enter"),
            env.invoke("PyGILState_Ensure", result="t0"),
            Store(At(hold.answer), "t0", 4),
            Store(At(hold.before), 0, 4),
        )
        one_more(w, env, "s1", TAKEN)
        w.add(Jump("taken"))

    def shut() -> None:
        w.add(
            env.invoke("Py_IsFinalizing", result="t0"),
            Branch("ne", "t0", 0, "turn_back", 4),
            env.invoke("PyGILState_GetThisThreadState", result="t0"),
            Branch("eq", At("s1", OWNER), "t0", "enter", note="the thread that ends Python"),
            Label("turn_back"),
            Count(At("s1", ENTERED), -1),
            Jump(too_late),
        )

    w.aside("take", take)
    w.aside("shut", shut)


def let_go(w: Writer, env: Surroundings, hold: Hold, then: str) -> None:
    """Give the GIL back, as it was taken; go to `then`."""
    w.add(Move("t1", GATE))
    one_more(w, env, "t1", LEFT)
    w.add(
        Load("t0", At(hold.answer), 4),
        env.invoke("PyGILState_Release", "t0"),
        Jump(then),
    )


def one_more(w: Writer, env: Surroundings, base: str, offset: int, amount: int = 1) -> None:
    """Count where only the holder of the GIL counts. t0 may be lost."""
    place = At(base, offset)
    if env.interpreter.fast:
        w.add(Load("t0", place, 8), Compute("add", "t0", amount), Store(place, "t0", 8))
    else:  # there may be no GIL at all
        w.add(Count(place, amount))
