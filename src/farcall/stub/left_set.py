"""An exception that C left set: what functions of Python's own C API do to raise."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import AddressOf, Branch, Jump, Label, Local, Memory
from .call_mark import if_pending
from .interpreter import Surroundings
from .link import SELF

__all__ = ["raise_set"]


def raise_set(w: Builder, env: Surroundings, owned: bool, marked: Local) -> None:
    """Go to `failed` if an exception is set; with `owned` the result, in s1, is let go of, which may be NULL. A callback's
    exception that waits for the same call is the one that is raised."""
    fetched = [Memory(w.local()) for _ in range(3)]
    places = [AddressOf(place) for place in fetched]
    w.add(env.invoke("PyErr_Occurred", result="t0"), Branch("ne", "t0", 0, "left_set", note="C left an exception set"))

    def left_set() -> None:
        if_pending(w, env, "left_pending")
        w.add(Label("left_alone"))
        w.add(*([env.invoke("Py_DecRef", "s1", note="the result nobody gets")] if owned else []))
        w.add(Jump("failed"))

    def left_pending() -> None:
        w.add(
            env.invoke("PyErr_Fetch", *places),
            env.support("raise_pending", SELF, AddressOf(Memory(marked)), result="t0"),
            Branch("ne", "t0", 0, "left_raised", 4),
            env.invoke("PyErr_Restore", *fetched),
            Jump("left_alone"),
        )

    def left_raised() -> None:
        w.add(*(env.invoke("Py_DecRef", place, note="NULL is allowed") for place in fetched), Jump("left_alone"))

    w.aside("left_set", left_set)
    w.aside("left_pending", left_pending)
    w.aside("left_raised", left_raised)
