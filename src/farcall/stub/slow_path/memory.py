"""Asking Python to read and write members and items, and to construct: whatever generated code leaves to it."""

from __future__ import annotations

from ...ir.builder import Builder
from ...ir.instruction import (
    Branch,
    Compute,
    Invoke,
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
from ..argument_tuple import argument_tuple
from ..instance import make_instance
from ..interpreter import Surroundings
from ..link import api, c_string, object_in, python
from ..writer import CLASS, CODE, SIZE

__all__ = ["construct", "get_item", "get_member", "make", "set_item", "set_member", "set_subscript"]


def get_member(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`PyObject *get_member(self, index)`."""
    return _get(w, env, "get_member")


def get_item(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`PyObject *get_item(self, index)`."""
    return _get(w, env, "get_item")


def _get(w: Builder, env: Surroundings, function: str) -> Routine:
    w.add(
        LoadArgument(0, "s0", "self"),
        LoadArgument(1, "t0", "which"),
        env.invoke("PyLong_FromSsize_t", "t0", result="s1"),
        Branch("eq", "s1", 0, "failed"),
        env.invoke("call_python_2", python(function), "s0", "s1", 0, result="s0"),
        env.invoke("Py_DecRef", "s1"),
        Return("s0"),
    )
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def set_member(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int set_member(self, index, value)`."""
    return _set(w, env, "set_member", True)


def set_item(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int set_item(self, index, value)`; value NULL is a deletion, which is refused."""
    return _set(w, env, "set_item", True)


def set_subscript(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int set_subscript(self, key, value)`, the key being an object."""
    return _set(w, env, "set_item", False)


def _set(w: Builder, env: Surroundings, function: str, number: bool) -> Routine:
    w.add(
        LoadArgument(0, "s0", "self"),
        LoadArgument(1, "s1", "which"),
        LoadArgument(2, "s2", "the value"),
        Branch("eq", "s2", 0, "deleted"),
    )
    if number:
        w.add(env.invoke("PyLong_FromSsize_t", "s1", result="s1"), Branch("eq", "s1", 0, "failed"))
    w.add(env.invoke("call_python_3", python(function), "s0", "s1", "s2", 0, result="s0"))
    if number:
        w.add(env.invoke("Py_DecRef", "s1"))
    w.add(Branch("eq", "s0", 0, "failed"), env.invoke("Py_DecRef", "s0"), Return(0))
    w.aside("failed", lambda: w.add(Return(-1)))

    def deleted() -> None:
        w.add(
            env.invoke("PyErr_SetString", object_in("PyExc_TypeError"), c_string("undeletable")),
            Return(-1),
        )

    w.aside("deleted", deleted)
    return w.finish()


def construct(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`PyObject *construct(type, arguments, nargsf, names)`, the shape of `tp_vectorcall`: has Python make an
    instance of a tuple of all values, how many are positional, and the names of the rest. `detail`: "" of a record,
    "closure"."""
    function = python(f"construct_{detail}" if detail else "construct")
    cls, count, names, total = Memory(w.local()), Memory(w.local()), Memory(w.local()), Memory(w.local())
    pointer = env.target.model.pointer
    w.add(
        LoadArgument(0, cls),
        LoadArgument(1, "s0", "the arguments"),
        LoadArgument(2, "t0"),
        Move("t1", (1 << (8 * pointer - 1)) - 1, "without PY_VECTORCALL_ARGUMENTS_OFFSET, the highest bit (PEP 590)"),
        Compute("and", "t0", "t1"),
        Store(count, "t0", pointer),
        Store(total, "t0", pointer),
        LoadArgument(3, "t0"),
        Store(names, "t0", pointer),
        Branch("eq", "t0", 0, "counted"),
        env.invoke("PyTuple_Size", "t0", result="t0"),
        Load("t1", total, pointer),
        Compute("add", "t0", "t1"),
        Store(total, "t0", pointer),
        Label("counted"),
    )
    argument_tuple(w, env, total, "failed")
    w.add(
        env.invoke("PyLong_FromSsize_t", count, result="s0"),
        Branch("ne", names, 0, "named"),
        Move("t0", api("_Py_NoneStruct")),
        Store(names, "t0", pointer),
        Label("named"),
        env.invoke("call_python_4", function, cls, "s1", "s0", names, 0, result="s2"),
        env.invoke("Py_DecRef", "s0"),
        env.invoke("Py_DecRef", "s1"),
        Return("s2"),
    )
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def make(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`PyObject *make(cells, value)`: an instance of the class that a type's cells name, made of a value by the type's
    writer; NULL, with nothing raised, if Python has to make it."""
    facts, pointer = env.interpreter, env.target.model.pointer
    value, code, cls = Memory(w.local()), Memory(w.local()), Memory(w.local())
    w.add(
        LoadArgument(0, "s0", "the type's cells"),
        LoadArgument(1, value),
        Load("t0", Memory("s0", CLASS * pointer), pointer),
        Branch("eq", "t0", 0, "not_here"),
        Store(cls, "t0", pointer),
        Load("t0", Memory("s0", CODE * pointer), pointer),
        Store(code, "t0", pointer),
    )
    make_instance(w, env, cls, "s1", "no_memory")
    w.add(
        env.invoke("memset", "t0", 0, Memory("s0", SIZE * pointer)),
        LoadAddress("t0", Memory("s1", facts.value_payload)),
        Invoke(code, env.placement("writer"), ("s0", "t0", value, "s1"), "t0", note="the writer of the type"),
        Branch("ne", "t0", 0, "dropped", 4),
        Return("s1"),
    )
    w.aside("dropped", lambda: w.add(env.invoke("Py_DecRef", "s1"), Return(0)))
    w.aside("no_memory", lambda: w.add(env.invoke("PyErr_Clear"), Return(0)))
    w.aside("not_here", lambda: w.add(Return(0)))
    return w.finish()
