"""Recipes of farcall's own objects: header, data pointer, owner, then the payload inline when it is owned.

These are slots of a type (`tp_new`, `tp_dealloc`, `bf_getbuffer`), getters and setters of fields, and two
builtins: `view`, which makes an object of memory that lies elsewhere, and `address`, which tells where it lies.
A field's offset and number travel in the descriptor's closure, so one getter serves every field of its kind.
"""

from __future__ import annotations

from .box import box, return_none
from .carrier import Carrier, Character, Real
from .interpreter import Surroundings
from .step import (
    Address,
    At,
    Branch,
    Compute,
    Copy,
    Invoke,
    Jump,
    Label,
    Load,
    Receive,
    Return,
    Routine,
    Store,
    Symbol,
)
from .unbox import Slot, unbox
from .writer import Writer

__all__ = ["address", "capsule_dealloc", "dealloc", "errno", "getbuffer", "getter", "new", "own", "owner", "setter", "view"]

#: A descriptor's closure points to two cells of eight bytes: the field's offset, and which member it is.
CLOSURE_MEMBER = 8
#: Fields of PyTypeObject (Include/cpython/object.h; the same since 3.8), in pointers from the end of ob_base.
TP_BASICSIZE, TP_DEALLOC, TP_BASE, TP_FREE = 2, 4, 30, 38


def new(env: Surroundings) -> Routine:
    """`tp_new`: an instance whose payload is zero, whatever the arguments (`__init__` reads them)."""
    w, facts, pointer = Writer("new", env.placement("tp_new")), env.interpreter, env.target.model.pointer
    w.add(
        Receive(0, "t0", "the type"),
        env.invoke("PyType_GenericAlloc", "t0", 0, result="s0"),
        Branch("eq", "s0", 0, "failed"),
        Address("t0", At("s0", facts.value_payload)),
        Store(At("s0", facts.value_data), "t0", pointer, "its data are its own payload"),
        Return("s0"),
    )
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def dealloc(env: Surroundings) -> Routine:
    """`tp_dealloc`: let go of the owner, the memory and the type, which every instance holds."""
    w, facts, pointer = (
        Writer("dealloc", env.placement("tp_dealloc")),
        env.interpreter,
        env.target.model.pointer,
    )
    w.add(
        Receive(0, "s0", "the object"),
        Load("s1", At("s0", facts.type), pointer, note="its type"),
        Branch("ne", At("s0", facts.value_owner), 0, "owned"),
    )
    w.add(
        Label("free"),
        Load("t0", At("s1", facts.header + TP_FREE * pointer), pointer, note="tp_free"),
        Invoke("t0", env.placement("PyObject_Free"), ("s0",), note="a subclass's may be the collector's own"),
        env.invoke("Py_DecRef", "s1", tail=True),
    )
    w.aside(
        "owned",
        lambda: w.add(
            Load("t0", At("s0", facts.value_owner), pointer), env.invoke("Py_DecRef", "t0"), Jump("free")
        ),
    )
    return w.finish()


def getbuffer(env: Surroundings) -> Routine:
    """`bf_getbuffer`: the value's bytes, writable. Their number is what the type has beyond farcall's header; of a
    class written in Python, which may add a `__dict__`, it is what the native class below has."""
    w, facts, pointer = (
        Writer("getbuffer", env.placement("bf_getbuffer")),
        env.interpreter,
        env.target.model.pointer,
    )
    flags = At(w.local())
    w.add(
        Receive(0, "s0", "the object"),
        Receive(1, "s1", "the Py_buffer"),
        Receive(2, flags),
        Load("t0", At("s0", facts.type), pointer),
        Label("ours"),
        Load("t1", At("t0", facts.header + TP_DEALLOC * pointer), pointer, note="tp_dealloc"),
        Branch("ne", "t1", Symbol("entry:dealloc"), "derived", note="a class written in Python"),
        Load("t0", At("t0", facts.header + TP_BASICSIZE * pointer), pointer, note="tp_basicsize"),
        Compute("sub", "t0", facts.value_payload),
        Load("t1", At("s0", facts.value_data), pointer),
        env.invoke("PyBuffer_FillInfo", "s1", "s0", "t1", "t0", 0, flags, tail=True),
    )
    w.aside(
        "derived",
        lambda: w.add(
            Load("t0", At("t0", facts.header + TP_BASE * pointer), pointer, note="tp_base"), Jump("ours")
        ),
    )
    return w.finish()


def getter(carrier: Carrier, env: Surroundings) -> Routine:
    """A getset descriptor's getter: `PyObject *(self, closure)`."""
    w, facts, pointer = Writer("getter", env.placement("getter")), env.interpreter, env.target.model.pointer
    w.add(
        Receive(0, "t0", "the object"),
        Receive(1, "t1", "the closure"),
        Load("t0", At("t0", facts.value_data), pointer),
        Load("t1", At("t1"), pointer, note="the field's offset"),
        Compute("add", "t0", "t1"),
    )
    if isinstance(carrier, (Real, Character)):
        value = At(w.local(8))
        w.add(Copy(value, At("t0"), carrier.size, "the field"))
        box(w, env, carrier, value, result=None)
    else:
        w.add(Load("t0", At("t0"), carrier.size, getattr(carrier, "signed", False), "the field"))
        box(w, env, carrier, "t0", result=None)
    return w.finish()


