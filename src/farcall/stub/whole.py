"""Storing a struct, an array or a vector that Python objects stand for: made apart, then copied to its place as a whole, so
that a place is never left half written."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Jump, LoadAddress, Memory
from .interpreter import Surroundings
from .reference import release

__all__ = ["store_made"]


def store_made(w: Builder, env: Surroundings, cells: Memory, place: Memory, size: Memory | int, slow: str) -> None:
    """Have the writer whose cells' address is at `cells` make an instance of the value in s0, and copy its `size` bytes
    to the address that is at `place`. To `slow`, s0 as it was, if Python has to. s2 is lost."""
    facts, keeping = env.interpreter, w.label("keeping")
    w.add(
        env.support("make", cells, "s0", result="s2"),
        Branch("eq", "s2", 0, slow),
        Branch("ne", Memory("s2", facts.value_owner), 0, keeping),
        LoadAddress("t1", Memory("s2", facts.value_payload)),
        env.invoke("memmove", place, "t1", size),
    )
    release(w, env, "s2")
    w.aside(keeping, lambda: w.add(env.invoke("Py_DecRef", "s2"), Jump(slow)))
