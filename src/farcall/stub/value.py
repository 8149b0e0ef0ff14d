"""Stubs of farcall's own objects: header, data pointer, owner, then the payload inline when it is owned.

These are slots of every type (`tp_new`, `tp_dealloc`; `getbuffer` has another), and the builtins by which Python makes and
asks values: `view` makes one of memory that lies elsewhere, `address` tells where it lies.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    Store,
    Symbol,
)
from .box import NONE, return_none
from .buffer import buffer_layout
from .data_pointer import derive, locate
from .errno import FLAG, KEPT, VALUE, look_up, part
from .instance import at_address, hold_address, make_instance
from .interpreter import TP_FREE, TP_WEAKLISTOFFSET, Surroundings
from .link import api, c_string, object_in, python, type_of
from .reference import release

__all__ = [
    "absorb", "address", "blank", "capsule_dealloc", "dealloc", "errno", "here", "holder", "memory", "new", "own",
    "owner", "peek", "point", "poke", "target", "view",
]  # fmt: skip

#: The flag of PyMemoryView_FromMemory.
PYBUF_READ = 0x100


def new(env: Surroundings) -> Routine:
    """`tp_new`: an instance whose payload is zero, whatever the arguments (`__init__` reads them)."""
    w, facts, pointer = Builder("new", env.placement("tp_new")), env.interpreter, env.target.model.pointer
    w.add(
        LoadArgument(0, "t0", "the type"),
        env.invoke("PyType_GenericAlloc", "t0", 0, result="s0"),
        Branch("eq", "s0", 0, "failed"),
        LoadAddress("t0", Memory("s0", facts.value_payload)),
        Store(Memory("s0", facts.value_data), "t0", pointer, "its data are its own payload"),
        Return("s0"),
    )
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def dealloc(env: Surroundings) -> Routine:
    """`tp_dealloc`: let go of the owner, the memory and the type, which every instance holds."""
    w, facts, pointer = (
        Builder("dealloc", env.placement("tp_dealloc")),
        env.interpreter,
        env.target.model.pointer,
    )
    w.add(
        LoadArgument(0, "s0", "the object"),
        Load("s1", Memory("s0", facts.type), pointer, note="its type"),
        Load("t0", Memory("s1", facts.header + TP_WEAKLISTOFFSET * pointer), pointer, note="tp_weaklistoffset"),
        Branch("eq", "t0", 0, "forgotten"),
        Compute("add", "t0", "s0"),
        Branch("ne", Memory("t0"), 0, "referred", note="there are weak references"),
        Label("forgotten"),
        Branch("ne", Memory("s0", facts.value_owner), 0, "owned"),
    )
    w.add(
        Label("free"),
        Load("t0", Memory("s1", facts.header + TP_FREE * pointer), pointer, note="tp_free"),
        Invoke("t0", env.placement("PyObject_Free"), ("s0",), note="a subclass's may be the collector's own"),
    )
    release(w, env, "s1")
    w.add(Return())

    def owned() -> None:
        w.add(Load("t0", Memory("s0", facts.value_owner), pointer))
        release(w, env, "t0")
        w.add(Jump("free"))

    w.aside("owned", owned)
    w.aside("referred", lambda: w.add(env.invoke("PyObject_ClearWeakRefs", "s0"), Jump("forgotten")))
    return w.finish()


def view(env: Surroundings) -> Routine:
    """The builtin `view(type, address, owner)`: an instance over memory that `owner` keeps alive."""
    w, facts, pointer = (
        Builder("view", env.placement("METH_FASTCALL")),
        env.interpreter,
        env.target.model.pointer,
    )
    w.add(
        LoadArgument(1, "s0", "the arguments: type, address, owner"),
        Load("t0", Memory("s0"), pointer),
        env.invoke("PyType_GenericAlloc", "t0", 0, result="s1"),
        Branch("eq", "s1", 0, "failed"),
        Load("t0", Memory("s0", pointer), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="t0"),
        Store(Memory("s1", facts.value_data), "t0", pointer),
    )
    return _owned(w, env)


def _owned(w: Builder, env: Surroundings) -> Routine:
    """The end of `view` and `point`: the instance in s1 gets its owner, the third argument, unless that is None."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        Load("t0", Memory("s0", 2 * pointer), pointer),
        Branch("eq", "t0", api("_Py_NoneStruct"), "unowned"),
        Store(Memory("s1", facts.value_owner), "t0", pointer),
        env.invoke("Py_IncRef", "t0"),
        Label("unowned"),
        Return("s1"),
    )
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def address(env: Surroundings) -> Routine:
    """The builtin `address(value)`: where a value's bytes lie, as an int. TypeError for anything else, as when a
    method of a value class is called with another object for `self`."""
    w = Builder("address", env.placement("METH_O"))
    w.add(LoadArgument(1, "s0", "the value"))
    _value_only(w, env)
    locate(w, env, "s0", Move("t0", "s0"))
    w.add(env.invoke("PyLong_FromVoidPtr", "t0", tail=True))
    return w.finish()


