"""What shows the bytes of C data: made of a datum, and sliced. What is unusual is Python's (`FUNCTION`)."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Return,
    Routine,
    Store,
)
from .data_items import ask_item
from .data_known import begin, counted, finish, known
from .instance import allocate
from .integer import small_int
from .interpreter import Surroundings
from .link import ITEM_CLASS, api, class_of
from .reference import hold

__all__ = ["data_bytes", "data_slice"]


def data_bytes(env: Surroundings) -> Routine:
    """`tp_vectorcall` of the class (`class:item`) of what shows a datum's bytes, by `class:known`: `bytes(datum)`."""
    w, given = begin("data_bytes", env, "tp_vectorcall")
    facts, pointer = env.interpreter, env.target.model.pointer
    if not facts.fast:
        w.add(Jump("ask"))
        return finish(w, env, given)
    count = Memory(w.local())
    w.add(
        Compute("shl", "t0", 1, "without PY_VECTORCALL_ARGUMENTS_OFFSET, the highest bit (PEP 590)"),
        Branch("ne", "t0", 2, "ask"),
        Load("s2", Memory("s0"), pointer),
    )
    known(w, env, class_of("known"), Memory("s2", facts.type))
    counted(w, env)
    w.add(
        Branch("lt", "t0", 0, "ask"),
        Store(count, "t0", pointer),
        Load("t0", Memory("s2", facts.value_data), pointer),
        Load("s0", Memory("t0"), pointer),
        Branch("eq", "s0", 0, "ask", note="NULL"),
    )
    allocate(w, env, ITEM_CLASS, "s1", "failed", derived=True)
    w.add(
        Store(Memory("s1", facts.value_data), "s0", pointer),
        Store(Memory("s1", facts.value_owner), "s2", pointer),
        Load("t0", count, pointer),
        Store(Memory("s1", facts.value_payload), "t0", pointer),
    )
    hold(w, env, "s2", "t0")
    w.add(Return("s1"))
    return finish(w, env, given)


def data_slice(env: Surroundings) -> Routine:
    """`mp_subscript` of what shows bytes: one as bytes, or a slice of those that follow each other."""
    w, facts, pointer = Builder("data_slice", env.placement("mp_subscript")), env.interpreter, env.target.model.pointer
    start, stop, step, row = Memory(w.local()), Memory(w.local()), Memory(w.local()), w.local(2 * pointer)
    count = Memory("s0", facts.value_payload)
    w.add(
        LoadArgument(0, "s0", "the object"),
        LoadArgument(1, "s1", "the index"),
    )
    if facts.fast:
        w.add(Branch("eq", Memory("s1", facts.type), api("PySlice_Type"), "slice"))
        small_int(w, env, "s1", "odd")
        w.add(
            Load("t1", count, pointer),
            Branch("above_eq", "t0", "t1", "odd"),
            Load("t1", Memory("s0", facts.value_data), pointer),
            Compute("add", "t0", "t1"),
            env.invoke("PyBytes_FromStringAndSize", "t0", 1, tail=True),
        )
    else:
        w.add(Jump("odd"))

    def cut() -> None:
        w.add(
            LoadAddress("t0", start),
            LoadAddress("t1", stop),
            LoadAddress("s2", step),
            env.invoke("PySlice_Unpack", "s1", "t0", "t1", "s2", result="t0"),
            Branch("lt", "t0", 0, "failed", 4),
            LoadAddress("t0", start),
            LoadAddress("t1", stop),
            env.invoke("PySlice_AdjustIndices", count, "t0", "t1", step, result="s2"),
            Branch("ne", step, 1, "odd"),
            Load("t0", Memory("s0", facts.value_data), pointer),
            Load("t1", start, pointer),
            Compute("add", "t0", "t1"),
            env.invoke("PyBytes_FromStringAndSize", "t0", "s2", tail=True),
            Label("failed"),
            Return(0),
        )

    if facts.fast:
        w.aside("slice", cut)
    w.aside("odd", lambda: ask_item(w, env, row))
    return w.finish()
