"""An exception that is set where C calls back: destructors are called while one is on its way. Python code must not run with it,
and whoever set it is to find it again."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import AddressOf, Branch, Jump, Label, Local, Memory, Store
from .interpreter import Surroundings

__all__ = ["set_aside", "set_back"]


def set_aside(w: Builder, env: Surroundings) -> tuple[Local, ...]:
    """Take what is set away, if something is; gives where it is kept. The thread's state is in s1."""
    kept = tuple(w.local() for _ in range(3))
    w.add(*(Store(Memory(place), 0, env.target.model.pointer) for place in kept))
    if env.interpreter.fast:
        w.add(Branch("ne", Memory("s1", env.interpreter.state_raised), 0, "set_before"))
    else:
        w.add(env.invoke("PyErr_Occurred", result="t0"), Branch("ne", "t0", 0, "set_before"))
    w.add(Label("set_aside"))
    fetch = env.invoke("PyErr_Fetch", *(AddressOf(Memory(place)) for place in kept), note="it waits")
    w.aside("set_before", lambda: w.add(fetch, Jump("set_aside")))
    return kept


def set_back(w: Builder, env: Surroundings, kept: tuple[Local, ...]) -> None:
    """Set it again. One that was set meanwhile takes its place."""
    places = [Memory(place) for place in kept]
    w.add(Branch("ne", places[0], 0, "set_again"), Label("as_before"))

    def again() -> None:
        w.add(
            env.invoke("PyErr_Occurred", result="t0"),
            Branch("ne", "t0", 0, "set_since"),
            env.invoke("PyErr_Restore", *places),
            Jump("as_before"),
            Label("set_since"),
            *(env.invoke("Py_DecRef", place, note="NULL is allowed") for place in places),
            Jump("as_before"),
        )

    w.aside("set_again", again)
