"""The stub of `bf_getbuffer`: the memory of a value, for whoever asks by the buffer protocol."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
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
from .buffer import PYBUF_FORMAT, PYBUF_ND, PYBUF_STRIDES, PYBUF_WRITABLE, buffer_layout
from .class_facts import EXPORTED, SIZE, fact, facts_of
from .data_pointer import locate
from .interpreter import TP_BASE, TP_DEALLOC, TP_GETSET, Surroundings
from .link import c_string, object_in, python, slot_entry, type_of

__all__ = ["getbuffer", "getbuffer_described"]

#: What a consumer asks for that looks at items.
PYBUF_SHAPED = PYBUF_FORMAT | PYBUF_ND


def getbuffer(env: Surroundings) -> Routine:
    """`bf_getbuffer`. A consumer that asks for plain bytes gets them: their number is what the type has beyond farcall's header;
    of a class written in Python, which may add a `__dict__`, it is what the native class below has. One that asks for a
    format or a shape gets what Python has written down for the class: a Py_buffer, by its address."""
    return _getbuffer(env, described=False)


def getbuffer_described(env: Surroundings) -> Routine:
    """The same, by what Python has written down in any case: of const values, which are read-only, and of those whose size
    is not their type's alone."""
    return _getbuffer(env, described=True)


def _getbuffer(env: Surroundings, *, described: bool) -> Routine:
    w, facts, pointer = (
        Builder("getbuffer", env.placement("bf_getbuffer")),
        env.interpreter,
        env.target.model.pointer,
    )
    flags, data, row, fields = Memory(w.local()), Memory(w.local()), Memory(w.local()), buffer_layout(pointer)
    w.add(
        LoadArgument(0, "s0", "the object"),
        LoadArgument(1, "s1", "the Py_buffer"),
        LoadArgument(2, flags),
        Store(Memory("s1", fields.obj), 0, pointer, "as it has to be where this raises"),
    )
    locate(w, env, "s0", Move("t0", "s0"), failure=-1)
    w.add(
        Store(data, "t0", pointer),
        Load("t1", Memory("s0", facts.value_owner), pointer),
        Branch("eq", "t1", 0, "asked"),
        Branch("ne", Memory("t1", facts.type), type_of("lease"), "asked"),
        Store(Memory("t1", facts.value_payload), 1, pointer, "the lease is told that its memory is seen"),
        Label("asked"),
    )

    def describe() -> None:
        if facts.fast:
            w.add(Load("t0", Memory("s0", facts.type), pointer))
            facts_of(w, env, "t0", "t0", "undescribed")
            w.add(
                Load("t0", fact(env, "t0", EXPORTED), pointer),
                Branch("eq", "t0", 0, "undescribed"),
                Store(row, "t0", pointer),
                Label("described"),
            )
            w.aside("undescribed", undescribed)
            return
        ask()

    def undescribed() -> None:
        ask()
        w.add(Jump("described"))

    def ask() -> None:
        w.add(
            env.invoke("call_python_1", python("exported"), "s0", 0, result="s2", note="a Py_buffer's address"),
            Branch("eq", "s2", 0, "failed"),
            env.invoke("PyLong_AsVoidPtr", "s2", result="t0"),
            Store(row, "t0", pointer),
            env.invoke("Py_DecRef", "s2"),
        )

    def shaped() -> None:
        if not described:
            describe()
        w.add(
            Load("t0", row, pointer),
            env.invoke("memmove", "s1", "t0", fields.size),
            env.invoke("Py_IncRef", "s0"),
            Store(Memory("s1", fields.obj), "s0", pointer),
            Load("t0", data, pointer),
            Store(Memory("s1"), "t0", pointer),
            Load("t0", flags, 4),
            Compute("and", "t0", PYBUF_STRIDES),
            Branch("ne", "t0", 0, "strided"),
            Store(Memory("s1", fields.strides), 0, pointer, "not asked for"),
            Label("strided"),
            Return(0),
        )

    def const() -> None:
        w.add(
            env.invoke("PyErr_SetString", object_in("PyExc_BufferError"), c_string("const")),
            Return(-1),
        )

    w.aside("shaped", shaped)
    w.aside("failed", lambda: w.add(Return(-1)))
    if described:
        describe()
        w.aside("const", const)
        w.add(
            Load("t1", row, pointer),
            Load("t0", Memory("t1", fields.readonly), 4),
            Branch("eq", "t0", 0, "writable", 4),
            Load("t0", flags, 4),
            Compute("and", "t0", PYBUF_WRITABLE),
            Branch("ne", "t0", 0, "const"),
            Label("writable"),
        )
    w.add(
        Load("t0", flags, 4),
        Compute("and", "t0", PYBUF_SHAPED),
        Branch("eq", "t0", PYBUF_SHAPED, "shaped"),
    )
    if described:
        w.add(
            Load("t1", row, pointer),
            Load("t0", Memory("t1", fields.readonly), 4),
            Load("t1", Memory("t1", fields.len), pointer),
            env.invoke("PyBuffer_FillInfo", "s1", "s0", data, "t1", "t0", flags, tail=True),
        )
        return w.finish()
    w.add(
        Load("t0", Memory("s0", facts.type), pointer),
        Label("ours"),
        Load("t1", Memory("t0", facts.header + TP_DEALLOC * pointer), pointer, note="tp_dealloc"),
        Branch("ne", "t1", slot_entry("dealloc"), "derived", note="a class written in Python"),
        Load("t0", Memory("t0", facts.header + TP_GETSET * pointer), pointer, note="tp_getset"),
        Load("t0", fact(env, "t0", SIZE), pointer, note="the size of its values"),
        env.invoke("PyBuffer_FillInfo", "s1", "s0", data, "t0", 0, flags, tail=True),
    )
    w.aside(
        "derived",
        lambda: w.add(
            Load("t0", Memory("t0", facts.header + TP_BASE * pointer), pointer, note="tp_base"), Jump("ours")
        ),
    )
    return w.finish()
