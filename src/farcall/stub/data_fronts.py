"""Fronts of functions on C data, whose first argument is a dict of what is known, by the text or description of a type, or by the
class of a datum. What is known is words in a bytes object, its cells. Whatever is unusual is the Python function's (`FUNCTION`),
as `front` has it.
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
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from .data_known import AT, CLASS, LENGTH, SIZE, begin, by_layout, cell, counted, finish, known
from .instance import give_pointer, hold_address
from .integer import small_int
from .interpreter import TP_RICHCOMPARE, Surroundings
from .link import api
from .reference import hold, release

__all__ = [
    "COMPARE", "FIXED", "MEMBERS", "ONE", "OPEN", "SET", "TEXT", "data_cast", "data_make",
    "data_recall", "data_string",
]  # fmt: skip

#: How data of a type are made, the fifth of its cells, and the dict of a struct's members with the tuple of their
#: names that a list gives values for.
HOW, FIELDS, NAMES = 4, 5, 6
#: How: one thing, of zeros; one that may be set as an item is; so many items of zeros; as many as an int says; as bytes have,
#: and one more; or a struct, whose members a dict, list or tuple may give.
ONE, SET, FIXED, OPEN, TEXT, MEMBERS = range(6)
#: The cells of a class that data are cast to, behind `CLASS`: the comparison that all have which hold addresses.
COMPARE = 1
#: How many items are made here at most: what takes longer is not looked at.
MOST = 1 << 20


@by_layout
def data_make(env: Surroundings) -> Routine:
    """`make(known, type)`, of zeros, and `make(known, type, value)`: memory of its own, which a bytes object is."""
    w, given = begin("data_make", env)
    facts, pointer = env.interpreter, env.target.model.pointer
    init, length, size, memory = (Memory(w.local()) for _ in range(4))
    w.add(
        Move("s2", 0),
        Branch("eq", "t0", 2, "zeros"),
        Branch("ne", "t0", 3, "ask"),
        Load("s2", Memory("s0", 2 * pointer), pointer),
        Branch("ne", "s2", api("_Py_NoneStruct"), "zeros"),
        Move("s2", 0),
        Label("zeros"),
        Store(init, "s2", pointer),
    )
    known(w, env, Memory("s0"), Memory("s0", pointer))
    w.add(
        Load("t0", cell(env, HOW), pointer),
        Branch("eq", "t0", OPEN, "open"),
        Branch("eq", "t0", TEXT, "open"),
        Branch("eq", "s2", 0, "plain"),
        Branch("ne", "t0", SET, "members"),
        Label("plain"),
        Load("s2", cell(env, SIZE), pointer),
        Load("t0", cell(env, LENGTH), pointer),
    )
    hold(w, env, "t0", "t1")
    w.add(
        Label("sized"),
        Store(length, "t0", pointer),
        Compute("add", "s2", 1, "no bytes object without bytes is its owner's alone"),
        Store(size, "s2", pointer),
        env.invoke("PyBytes_FromStringAndSize", 0, size, result="s0", note="its memory"),
        Branch("eq", "s0", 0, "dropped"),
        Store(memory, "s0", pointer),
        LoadAddress("t0", Memory("s0", facts.bytes_data)),
        env.invoke("memset", "t0", 0, size),
        Load("t0", cell(env, CLASS), pointer),
        env.invoke("PyType_GenericAlloc", "t0", 0, result="s2"),
        Branch("eq", "s2", 0, "unmade"),
        Load("s0", memory, pointer),
        Store(Memory("s2", facts.value_owner), "s0", pointer),
        LoadAddress("t0", Memory("s0", facts.bytes_data)),
    )
    hold_address(w, env, "s2")
    w.add(
        Load("t0", length, pointer),
        Load("t1", cell(env, AT), pointer),
        Branch("eq", "t1", 0, "one"),
        Compute("add", "t1", "s2"),
        Store(Memory("t1"), "t0", pointer),
        Load("t0", cell(env, HOW), pointer),
        Branch("eq", "t0", TEXT, "written"),
        Return("s2"),
        Label("one"),
    )
    release(w, env, "t0")
    w.add(
        Branch("eq", init, 0, "made"),
        Load("t0", cell(env, HOW), pointer),
        Branch("eq", "t0", MEMBERS, "set_members"),
        env.invoke("PyObject_SetItem", "s2", cell(env, LENGTH), init, result="t0"),
        Branch("ne", "t0", 0, "unset", 4),
        Label("made"),
        Return("s2"),
    )
    w.aside("open", lambda: _measure(w, env, init))

    def members() -> None:
        w.add(
            Branch("ne", "t0", MEMBERS, "ask"),
            Load("t0", Memory("s2", facts.type), pointer),
            *(Branch("eq", "t0", api(f"Py{kind}_Type"), "plain") for kind in ("Dict", "List", "Tuple")),
            Jump("ask"),
        )

    w.aside("members", members)
    w.aside("set_members", lambda: _set_members(w, env, init))

    def written() -> None:
        w.add(
            Load("s1", init, pointer),
            Branch("eq", "s1", 0, "made"),
            Branch("ne", Memory("s1", facts.type), api("PyBytes_Type"), "made", note="a number of zeros"),
            LoadAddress("t0", Memory("s0", facts.bytes_data)),
            LoadAddress("t1", Memory("s1", facts.bytes_data)),
            env.invoke("memmove", "t0", "t1", Memory("s1", facts.bytes_size)),
            Return("s2"),
        )

    def unset() -> None:
        release(w, env, "s2")
        w.add(Return(0))

    def unmade() -> None:
        w.add(env.invoke("Py_DecRef", memory), Label("dropped"), env.invoke("Py_DecRef", length), Return(0))

    w.aside("written", written)
    w.aside("unset", unset)
    w.aside("unmade", unmade)
    return finish(w, env, given)


def _set_members(w: Builder, env: Surroundings, init: Memory) -> None:
    """Set the members of the struct that the pointer in s2 owns as a dict, list or tuple says; on to `made`. What is no member, and
    what cannot be set, is for Python to tell."""
    pointer = env.target.model.pointer
    position, key, value = (Memory(w.local()) for _ in range(3))
    w.add(
        Store(position, 0, pointer),
        Load("t0", init, pointer),
        Branch("ne", Memory("t0", env.interpreter.type), api("PyDict_Type"), "item"),
        Label("member"),
        env.invoke("PyDict_Next", init, AddressOf(position), AddressOf(key), AddressOf(value), result="t0"),
        Branch("eq", "t0", 0, "made", 4),
        env.invoke("PyDict_GetItemWithError", cell(env, FIELDS), key, result="t0"),
        Branch("eq", "t0", 0, "strange"),
        Load("s0", key, pointer),
    )
    hold(w, env, "s0", "t0")
    w.add(Load("t1", value, pointer))
    hold(w, env, "t1", "t0")
    w.add(
        env.invoke("PyObject_SetAttr", "s2", "s0", value, result="t0"),
        Store(key, "t0", pointer),
        env.invoke("Py_DecRef", "s0"),
        env.invoke("Py_DecRef", value),
        Branch("eq", key, 0, "member", 4),
        Jump("strange"),
        Label("item"),
        Load("t0", position, pointer),
        Load("t1", init, pointer),
        Branch("eq", Memory("t1", env.interpreter.bytes_size), "t0", "made", note="that was the last"),
        env.invoke("PyTuple_GetItem", cell(env, NAMES), position, result="s0"),
        Branch("eq", "s0", 0, "strange"),
        env.invoke("PySequence_GetItem", init, position, result="t0"),
        Branch("eq", "t0", 0, "strange"),
        Store(value, "t0", pointer),
        env.invoke("PyObject_SetAttr", "s2", "s0", value, result="t0"),
        Store(key, "t0", pointer),
        env.invoke("Py_DecRef", value),
        Load("t0", position, pointer),
        Compute("add", "t0", 1),
        Store(position, "t0", pointer),
        Branch("eq", key, 0, "item", 4),
        Label("strange"),
        env.invoke("PyErr_Clear"),
        env.invoke("Py_DecRef", "s2"),
        Jump("ask"),
    )


def _measure(w: Builder, env: Surroundings, init: Memory) -> None:
    """How many items the int or the bytes in s2 are for, an int of its own in t0, and how many bytes in s2; on to `sized`."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        Branch("eq", "s2", 0, "ask"),
        Branch("eq", Memory("s2", facts.type), api("PyBytes_Type"), "bytes"),
    )
    small_int(w, env, "s2", "ask")
    w.add(
        Branch("above", "t0", MOST, "ask"),
        Load("t1", cell(env, SIZE), pointer),
        Branch("above", "t1", MOST >> 10, "ask"),
        Compute("mul", "t0", "t1"),
        Move("s2", "t0"),
        Load("t0", init, pointer),
    )
    hold(w, env, "t0", "t1")
    w.add(
        Jump("sized"),
        Label("bytes"),
        Load("t0", cell(env, HOW), pointer),
        Branch("ne", "t0", TEXT, "ask"),
        Load("s2", Memory("s2", facts.bytes_size), pointer),
        Compute("add", "s2", 1, "and the NUL behind"),
        env.invoke("PyLong_FromSsize_t", "s2", result="t0"),
        Branch("eq", "t0", 0, "failed"),
        Jump("sized"),
    )


