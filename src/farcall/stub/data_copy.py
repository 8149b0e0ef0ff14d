"""C data that begin as a copy of bytes, as `from_buffer_copy` makes them."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from .data_object import BASE, OBJECTS, SIZE, SIZE_OF, nothing, slot, with_memory
from .interpreter import Surroundings
from .link import FUNCTION, api, c_string, interned

__all__ = ["data_copy"]

#: As many arguments as Python's function is given behind the class, at most: it takes two, and refuses more.
MOST = 3


def data_copy(env: Surroundings) -> Routine:
    """METH_FASTCALL of a class: of bytes, from their start on. All else is Python's."""
    w, facts, pointer = Builder("data_copy", env.placement("METH_FASTCALL")), env.interpreter, env.target.model.pointer
    cls, given, count, size = (Memory(w.local()) for _ in range(4))
    w.add(LoadArgument(0, cls, "the class"), LoadArgument(1, given, "the arguments"), LoadArgument(2, count))
    if facts.fast:
        w.add(
            Branch("ne", count, 1, "ask"),
            Load("s0", given, pointer),
            Load("s0", Memory("s0"), pointer),
            Branch("ne", Memory("s0", facts.type), api("PyBytes_Type"), "ask", note="exactly bytes"),
            env.invoke("PyObject_GetAttr", cls, interned(SIZE_OF), result="s2"),
            Branch("eq", "s2", 0, "untold"),
            Branch("eq", "s2", api("_Py_NoneStruct"), "unknown"),
            env.invoke("PyLong_AsSsize_t", "s2", result="t0"),
            Branch("lt", Memory("s0", facts.bytes_size), "t0", "unknown", note="too few"),
            Load("s1", Memory("s0", facts.bytes_size), pointer),
            env.invoke("audit_buffer", c_string("cdata_buffer"), c_string("three_sizes"), "s1", "s1", 0, result="t0"),
            Branch("ne", "t0", 0, "failed", 4),
            env.invoke("PyLong_AsSsize_t", "s2", result="t0"),
        )
        with_memory(w, env, cls, size)
        w.add(
            env.invoke("PyLong_AsSsize_t", "s2", result="t0"),
            Store(size, "t0", pointer),
            Load("t1", given, pointer),
            Load("t1", Memory("t1"), pointer),
            LoadAddress("t1", Memory("t1", facts.bytes_data)),
            Load("t0", Memory("s1", facts.value_data), pointer),
            env.invoke("memmove", "t0", "t1", size),
            Store(slot(env, "s1", SIZE), "s2", pointer),
        )
        nothing(w, env, "s1", BASE, OBJECTS)
        w.add(Return("s1"))
        w.aside("untold", lambda: w.add(env.invoke("PyErr_Clear"), Jump("ask")))
        w.aside("unknown", lambda: w.add(env.invoke("Py_DecRef", "s2"), Jump("ask")))
        w.aside("failed", lambda: w.add(env.invoke("Py_DecRef", "s2"), Return(0)))
    else:
        w.add(Jump("ask"))
    w.aside("ask", lambda: _ask(w, env, cls, given, count))
    return w.finish()


def _ask(w: Builder, env: Surroundings, cls: Memory, given: Memory, count: Memory) -> None:
    """Call Python's function with the class before the arguments."""
    pointer = env.target.model.pointer
    row, passed = w.local((MOST + 1) * pointer), w.label("passed")
    w.add(Load("t0", cls, pointer), Store(Memory(row), "t0", pointer), Load("s0", given, pointer), Move("s1", 0))
    for number in range(MOST):
        w.add(
            Branch("eq", count, number, passed),
            Load("t0", Memory("s0", number * pointer), pointer),
            Store(Memory(row, (number + 1) * pointer), "t0", pointer),
            Move("s1", number + 1),
        )
    w.add(
        Label(passed),
        Compute("add", "s1", 1),
        env.invoke("vectorcall", FUNCTION, AddressOf(Memory(row)), "s1", 0, result="t0"),
        Return("t0"),
    )
