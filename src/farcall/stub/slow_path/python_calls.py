"""Asking Python: to name what is wrong, to make a pointer or a struct, to deal with a callback's exception."""

from __future__ import annotations

from ...ir.builder import Builder
from ...ir.instruction import (
    AddressOf,
    Branch,
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
from ..argument_tuple import argument_tuple
from ..closure_cells import guard, unguard
from ..interpreter import Surroundings
from ..link import PENDING, STRANDED, api, python
from ..state import state

__all__ = ["closed_closure", "convert", "count", "failed", "raise_pending", "recheck", "refuse", "unwrap"]


def refuse(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`void refuse(self, index, object)`: has Python raise what is wrong with an argument. It is told what
    exception is set, if one is: the object's own `__index__` may have raised it."""
    kind, value, trace, index = Memory(w.local()), Memory(w.local()), Memory(w.local()), Memory(w.local())
    w.add(
        LoadArgument(0, "s0", "self"),
        LoadArgument(1, index, "which parameter"),
        LoadArgument(2, "s1", "the object"),
        env.invoke("PyErr_Fetch", AddressOf(kind), AddressOf(value), AddressOf(trace)),
        env.invoke("PyErr_NormalizeException", AddressOf(kind), AddressOf(value), AddressOf(trace)),
        Branch("eq", trace, 0, "untraced"),
        env.invoke("PyException_SetTraceback", value, trace),
        Label("untraced"),
        env.invoke("PyLong_FromSsize_t", index, result="s2"),
        Branch("eq", "s2", 0, "failed"),
        env.invoke("call_python_4", python("refuse"), "s0", "s2", "s1", value, 0, result="s1"),
        env.invoke("Py_DecRef", "s1", note="NULL: it always raises"),
        env.invoke("Py_DecRef", "s2"),
        Label("failed"),
    )
    w.add(*(env.invoke("Py_DecRef", thing, note="NULL is allowed") for thing in (kind, value, trace)))
    w.add(Return())
    return w.finish()


def convert(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`PyObject *convert(self, index, object)`: a pointer or struct object made in Python, or NULL; `detail` is the Python
    function that makes it, if it is not `convert`."""
    _ask_python(w, env, detail or "convert")
    w.add(Return("t0"))
    return w.finish()


def _ask_python(w: Builder, env: Surroundings, function: str) -> None:
    """Call a Python function with (self, index, object); its result in t0."""
    w.add(
        LoadArgument(0, "s0", "self"),
        LoadArgument(2, "s1", "the object"),
        LoadArgument(1, "t0", "which parameter"),
        env.invoke("PyLong_FromSsize_t", "t0", result="s2"),
        Branch("eq", "s2", 0, "failed"),
        env.invoke("call_python_3", python(function), "s0", "s2", "s1", 0, result="s1"),
        env.invoke("Py_DecRef", "s2"),
        Move("t0", "s1"),
    )
    w.aside("failed", lambda: w.add(Return(0)))


def count(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`PyObject *count(self, given)`: has Python raise for a wrong number of arguments."""
    w.add(
        LoadArgument(0, "s0", "self"),
        LoadArgument(1, "t0", "how many were given"),
        env.invoke("PyLong_FromSsize_t", "t0", result="s1"),
        Branch("eq", "s1", 0, "failed"),
        env.invoke("call_python_2", python("count"), "s0", "s1", 0, result="s2"),
        env.invoke("Py_DecRef", "s1"),
        Return("s2"),
    )
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def recheck(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int recheck(self, arguments, count)`: has Python look at the arguments of a call again: -1 if it raised."""
    function, count = Memory(w.local()), Memory(w.local())
    w.add(
        LoadArgument(0, function, "self"),
        LoadArgument(1, "s0", "the arguments"),
        LoadArgument(2, count),
    )
    argument_tuple(w, env, count, "raised")
    w.add(
        env.invoke("call_python_2", python("recheck"), function, "s1", 0, result="s0"),
        env.invoke("Py_DecRef", "s1"),
        Branch("eq", "s0", 0, "raised"),
        env.invoke("Py_DecRef", "s0"),
        Return(0),
    )
    w.aside("raised", lambda: w.add(Return(-1)))
    return w.finish()


def closed_closure(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`void closed_closure(state, place)`: a closed closure was called; `place` is an address in its frame. Python is told
    its name and type, None for what is in quarantine no more; what it raises is unraisable."""
    pointer, cells = env.target.model.pointer, state(env.target.model.pointer)
    place, name, kind = Memory(w.local()), Memory(w.local()), Memory(w.local())
    w.add(LoadArgument(0, "s0", "the state"), LoadArgument(1, place))
    guard(w, env, "s0")
    for cell, to in ((cells.name, name), (cells.type, kind)):
        nobody, there = w.label("nobody"), w.label("there")
        w.add(
            Load("t0", Memory("s0", cell), pointer),
            Branch("eq", "t0", 0, nobody),
            Label(there),
            Store(to, "t0", pointer),
            env.invoke("Py_IncRef", "t0", note="others may close more of them meanwhile"),
        )
        w.aside(nobody, lambda there=there: w.add(Move("t0", api("_Py_NoneStruct")), Jump(there)))  # type: ignore[misc]
    unguard(w, env, "s0")
    w.add(
        Load("t0", Memory("s0", cells.address), pointer),
        env.invoke("PyLong_FromVoidPtr", "t0", result="s1"),
        env.invoke("PyLong_FromVoidPtr", place, result="s2"),
        env.invoke("call_python_4", python("closed_closure"), name, kind, "s1", "s2", 0, result="s0"),
        *(env.invoke("Py_DecRef", one) for one in (name, kind, "s1", "s2")),
        Branch("eq", "s0", 0, "raised"),
        env.invoke("Py_DecRef", "s0"),
        Return(),
    )
    w.aside("raised", lambda: w.add(env.invoke("PyErr_WriteUnraisable", 0), Return()))
    return w.finish()


def failed(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`void failed(self, place)`: leaves the exception that is set to the call that it belongs to, as pending. `place` is an
    address in the closure's frame, from which Python looks for that call, and says whether there is one: else it is
    unraisable.

    Python code fails itself where there is no recursion left, which may be why the callback did. Then the exception is
    put on a list, and the first call that has room for Python code as it returns takes it from there.
    """
    kind, value, trace = Memory(w.local()), Memory(w.local()), Memory(w.local())
    place, pointer = Memory(w.local()), env.target.model.pointer
    w.add(
        LoadArgument(0, "s0", "the closure"),
        LoadArgument(1, place),
        env.invoke("PyErr_Fetch", AddressOf(kind), AddressOf(value), AddressOf(trace)),
        env.invoke("PyErr_NormalizeException", AddressOf(kind), AddressOf(value), AddressOf(trace)),
        Branch("eq", trace, 0, "untraced"),
        env.invoke("PyException_SetTraceback", value, trace),
        Label("untraced"),
        env.invoke("PyLong_FromVoidPtr", place, result="s1"),
        Load("t0", value, pointer),
        env.invoke("call_python_3", python("failed"), "s0", "t0", "s1", 0, result="s2"),
        Branch("eq", "s2", 0, "no_room"),
        env.invoke("Py_DecRef", "s2"),
        Branch("eq", "s2", api("_Py_FalseStruct"), "unraisable"),
        Label("pending"),
        env.invoke("Py_DecRef", "s1"),
        env.invoke("Py_DecRef", kind),
        env.invoke("Py_DecRef", value),
        env.invoke("Py_DecRef", trace),
        Return(),
    )

    def no_room() -> None:
        w.add(
            env.invoke("PyErr_Clear"),
            env.invoke("PyTuple_Pack", 2, "s1", value, result="s2"),
            Branch("eq", "s2", 0, "no_memory"),
            env.invoke("PyList_Append", STRANDED, "s2"),
            env.invoke("Py_DecRef", "s2"),
            Move("t0", PENDING),
            Store(Memory("t0"), 1, 4, "every call looks there"),
            Label("no_memory"),
            env.invoke("PyErr_Clear"),
            Jump("pending"),
        )

    def unraisable() -> None:
        w.add(
            env.invoke("Py_DecRef", "s1"),
            env.invoke("PyErr_Restore", kind, value, trace),
            env.invoke("PyErr_WriteUnraisable", "s0"),
            Return(),
        )

    w.aside("no_room", no_room)
    w.aside("unraisable", unraisable)
    return w.finish()


def raise_pending(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int raise_pending(self, place)`: raises the exception that waits for the call with its mark at `place`: -1; 0 if
    none does."""
    w.add(
        LoadArgument(0, "s0", "the function"),
        LoadArgument(1, "t0", "where its mark was"),
        env.invoke("PyLong_FromVoidPtr", "t0", result="s1"),
        env.invoke("call_python_2", python("raise_pending"), "s0", "s1", 0, result="s2"),
        env.invoke("Py_DecRef", "s1"),
        Branch("eq", "s2", 0, "raised"),
        env.invoke("Py_DecRef", "s2"),
        Return(0),
    )
    w.aside("raised", lambda: w.add(Return(-1)))
    return w.finish()


def unwrap(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`PyObject *unwrap(instance)`: the Python number of an instance, in its place."""
    w.add(LoadArgument(0, "s0", "the instance, whose reference is given away"))
    if detail:
        w.add(
            Load("t0", Memory("s0", env.interpreter.value_data), env.target.model.pointer),
            env.support("number:" + detail, "t0", result="s1"),
        )
    else:
        w.add(env.invoke("call_python_1", python("unwrap"), "s0", 0, result="s1"))
    w.add(
        env.invoke("Py_DecRef", "s0"),
        Return("s1"),
    )
    return w.finish()