@by_layout
def data_cast(env: Surroundings) -> Routine:
    """`cast(known, type, value)`: to what holds an address, from another, or from an int of one digit."""
    w, given = begin("data_cast", env)
    facts, pointer = env.interpreter, env.target.model.pointer
    cls = Memory(w.local())
    w.add(Branch("ne", "t0", 3, "ask"))
    known(w, env, Memory("s0"), Memory("s0", pointer))
    w.add(
        Load("t0", cell(env, CLASS), pointer),
        Store(cls, "t0", pointer),
        Load("s0", Memory("s0", 2 * pointer), pointer, note="the value"),
        Load("t0", Memory("s0", facts.type), pointer),
        Load("t0", Memory("t0", facts.header + TP_RICHCOMPARE * pointer), pointer),
        Branch("ne", cell(env, COMPARE), "t0", "number"),
        Load("t0", Memory("s0", facts.value_data), pointer),
        Load("s1", Memory("t0"), pointer),
        Load("t0", Memory("s0", facts.value_owner), pointer, note="it keeps what that one keeps, or that one"),
        Branch("eq", "t0", 0, "owner"),
        Move("s0", "t0"),
        Label("owner"),
    )
    give_pointer(w, env, cls)

    def number() -> None:
        small_int(w, env, "s0", "ask")
        w.add(Branch("lt", "t0", 0, "ask"), Move("s1", "t0"), Move("s0", 0), Jump("owner"))

    w.aside("number", number)
    return finish(w, env, given)


