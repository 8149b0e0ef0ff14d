"""Entering Python from C: taking the GIL where the thread does not have it, and turning back once Python ends.

A thread that Python knows has a state of its own, and takes the GIL with it as it does on return from a call. Any
other, a stranger, is given a state by PyGILState_Ensure. CPython kills a thread that waits for the GIL when the
interpreter goes away, in the middle of C's work. So strangers are counted as they enter, and Python's exit first
shuts the gate, then waits until those who came through it are out again (`cpython.link.finalization`).

    the gate's cells:    shut | ... | entered | left
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import AtomicAdd, Branch, Compute, Jump, Label, Load, Local, Memory, Move, Store
from .interpreter import Surroundings
from .link import GATE

__all__ = ["ENTERED", "LEFT", "SHUT", "SIZE", "let_go", "one_more", "take_gil", "unless_shut"]

#: Offsets of the gate's cells, in bytes, with room for a pointer of any width: what all threads read lies in another
#: cache line than what they write.
SHUT, ENTERED, LEFT, SIZE = 0, 64, 72, 80
#: How a thread came to have the GIL; a foreign thread keeps PyGILState_Ensure's answer, a small number, on top of that.
HAD, TOOK, STRANGER = 0, 1, 2


def unless_shut(w: Builder, env: Surroundings, too_late: str) -> None:
    """Go to `too_late` once Python has begun to go away."""
    w.add(Move("t0", GATE), Branch("ne", Memory("t0", SHUT), 0, "ending", 4), Label("alive"))

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
            Branch("eq", "s1", 0, "stranger"),
            env.invoke("PyThreadState_GetUnchecked", result="t0"),
            Branch("ne", "t0", "s1", "known"),
        )
    w.add(Store(Memory(hold), HAD, 4, "the GIL is held already"), Label("taken"))
    w.aside("known", lambda: _known(w, env, hold))
    w.aside("stranger", lambda: _stranger(w, env, hold, too_late))


def _outside(w: Builder, env: Surroundings) -> None:
    w.add(
        env.invoke("PyGILState_GetThisThreadState", result="s1"),
        Branch("eq", "s1", 0, "stranger"),
        Jump("known"),
    )


def _known(w: Builder, env: Surroundings, hold: Local) -> None:
    w.add(
        Store(Memory(hold), TOOK, 4),
        env.invoke("PyEval_RestoreThread", "s1"),
        Jump("taken"),
    )


def _stranger(w: Builder, env: Surroundings, hold: Local, too_late: str) -> None:
    w.add(
        Move("s1", GATE),
        AtomicAdd(Memory("s1", ENTERED), 1, "before the gate is looked at"),
        Branch("ne", Memory("s1", SHUT), 0, "turn_back", 4),
        env.invoke("PyGILState_Ensure", result="t0"),
        Compute("add", "t0", STRANGER),
        Store(Memory(hold), "t0", 4),
        Jump("taken"),
    )
    w.aside("turn_back", lambda: w.add(AtomicAdd(Memory("s1", ENTERED), -1), Jump(too_late)))


def let_go(w: Builder, env: Surroundings, hold: Local, then: str) -> None:
    """Give the GIL back, if it was not held before; go on at `then`, a label that is to follow."""
    w.add(Branch("ne", Memory(hold), HAD, "let_go", 4))

    def give() -> None:
        w.add(
            Branch("ne", Memory(hold), TOOK, "stranger_leaves", 4),
            env.invoke("PyEval_SaveThread"),
            Jump(then),
        )

    def stranger_leaves() -> None:
        w.add(Move("t1", GATE))
        one_more(w, env, "t1", LEFT)
        w.add(
            Load("t0", Memory(hold), 4),
            Compute("sub", "t0", STRANGER),
            env.invoke("PyGILState_Release", "t0"),
            Jump(then),
        )

    w.aside("let_go", give)
    w.aside("stranger_leaves", stranger_leaves)


def one_more(w: Builder, env: Surroundings, base: str, offset: int, amount: int = 1) -> None:
    """Count where only the holder of the GIL counts. t0 may be lost."""
    place, pointer = Memory(base, offset), env.target.model.pointer
    if env.interpreter.fast:
        w.add(Load("t0", place, pointer), Compute("add", "t0", amount), Store(place, "t0", pointer))
    else:  # there may be no GIL at all
        w.add(AtomicAdd(place, amount))
