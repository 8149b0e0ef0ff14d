"""Entering Python from C: taking the GIL where the thread does not have it, and turning back once Python ends.

A thread that Python knows has a state of its own, and takes the GIL with it as it does on return from a call. Any
other, a foreign thread, is given a state by PyGILState_Ensure, and keeps it (see `kept_thread`). CPython kills a thread
that waits for the GIL when the interpreter goes away, in the middle of C's work. So foreign threads are counted as they
enter, and Python's exit first shuts the gate, then waits until those who came through it are out again
(`cpython.link.finalization`).
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import AtomicAdd, Branch, Compute, Jump, Label, Load, Local, Memory, Move, Store
from .gate import ENTERED, LEFT, SHUT
from .interpreter import Surroundings
from .kept_thread import of_thread
from .link import FINALIZATION_GATE, KEPT_THREADS

__all__ = ["let_go", "one_more", "take_gil", "unless_shut"]

#: How a thread came to have the GIL: it had it, took it, took it with a state that it kept, or was given a state: then
#: PyGILState_Ensure's answer, a small number, is on top of that.
HAD, TOOK, KEPT, FOREIGN = 0, 1, 2, 3


def unless_shut(w: Builder, env: Surroundings, too_late: str) -> None:
    """Go to `too_late` once Python has begun to go away."""
    w.add(Move("t0", FINALIZATION_GATE), Branch("ne", Memory("t0", SHUT), 0, "ending", 4), Label("alive"))

    def ending() -> None:
        w.add(
            env.invoke("Py_IsInitialized", result="t0"),
            Branch("eq", "t0", 0, too_late, 4),
            env.invoke("Py_IsFinalizing", result="t0"),
            Branch("eq", "t0", 0, "alive", 4),
            Jump(too_late),
        )

    w.aside("ending", ending)


def take_gil(w: Builder, env: Surroundings, hold: Local, too_late: str) -> None:
    """Take the GIL unless this thread has it, and keep how in `hold`; to `too_late` if the gate is shut. s1 is lost."""
    if env.interpreter.own_state:
        w.add(env.invoke("PyThreadState_GetUnchecked", result="t0"), Branch("eq", "t0", 0, "outside"))
        w.aside("outside", lambda: _outside(w, env))
    else:  # the current state is that of whichever thread has the GIL
        w.add(
            env.invoke("PyGILState_GetThisThreadState", result="s1"),
            Branch("eq", "s1", 0, "foreign"),
            env.invoke("PyThreadState_GetUnchecked", result="t0"),
            Branch("ne", "t0", "s1", "known"),
        )
    w.add(Store(Memory(hold), HAD, 4, "the GIL is held already"), Label("taken"))
    w.aside("known", lambda: _known(w, env, hold, too_late))
    w.aside("foreign", lambda: _foreign(w, env, hold, too_late))


def _outside(w: Builder, env: Surroundings) -> None:
    w.add(
        env.invoke("PyGILState_GetThisThreadState", result="s1"),
        Branch("eq", "s1", 0, "foreign"),
        Jump("known"),
    )


def _known(w: Builder, env: Surroundings, hold: Local, too_late: str) -> None:
    w.add(
        of_thread(env),
        Branch("ne", "t0", 0, "kept"),
        Store(Memory(hold), TOOK, 4),
        Label("restore"),
        env.invoke("PyEval_RestoreThread", "s1"),
        Jump("taken"),
    )
    w.aside("kept", lambda: _kept(w, hold, too_late))


def _kept(w: Builder, hold: Local, too_late: str) -> None:
    """A foreign thread that Python knows: it stands behind the gate."""
    w.add(
        Store(Memory(hold), KEPT, 4),
        Move("t1", FINALIZATION_GATE),
        AtomicAdd(Memory("t1", ENTERED), 1, "before the gate is looked at"),
        Branch("eq", Memory("t1", SHUT), 0, "restore", 4),
        AtomicAdd(Memory("t1", ENTERED), -1),
        Jump(too_late),
    )


def _foreign(w: Builder, env: Surroundings, hold: Local, too_late: str) -> None:
    w.add(
        Move("s1", FINALIZATION_GATE),
        AtomicAdd(Memory("s1", ENTERED), 1, "before the gate is looked at"),
        Branch("ne", Memory("s1", SHUT), 0, "turn_back", 4),
        env.invoke("PyGILState_Ensure", result="t0"),
        Compute("add", "t0", FOREIGN),
        Store(Memory(hold), "t0", 4),
        Move("t1", KEPT_THREADS),
        Branch("eq", Memory("t1"), 0, "taken", 4, "states are not kept"),
        env.support("keep_thread"),
        Jump("taken"),
    )
    w.aside("turn_back", lambda: w.add(AtomicAdd(Memory("s1", ENTERED), -1), Jump(too_late)))


def let_go(w: Builder, env: Surroundings, hold: Local, then: str) -> None:
    """Give the GIL back, if it was not held before; go on at `then`, a label that is to follow."""
    w.add(Branch("ne", Memory(hold), HAD, "let_go", 4))

    def give() -> None:
        w.add(
            Branch("ne", Memory(hold), TOOK, "foreign_leaves", 4),
            Label("goes_on"),
            env.invoke("PyEval_SaveThread"),
            Jump(then),
        )

    def foreign_leaves() -> None:
        w.add(Move("t1", FINALIZATION_GATE))
        one_more(w, env, "t1", LEFT)
        w.add(
            Branch("eq", Memory(hold), KEPT, "goes_on", 4),
            Load("t0", Memory(hold), 4),
            Compute("sub", "t0", FOREIGN),
            env.invoke("PyGILState_Release", "t0"),
            Jump(then),
        )

    w.aside("let_go", give)
    w.aside("foreign_leaves", foreign_leaves)


def one_more(w: Builder, env: Surroundings, base: str, offset: int, amount: int = 1) -> None:
    """Count where only the holder of the GIL counts. t0 may be lost."""
    place, pointer = Memory(base, offset), env.target.model.pointer
    if env.interpreter.fast:
        w.add(Load("t0", place, pointer), Compute("add", "t0", amount), Store(place, "t0", pointer))
    else:  # there may be no GIL at all
        w.add(AtomicAdd(place, amount))
