"""Slots of C data: comparison of what holds addresses by these, how many items there are (of one object, or of all of a class), and
bytes as a buffer. What is unusual is Python's (`FUNCTION`)."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Jump,
    Label,
    Load,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from .interpreter import TP_RICHCOMPARE, Surroundings
from .link import FUNCTION, LENGTH
from .pointer_slots import COMPARISONS

__all__ = ["data_buffer", "data_compare", "data_count", "data_length"]


def data_compare(env: Surroundings) -> Routine:
    """`tp_richcompare`, of two objects whose types both have it."""
    w, pointer = Builder("data_compare", env.placement("tp_richcompare")), env.target.model.pointer
    facts, row = env.interpreter, w.local(3 * pointer)
    slot = facts.header + TP_RICHCOMPARE * pointer
    w.add(LoadArgument(0, "s0"), LoadArgument(1, "s1"), LoadArgument(2, "s2", "the operation"))
    if facts.fast:
        w.add(
            Load("t0", Memory("s0", facts.type), pointer),
            Load("t0", Memory("t0", slot), pointer),
            Load("t1", Memory("s1", facts.type), pointer),
            Branch("ne", Memory("t1", slot), "t0", "odd"),
            *(
                one
                for obj, to in (("s0", "t0"), ("s1", "t1"))
                for one in (Load(to, Memory(obj, facts.value_data), pointer), Load(to, Memory(to), pointer))
            ),
        )
        w.add(*(Branch("eq", "s2", number, f"if_{word}", 4) for number, word in enumerate(COMPARISONS)), Jump("odd"))
        for word in COMPARISONS:
            w.add(Label(f"if_{word}"), Branch(word, "t0", "t1", "true"), Jump("false"))
        w.add(Label("true"), env.invoke("PyBool_FromLong", 1, tail=True))
        w.add(Label("false"), env.invoke("PyBool_FromLong", 0, tail=True))
    else:
        w.add(Jump("odd"))

    def odd() -> None:
        w.add(
            Store(Memory(row), "s0", pointer),
            Store(Memory(row, pointer), "s1", pointer),
            env.invoke("PyLong_FromSsize_t", "s2", result="s2"),
            Branch("eq", "s2", 0, "failed"),
            Store(Memory(row, 2 * pointer), "s2", pointer),
            env.invoke("vectorcall", FUNCTION, AddressOf(Memory(row)), 3, 0, result="s0"),
            env.invoke("Py_DecRef", "s2"),
            Return("s0"),
        )

    w.aside("odd", odd)
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def data_count(env: Surroundings) -> Routine:
    """`sq_length`: the int in the object `LENGTH` bytes from its beginning."""
    w, pointer = Builder("data_count", env.placement("sq_length")), env.target.model.pointer
    w.add(
        LoadArgument(0, "t0", "the object"),
        Move("t1", LENGTH),
        Compute("add", "t0", "t1"),
        Load("t0", Memory("t0"), pointer),
        Branch("eq", "t0", 0, "none"),
        env.invoke("PyLong_AsSsize_t", "t0", tail=True),
    )
    w.aside("none", lambda: w.add(Return(0)))
    return w.finish()


def data_length(env: Surroundings) -> Routine:
    """`sq_length` of an array, which has `LENGTH` items."""
    w = Builder("data_length", env.placement("sq_length"))
    w.add(Return(LENGTH))
    return w.finish()


def data_buffer(env: Surroundings) -> Routine:
    """`bf_getbuffer` of an object over bytes, which may be written: how many there are is the word behind its header."""
    w, facts, pointer = Builder("data_buffer", env.placement("bf_getbuffer")), env.interpreter, env.target.model.pointer
    w.add(
        LoadArgument(0, "s0", "the object"),
        LoadArgument(1, "s1", "the Py_buffer"),
        LoadArgument(2, "s2", "the flags"),
        Load("t0", Memory("s0", facts.value_data), pointer),
        env.invoke("PyBuffer_FillInfo", "s1", "s0", "t0", Memory("s0", facts.value_payload), 0, "s2", tail=True),
    )
    return w.finish()
