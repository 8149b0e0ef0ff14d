"""The arguments of a vectorcall as a tuple, for Python functions that take them as one."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Compute, Jump, Label, Load, Memory, Move
from .interpreter import Surroundings

__all__ = ["argument_tuple"]


def argument_tuple(w: Builder, env: Surroundings, count: Memory, failed: str) -> None:
    """A tuple in s1 of the `count` objects whose addresses lie from s0 on; to `failed`, with MemoryError set, if there is no
    memory. s0, s2 and all temporaries are lost."""
    pointer = env.target.model.pointer
    w.add(
        env.invoke("PyTuple_New", count, result="s1"),
        Branch("eq", "s1", 0, failed),
        Move("s2", 0),
        Label("next"),
        Branch("eq", count, "s2", "filled"),
        Load("t0", Memory("s0"), pointer),
        env.invoke("Py_IncRef", "t0"),
        Load("t0", Memory("s0"), pointer),
        env.invoke("PyTuple_SetItem", "s1", "s2", "t0"),
        Compute("add", "s0", pointer),
        Compute("add", "s2", 1),
        Jump("next"),
        Label("filled"),
    )