@by_layout
def data_string(env: Surroundings) -> Routine:
    """`text(known, pointer)`: the bytes up to the first NUL, no further than there are items."""
    w, given = begin("data_string", env)
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(Branch("ne", "t0", 2, "ask"), Load("s2", Memory("s0", pointer), pointer))
    known(w, env, Memory("s0"), Memory("s2", facts.type))
    counted(w, env)
    w.add(
        Move("s0", "t0"),
        Load("t0", Memory("s2", facts.value_data), pointer),
        Load("s2", Memory("t0"), pointer),
        Branch("eq", "s2", 0, "ask", note="NULL"),
        Branch("lt", "s0", 0, "endless"),
        env.invoke("memchr", "s2", 0, "s0", result="t0"),
        Branch("eq", "t0", 0, "all"),
        Compute("sub", "t0", "s2"),
        Move("s0", "t0"),
        Label("all"),
        env.invoke("PyBytes_FromStringAndSize", "s2", "s0", tail=True),
    )

    def endless() -> None:
        w.add(env.invoke("strlen", "s2", result="s0"), Jump("all"))

    w.aside("endless", endless)
    return finish(w, env, given)


@by_layout
def data_recall(env: Surroundings) -> Routine:
    """`recall(known, thing)`: the object that is known for a text, for a thing's class, or for the thing."""
    w, given = begin("data_recall", env)
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        Branch("ne", "t0", 2, "ask"),
        Load("s1", Memory("s0", pointer), pointer),
        Load("s0", Memory("s0"), pointer),
        Load("t0", Memory("s1", facts.type), pointer),
        Branch("eq", "t0", api("PyUnicode_Type"), "itself"),
        env.invoke("PyDict_GetItemWithError", "s0", "t0", result="s2"),
        Branch("ne", "s2", 0, "found"),
        Label("itself"),
        env.invoke("PyDict_GetItemWithError", "s0", "s1", result="s2"),
        Branch("eq", "s2", 0, "unknown"),
        Label("found"),
    )
    hold(w, env, "s2", "t0")
    w.add(Return("s2"))
    w.aside("unknown", lambda: w.add(env.invoke("PyErr_Clear"), Jump("ask")))
    return finish(w, env, given)