def _value_only(w: Builder, env: Surroundings, *also: Symbol) -> None:
    """Raise TypeError unless the type of the object in s0 is derived from farcall's root, or is one of `also`; what the
    object says of its class does not matter."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(Load("t0", Memory("s0", facts.type), pointer))
    w.add(*(Branch("eq", "t0", cls, "ours") for cls in also))
    w.add(
        env.invoke("PyType_IsSubtype", "t0", type_of("value"), result="t0"),
        Branch("eq", "t0", 0, "not_a_value", 4),
        Label("ours"),
    )

    def not_a_value() -> None:
        w.add(
            env.invoke("PyErr_SetString", object_in("PyExc_TypeError"), c_string("not_a_value")),
            Return(0),
        )

    w.aside("not_a_value", not_a_value)


def owner(env: Surroundings) -> Routine:
    """The builtin `owner(value)`: what keeps the value's memory alive, or None where it is its own."""
    w, facts, pointer = Builder("owner", env.placement("METH_O")), env.interpreter, env.target.model.pointer
    w.add(LoadArgument(1, "s0", "the value"))
    _value_only(w, env, type_of("lease"))
    w.add(Load("s0", Memory("s0", facts.value_owner), pointer), Branch("eq", "s0", 0, "none"))
    w.add(env.invoke("Py_IncRef", "s0"), Return("s0"))
    w.aside("none", lambda: return_none(w, env))
    return w.finish()


def holder(env: Surroundings) -> Routine:
    """The builtin `holder(value)`: what a view into the value has to keep alive: the value itself where the memory
    is its own, or nobody's, else its owner."""
    w = Builder("holder", env.placement("METH_O"))
    w.add(LoadArgument(1, "s0", "the value"))
    _value_only(w, env)
    derive(w, env)
    w.add(Move("s0", "t1"), env.invoke("Py_IncRef", "s0"), Return("s0"))
    return w.finish()


def point(env: Surroundings) -> Routine:
    """The builtin `point(type, address, owner)`: a pointer object of a pointer type, with its address in its own payload.
    Nothing is checked."""
    w = Builder("point", env.placement("METH_FASTCALL"))
    at_address(w, env)
    hold_address(w, env, "s1")
    return _owned(w, env)


def target(env: Surroundings) -> Routine:
    """The builtin `target(pointer)`: the address that a pointer holds."""
    w = Builder("target", env.placement("METH_O"))
    w.add(LoadArgument(1, "s0", "the pointer"))
    _value_only(w, env)
    locate(w, env, "s0", Move("t0", "s0"))
    w.add(
        Load("t0", Memory("t0"), env.target.model.pointer),
        env.invoke("PyLong_FromVoidPtr", "t0", tail=True),
    )
    return w.finish()


def peek(env: Surroundings) -> Routine:
    """The builtin `peek(address, size)`: a copy of the bytes there. Nothing is checked."""
    w, pointer = Builder("peek", env.placement("METH_FASTCALL")), env.target.model.pointer
    w.add(
        LoadArgument(1, "s0", "the arguments: address, size"),
        Load("t0", Memory("s0", pointer), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="s1"),
        Load("t0", Memory("s0"), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="t0"),
        env.invoke("PyBytes_FromStringAndSize", "t0", "s1", tail=True),
    )
    return w.finish()


def poke(env: Surroundings) -> Routine:
    """The builtin `poke(address, bytes)`: copies the bytes there. Nothing is checked."""
    w, pointer = Builder("poke", env.placement("METH_FASTCALL")), env.target.model.pointer
    text, size = Memory(w.local()), Memory(w.local())
    w.add(
        LoadArgument(1, "s0", "the arguments: address, bytes"),
        Load("t0", Memory("s0", pointer), pointer),
        env.invoke("PyBytes_AsStringAndSize", "t0", AddressOf(text), AddressOf(size), result="t0"),
        Branch("ne", "t0", 0, "failed", 4),
        Load("t0", Memory("s0"), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="t0"),
        env.invoke("memmove", "t0", text, size),
    )
    return_none(w, env)
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def memory(env: Surroundings) -> Routine:
    """The builtin `memory(address, size)`: a memoryview of the bytes there, which is read-only and keeps nothing. Nothing is
    checked."""
    w, pointer = Builder("memory", env.placement("METH_FASTCALL")), env.target.model.pointer
    w.add(
        LoadArgument(1, "s0", "the arguments: address, size"),
        Load("t0", Memory("s0", pointer), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="s1"),
        Load("t0", Memory("s0"), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="t0"),
        env.invoke("PyMemoryView_FromMemory", "t0", "s1", PYBUF_READ, tail=True),
    )
    return w.finish()


