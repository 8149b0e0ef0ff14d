"""C data that own something beside memory: what a destructor is called with when they are gone, or another object's buffer. The
fronts that make them, as `data_fronts` has them, and the finalizer of those with a destructor.
"""

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
from .buffer import buffer_layout
from .data_known import AT, CLASS, LENGTH, SIZE, begin, by_layout, cell, finish, known
from .instance import hold_address
from .interpreter import Surroundings
from .link import LENGTH as OFFSET
from .link import api
from .reference import hold, release

__all__ = ["FROM", "SEEN", "data_collect", "data_finalize", "data_over"]

#: A cell more of a class whose data are to have a destructor: the offset of the slot for how many items there are in those (0:
#: none). `AT` is that of the first of the three slots that are then filled: the datum itself, the destructor, the number.
FROM = LENGTH
#: A cell more of a type that lies over buffers: the offset in a memoryview of the address that it shows. Behind it is the size.
SEEN = 4


@by_layout
def data_collect(env: Surroundings) -> Routine:
    """`collect(known, datum, destructor)`: another datum with the same address, whose going calls `destructor(datum)`."""
    w, given = begin("data_collect", env)
    facts, pointer = env.interpreter, env.target.model.pointer
    made = Memory(w.local())
    w.add(
        Branch("ne", "t0", 3, "ask"),
        Load("s2", Memory("s0", pointer), pointer, note="the datum"),
        Load("t0", Memory("s0", 2 * pointer), pointer),
        Branch("eq", "t0", api("_Py_NoneStruct"), "ask", note="a destructor is called off"),
    )
    known(w, env, Memory("s0"), Memory("s2", facts.type))
    w.add(
        Load("s0", Memory("s0", 2 * pointer), pointer, note="the destructor"),
        env.invoke("PyType_GenericAlloc", cell(env, CLASS), 0, result=made),
        Branch("eq", made, 0, "failed"),
        Load("t0", Memory("s2", facts.value_data), pointer),
        Load("t0", Memory("t0"), pointer),
        Load("t1", made, pointer),
    )
    hold_address(w, env, "t1")
    w.add(
        Load("t0", cell(env, AT), pointer),
        Compute("add", "t0", "t1"),
        Store(Memory("t0"), "s2", pointer),
        Store(Memory("t0", pointer), "s0", pointer),
    )
    hold(w, env, "s2", "t1")
    hold(w, env, "s0", "t1")
    w.add(
        Load("t1", cell(env, FROM), pointer),
        Branch("ne", "t1", 0, "counted"),
        Label("made"),
        Load("t0", made, pointer),
        Return("t0"),
    )

    def length() -> None:
        w.add(
            Compute("add", "t1", "s2"),
            Load("t1", Memory("t1"), pointer),
            Branch("eq", "t1", 0, "made"),
            Store(Memory("t0", 2 * pointer), "t1", pointer),
        )
        hold(w, env, "t1", "s0")
        w.add(Jump("made"))

    w.aside("counted", length)
    return finish(w, env, given)


def data_finalize(env: Surroundings) -> Routine:
    """`tp_finalize` of those: the slots from `LENGTH` bytes on are emptied, and the destructor called. What it raises is shown."""
    w, pointer = Builder("data_finalize", env.placement("tp_dealloc")), env.target.model.pointer
    row, kind, value, trace = (Memory(w.local()) for _ in range(4))
    w.add(
        LoadArgument(0, "s0", "the object"),
        Move("t0", OFFSET),
        Compute("add", "t0", "s0", "the slots"),
        Load("s1", Memory("t0", pointer), pointer, note="the destructor"),
        Branch("eq", "s1", 0, "called"),
        Load("s2", Memory("t0"), pointer, note="what it is called with"),
        Store(Memory("t0"), 0, pointer),
        Store(Memory("t0", pointer), 0, pointer),
        Store(row, "s2", pointer),
        env.invoke(
            "PyErr_Fetch", AddressOf(kind), AddressOf(value), AddressOf(trace), note="it may go while one is raised"
        ),
        env.invoke("vectorcall", "s1", AddressOf(row), 1, 0, result="t0"),
        Branch("eq", "t0", 0, "raised"),
    )
    release(w, env, "t0")
    w.add(
        Label("restored"),
        env.invoke("PyErr_Restore", kind, value, trace),
    )
    release(w, env, "s1")
    release(w, env, "s2")
    w.add(Label("called"), Return())
    w.aside("raised", lambda: w.add(env.invoke("PyErr_WriteUnraisable", "s1"), Jump("restored")))
    return w.finish()


