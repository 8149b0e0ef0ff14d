"""Storing a function of Python's where C reads a function pointer: a closure that the memory keeps."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Indirect, Invoke, Load, LoadArgument, Memory, Return, Routine, Store
from .closure_cells import CELLS
from .interpreter import Surroundings
from .state import state, words
from .writer import CLOSURE

__all__ = ["store_closure"]


def store_closure(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int store_closure(cells, place, callable, value)`: 0 if a closure of the callable was made, stored at a place in the
    memory of a value, and is kept there; 1, with nothing raised, if Python has to. In the tier with known layouts.

    No writer calls this: making a closure may start a garbage collection, and so Python code. It cannot take away the memory,
    which is the value's own, or that of one that it keeps.
    """
    facts, pointer = env.interpreter, env.target.model.pointer
    layout, where = Memory(w.local()), words(pointer)
    w.add(
        LoadArgument(0, "s0", "the cells of the pointer's type"),
        LoadArgument(1, "s1", "the place"),
        LoadArgument(2, "s2", "the callable"),
        LoadArgument(3, "t0", "the value"),
        Load("s0", Memory("s0", CLOSURE * pointer), pointer, note="the closure type"),
        Branch("eq", "s0", 0, "ask"),
    )
    value = Memory(w.local())
    w.add(
        Store(value, "t0", pointer),
        env.support("lasts", "t0", "s1", result="t0"),
        Branch("eq", "t0", 0, "ask", 4, "C's own memory keeps nothing"),
        Load("t0", Memory("s0", facts.header), pointer),
        Load("t0", Memory("t0", facts.value_data), pointer, note="its words"),
        Store(layout, "t0", pointer),
        Load("t1", Memory("t0", where.make), pointer),
        Branch("eq", "t1", 0, "ask"),
        Invoke(
            "t1",
            env.placement("support:make_closure"),
            (Indirect(layout, where.cls), "s0", "s2"),
            "s2",
            note="make_closure",
        ),
        Branch("eq", "s2", 0, "ask"),
        Load("t0", Memory("s2", facts.header + CELLS * pointer), pointer),
        Load("t0", Memory("t0", state(pointer).address), pointer),
        env.support("remember", value, "s1", "t0", "s2", 1, result="s0"),
        env.invoke("Py_DecRef", "s2", note="the memory has it, or nobody"),
        Return("s0"),
    )
    w.aside("ask", lambda: w.add(Return(1)))
    return w.finish()