def absorb(env: Surroundings) -> Routine:
    """The builtin `absorb(address, buffer)`: copies all bytes of a contiguous buffer there. Nothing else is checked."""
    w, pointer = Builder("absorb", env.placement("METH_FASTCALL")), env.target.model.pointer
    fields = buffer_layout(pointer)
    buffer = w.local(fields.size)
    w.add(
        LoadArgument(1, "s0", "the arguments: address, buffer"),
        Load("t0", Memory("s0", pointer), pointer),
        env.invoke("PyObject_GetBuffer", "t0", AddressOf(Memory(buffer)), 0, result="t0"),
        Branch("ne", "t0", 0, "failed", 4),
        Load("t0", Memory("s0"), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="t0"),
        env.invoke("memmove", "t0", Memory(buffer, fields.buf), Memory(buffer, fields.len)),
        env.invoke("PyBuffer_Release", AddressOf(Memory(buffer))),
    )
    return_none(w, env)
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def blank(env: Surroundings) -> Routine:
    """The builtin `blank(type)`: an instance whose payload is whatever was there, for who writes all of it. Nothing is
    checked."""
    w, cls = Builder("blank", env.placement("METH_O")), Memory(Local(1, 8))
    w.add(LoadArgument(1, cls, "the type"))
    assert Memory(w.local()) == cls
    make_instance(w, env, cls, "s0", "failed")
    w.add(Return("s0"))
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def here(env: Surroundings) -> Routine:
    """The builtin `here(anything)`: an address in the running thread's stack, below all that called it."""
    w = Builder("here", env.placement("METH_O"))
    w.add(env.invoke("PyLong_FromVoidPtr", AddressOf(Memory(w.local())), result="t0"), Return("t0"))
    return w.finish()


def own(env: Surroundings) -> Routine:
    """The builtin `own(value, thing)`: has a value keep `thing` alive instead of what it kept so far."""
    w, facts, pointer = (
        Builder("own", env.placement("METH_FASTCALL")),
        env.interpreter,
        env.target.model.pointer,
    )
    w.add(
        LoadArgument(1, "s0", "the arguments: value, thing"),
        Load("s1", Memory("s0", pointer), pointer),
        env.invoke("Py_IncRef", "s1"),
        Load("t0", Memory("s0"), pointer),
        Load("s2", Memory("t0", facts.value_owner), pointer, note="what it kept"),
        Store(Memory("t0", facts.value_owner), "s1", pointer),
        env.invoke("Py_DecRef", "s2", note="NULL is allowed"),
    )
    return_none(w, env)
    return w.finish()


def capsule_dealloc(env: Surroundings) -> Routine:
    """A PyCapsule's destructor: lets go of the object that is its context."""
    w = Builder("capsule_dealloc", env.placement("tp_dealloc"))
    w.add(
        LoadArgument(0, "t0", "the capsule"),
        env.invoke("PyCapsule_GetContext", "t0", result="t0"),
        env.invoke("Py_DecRef", "t0", tail=True),
    )
    return w.finish()


def errno(env: Surroundings) -> Routine:
    """The builtin `errno()`: what this thread's cell holds; with arguments, or with nothing there, Python is asked."""
    w, pointer = Builder("errno", env.placement("METH_FASTCALL")), env.target.model.pointer
    w.add(
        LoadArgument(2, "t0", "how many arguments"),
        Branch("ne", "t0", 0, "given"),
    )
    cell = look_up(w, env, "none")
    w.add(
        Branch("eq", part(cell, KEPT), 0, "none", FLAG),
        Load("t0", part(cell, VALUE), 4, signed=True),
        env.invoke("PyLong_FromSsize_t", "t0", tail=True),
    )

    def given() -> None:
        w.add(
            Branch("ne", "t0", 1, "too_many"),
            LoadArgument(1, "t0", "the argument"),
            Load("t0", Memory("t0"), pointer),
            env.invoke("call_python_1", python("set_errno"), "t0", 0, tail=True),
        )

    w.aside("given", given)
    w.aside("too_many", lambda: w.add(env.invoke("call_python_1", python("count_errno"), NONE, 0, tail=True)))
    w.aside("none", lambda: w.add(env.invoke("call_python_1", python("no_errno"), NONE, 0, tail=True)))
    return w.finish()