def setter(carrier: Carrier, env: Surroundings) -> Routine:
    """A getset descriptor's setter: `int (self, value, closure)`."""
    w, facts, pointer = Writer("setter", env.placement("setter")), env.interpreter, env.target.model.pointer
    owner, offset, member, local = w.local(), w.local(), w.local(), w.local(8)
    w.add(
        Receive(0, At(owner), "the object"),
        Receive(1, "s0", "the value"),
        Receive(2, "s1", "the closure"),
        Branch("eq", "s0", 0, "deleted"),
        Load("t0", At("s1"), pointer),
        Store(At(offset), "t0", pointer, "the field's offset"),
        Load("t0", At("s1", CLOSURE_MEMBER), pointer),
        Store(At(member), "t0", pointer, "which member it is"),
    )
    unbox(w, env, carrier, Slot(0, "s0", None, local, None, "failed", At(owner), At(member)))
    w.add(
        Load("t0", At(owner), pointer),
        Load("t0", At("t0", facts.value_data), pointer),
        Load("t1", At(offset), pointer),
        Compute("add", "t0", "t1"),
        Copy(At("t0"), At(local), carrier.size, "the field"),
        Return(0),
    )
    w.aside("failed", lambda: w.add(Return(-1)))

    def deleted() -> None:
        w.add(
            env.invoke("PyErr_SetString", Symbol("object:PyExc_TypeError"), Symbol("text:undeletable")),
            Return(-1),
        )

    w.aside("deleted", deleted)
    return w.finish()


def view(env: Surroundings) -> Routine:
    """The builtin `view(type, address, owner)`: an instance over memory that `owner` keeps alive."""
    w, facts, pointer = (
        Writer("view", env.placement("METH_FASTCALL")),
        env.interpreter,
        env.target.model.pointer,
    )
    w.add(
        Receive(1, "s0", "the arguments: type, address, owner"),
        Load("t0", At("s0"), pointer),
        env.invoke("PyType_GenericAlloc", "t0", 0, result="s1"),
        Branch("eq", "s1", 0, "failed"),
        Load("t0", At("s0", pointer), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="t0"),
        Store(At("s1", facts.value_data), "t0", pointer),
        Load("t0", At("s0", 2 * pointer), pointer),
        Store(At("s1", facts.value_owner), "t0", pointer),
        env.invoke("Py_IncRef", "t0"),
        Return("s1"),
    )
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def address(env: Surroundings) -> Routine:
    """The builtin `address(value)`: where a value's bytes lie, as an int. TypeError for anything else, as when a
    method of a value class is called with another object for `self`."""
    w, facts, pointer = Writer("address", env.placement("METH_O")), env.interpreter, env.target.model.pointer
    w.add(
        Receive(1, "s0", "the value"),
        env.invoke("PyObject_IsInstance", "s0", Symbol("class:value"), result="t0"),
        Branch("ne", "t0", 1, "stranger", 4),
        Load("t0", At("s0", facts.value_data), pointer),
        env.invoke("PyLong_FromVoidPtr", "t0", tail=True),
    )

    def stranger() -> None:
        w.add(
            env.invoke("PyErr_SetString", Symbol("object:PyExc_TypeError"), Symbol("text:stranger")),
            Return(0),
        )

    w.aside("stranger", stranger)
    return w.finish()


def owner(env: Surroundings) -> Routine:
    """The builtin `owner(value)`: what keeps the value's memory alive, or None where it is its own."""
    w, facts, pointer = Writer("owner", env.placement("METH_O")), env.interpreter, env.target.model.pointer
    w.add(
        Receive(1, "t0", "the value"),
        Load("s0", At("t0", facts.value_owner), pointer),
        Branch("eq", "s0", 0, "none"),
        env.invoke("Py_IncRef", "s0"),
        Return("s0"),
    )
    w.aside("none", lambda: return_none(w, env))
    return w.finish()


def own(env: Surroundings) -> Routine:
    """The builtin `own(value, thing)`: has a value keep `thing` alive instead of what it kept so far."""
    w, facts, pointer = (
        Writer("own", env.placement("METH_FASTCALL")),
        env.interpreter,
        env.target.model.pointer,
    )
    w.add(
        Receive(1, "s0", "the arguments: value, thing"),
        Load("s1", At("s0", pointer), pointer),
        env.invoke("Py_IncRef", "s1"),
        Load("t0", At("s0"), pointer),
        Load("s2", At("t0", facts.value_owner), pointer, note="what it kept"),
        Store(At("t0", facts.value_owner), "s1", pointer),
        env.invoke("Py_DecRef", "s2", note="NULL is allowed"),
    )
    return_none(w, env)
    return w.finish()


def capsule_dealloc(env: Surroundings) -> Routine:
    """A PyCapsule's destructor: lets go of the object that is its context."""
    w = Writer("capsule_dealloc", env.placement("tp_dealloc"))
    w.add(
        Receive(0, "t0", "the capsule"),
        env.invoke("PyCapsule_GetContext", "t0", result="t0"),
        env.invoke("Py_DecRef", "t0", tail=True),
    )
    return w.finish()


def errno(env: Surroundings) -> Routine:
    """The builtin `errno()`: what the last call of this thread that captures errno left in its key."""
    w = Writer("errno", env.placement("METH_O"))
    w.add(
        env.invoke("PyThread_tss_get", Symbol("errno"), result="t0"),
        env.invoke("PyLong_FromVoidPtr", "t0", tail=True),
    )
    return w.finish()
