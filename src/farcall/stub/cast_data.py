"""The C function behind `ctypes.cast`: a pointer of a class to an address, which keeps what the source of the address keeps."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Invoke,
    Jump,
    Label,
    Load,
    LoadArgument,
    Memory,
    Return,
    Routine,
    Store,
)
from .box import NONE
from .data_object import BASE, OBJECTS, of_data, slot
from .interpreter import TP_FLAGS, Surroundings
from .link import FUNCTION, api, interned
from .reference import hold

__all__ = ["POINTS", "cast_data"]

#: What a class has once Python has seen that its instances are pointers.
POINTS = "__points__"


def cast_data(env: Surroundings) -> Routine:
    """`PyObject *(void *place, PyObject *source, PyObject *class)`. Python's function does it for what it has not seen before, and
    where another keeps what the source keeps."""
    w, facts, pointer = Builder("cast_data", env.placement("cast_data")), env.interpreter, env.target.model.pointer
    place, source, row = Memory(w.local()), Memory(w.local()), w.local(3 * pointer)
    w.add(
        LoadArgument(0, place, "the address"),
        LoadArgument(1, source, "where it comes from"),
        LoadArgument(2, "s0", "the class"),
    )
    if facts.fast:
        # Py_TPFLAGS_TYPE_SUBCLASS (Include/object.h) is the sign of the lower half: other objects may be called as well
        flags = facts.header + TP_FLAGS * pointer + env.target.byteorder.low(pointer, 4)
        w.add(
            Load("t0", Memory("s0", facts.type), pointer),
            Load("t0", Memory("t0", flags), 4, signed=True),
            Branch("ge", "t0", 0, "ask", 4),
            env.invoke("PyObject_GetAttr", "s0", interned(POINTS), result="t0"),
            Branch("eq", "t0", 0, "unseen"),
            env.invoke("Py_DecRef", "t0"),
            env.invoke("vectorcall", "s0", 0, 0, 0, result="s1"),
            Branch("eq", "s1", 0, "failed"),
            Branch("ne", Memory("s1", facts.type), "s0", "other", note="made as the class likes"),
        )
        of_data(w, env, source, "point")
        w.add(
            Load("t1", source, pointer),
            Branch("ne", slot(env, "t1", BASE), NONE, "other", note="another keeps what it keeps"),
            Load("s2", slot(env, "t1", OBJECTS), pointer),
            Branch("ne", "s2", NONE, "kept"),
            env.invoke("PyDict_New", result="s2"),
            Branch("eq", "s2", 0, "unmade"),
            Load("t1", source, pointer),
            Store(slot(env, "t1", OBJECTS), "s2", pointer),
            *_without_none(env),
            Label("kept"),
        )
        hold(w, env, "s2", "t0")
        w.add(
            Store(slot(env, "s1", OBJECTS), "s2", pointer),
            *_without_none(env),
            Branch("ne", Memory("s2", facts.type), api("PyDict_Type"), "point"),
            env.invoke("PyLong_FromVoidPtr", source, result="s0"),
            Branch("eq", "s0", 0, "unmade"),
            env.invoke("PyDict_SetItem", "s2", "s0", source, result="s2"),
            env.invoke("Py_DecRef", "s0"),
            Branch("ne", "s2", 0, "unmade", 4),
            Label("point"),
            Load("t0", place, pointer),
            Load("t1", Memory("s1", facts.value_data), pointer),
            Store(Memory("t1"), "t0", pointer),
            Return("s1"),
        )
        w.aside("unseen", lambda: w.add(env.invoke("PyErr_Clear"), Jump("ask")))
        w.aside("other", lambda: w.add(env.invoke("Py_DecRef", "s1"), Jump("ask")))
        w.aside("unmade", lambda: w.add(env.invoke("Py_DecRef", "s1"), Return(0)))
    else:
        w.add(Jump("ask"))

    def ask() -> None:
        w.add(
            env.invoke("PyLong_FromVoidPtr", place, result="s1"),
            Branch("eq", "s1", 0, "failed"),
            Store(Memory(row), "s1", pointer),
            Load("t0", source, pointer),
            Store(Memory(row, pointer), "t0", pointer),
            Store(Memory(row, 2 * pointer), "s0", pointer),
            env.invoke("vectorcall", FUNCTION, AddressOf(Memory(row)), 3, 0, result="s0"),
            env.invoke("Py_DecRef", "s1"),
            Return("s0"),
        )

    w.aside("ask", ask)
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def _without_none(env: Surroundings) -> tuple[Invoke, ...]:
    """After None was replaced in a slot."""
    return () if env.interpreter.none_immortal else (env.invoke("Py_DecRef", NONE),)