@by_layout
def data_over(env: Surroundings) -> Routine:
    """`over(known, type, thing)`: an array over the memory of a thing, which it keeps in a tuple if that is bytes, else in a
    memoryview. Without a type it is of the one that None is known as."""
    w, given = begin("data_over", env)
    facts, pointer = env.interpreter, env.target.model.pointer
    fields = buffer_layout(pointer)
    thing, place, size, keep, made = (Memory(w.local()) for _ in range(5))
    w.add(
        Load("s2", Memory("s0", pointer), pointer, note="the type, or the thing"),
        Branch("eq", "t0", 2, "untyped"),
        Branch("ne", "t0", 3, "ask"),
        Load("t0", Memory("s0", 2 * pointer), pointer),
        Store(thing, "t0", pointer),
    )
    known(w, env, Memory("s0"), "s2")
    w.add(
        Label("typed"),
        Load("s2", thing, pointer),
        Branch("ne", Memory("s2", facts.type), api("PyBytes_Type"), "buffer"),
        LoadAddress("t0", Memory("s2", facts.bytes_data)),
        Store(place, "t0", pointer),
        Load("t0", Memory("s2", facts.bytes_size), pointer),
        Store(size, "t0", pointer),
        env.invoke("PyTuple_New", 1, result="s0"),
        Branch("eq", "s0", 0, "failed"),
        Store(Memory("s0", facts.tuple_items), "s2", pointer),
    )
    hold(w, env, "s2", "t0")
    w.add(
        Label("seen"),
        Store(keep, "s0", pointer),
        Load("s2", cell(env, LENGTH), pointer),
        Branch("eq", "s2", 0, "counted"),
        Load("t0", cell(env, SIZE), pointer),
        Branch("below", size, "t0", "dropped", note="too small"),
    )
    hold(w, env, "s2", "t0")
    w.add(
        Label("made"),
        env.invoke("PyType_GenericAlloc", cell(env, CLASS), 0, result=made),
        Branch("eq", made, 0, "unmade"),
        Load("t0", place, pointer),
        Load("t1", made, pointer),
    )
    hold_address(w, env, "t1")
    w.add(
        Load("t0", keep, pointer),
        Store(Memory("t1", facts.value_owner), "t0", pointer),
        Load("t0", cell(env, AT), pointer),
        Compute("add", "t0", "t1"),
        Store(Memory("t0"), "s2", pointer, "how many items"),
        Return("t1"),
    )

    def untyped() -> None:
        w.add(Store(thing, "s2", pointer))
        known(w, env, Memory("s0"), api("_Py_NoneStruct"))
        w.add(Jump("typed"))

    def buffer() -> None:
        w.add(
            Branch("eq", Memory("s2", facts.type), api("PyMemoryView_Type"), "ask"),
            env.invoke("PyMemoryView_FromObject", "s2", result="s0"),
            Branch("eq", "s0", 0, "refused"),
            Load("s2", cell(env, SEEN), pointer),
            Compute("add", "s2", "s0"),
            Load("t0", Memory("s2"), pointer),
            Store(place, "t0", pointer),
            Load("t0", Memory("s2", fields.len), pointer),
            Store(size, "t0", pointer),
            Branch("ne", Memory("s2", fields.ndim), 1, "gone", 4),
            Load("t0", Memory("s2", fields.strides), pointer),
            Load("t1", Memory("s2", fields.itemsize), pointer),
            Branch("eq", Memory("t0"), "t1", "seen", note="one item after the other"),
            Label("gone"),
            Store(keep, "s0", pointer),
            Jump("dropped"),
        )

    def counted() -> None:
        w.add(
            env.invoke("PyLong_FromSsize_t", size, result="s2"),
            Branch("eq", "s2", 0, "dropped"),
            Branch("eq", cell(env, SIZE), 1, "made"),
            Load("t0", cell(env, SEEN + 1), pointer),
            env.invoke("PyNumber_FloorDivide", "s2", "t0", result="t0"),
            Store(made, "t0", pointer),
        )
        release(w, env, "s2")
        w.add(Load("s2", made, pointer), Branch("ne", "s2", 0, "made"), Jump("dropped"))

    def dropped() -> None:
        w.add(env.invoke("Py_DecRef", keep), Label("refused"), env.invoke("PyErr_Clear"), Jump("ask"))

    def unmade() -> None:
        w.add(env.invoke("Py_DecRef", "s2"), env.invoke("Py_DecRef", keep), Return(0))

    w.aside("untyped", untyped)
    w.aside("buffer", buffer)
    w.aside("counted", counted)
    w.aside("dropped", dropped)
    w.aside("unmade", unmade)
    return finish(w, env, given)
