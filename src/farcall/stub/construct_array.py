"""The stub of an array's constructor: `tp_vectorcall` of its class (PEP 590). It makes an array of zeros, of what the type's
writer takes, and of a buffer of as many of the same items, for which nothing is cleared first. Python makes all others."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Jump,
    Load,
    Memory,
    Return,
    Routine,
    Store,
)
from . import class_call
from .buffer import buffer_layout
from .class_facts import CELLS, SIZE, fact
from .instance import make_instance
from .interpreter import TP_GETSET, Surroundings
from .link import api
from .same_items import borrow
from .writer import ITEM
from .writer import SIZE as ITEM_SIZE

__all__ = ["array_constructor"]

#: Classes whose instances the type's writer reads.
WRITTEN = ("PyList_Type", "PyTuple_Type", "PyBytes_Type", "PyUnicode_Type")


def array_constructor(kind: str, env: Surroundings) -> Routine:
    """`PyObject *(class, arguments, nargsf, names)`, of classes whose facts name the cells of their writer. `kind`: of the
    items, see `same_items`; "" where no buffer has the same."""
    w, facts, pointer = Builder("array", env.placement("tp_vectorcall")), env.interpreter, env.target.model.pointer
    call = class_call.begin(w, env)
    w.add(
        Load("s1", Memory("s1"), pointer),
        Load("s2", Memory("s0", facts.header + TP_GETSET * pointer), pointer),
        Load("t0", Memory("s1", facts.type), pointer),
        *(Branch("eq", "t0", api(known), "written") for known in WRITTEN),
    )
    w.aside("written", lambda: _written(w, env))
    if kind:
        _of_buffer(w, env, call.cls, kind)
    else:
        w.add(Jump("written"))

    class_call.finish(w, env, call)
    return w.finish()


def _written(w: Builder, env: Surroundings) -> None:
    """What the writer makes of the object in s1."""
    w.add(
        Load("t0", fact(env, "s2", CELLS), env.target.model.pointer),
        env.support("make", "t0", "s1", result="t0"),
        Branch("eq", "t0", 0, "ask"),
        Return("t0"),
    )


def _of_buffer(w: Builder, env: Surroundings, cls: Memory, kind: str) -> None:
    """A copy of the items that the object in s1 shows."""
    pointer = env.target.model.pointer
    fields = buffer_layout(pointer)
    view, size, total = w.local(fields.size), Memory(w.local()), Memory(w.local())
    w.add(
        Load("t0", fact(env, "s2", SIZE), pointer),
        Store(total, "t0", pointer),
        Load("t0", fact(env, "s2", CELLS), pointer),
        Load("t0", Memory("t0", ITEM * pointer), pointer, note="the cells of the items"),
        Load("t0", Memory("t0", ITEM_SIZE * pointer), pointer),
        Store(size, "t0", pointer),
    )
    borrow(w, env, "s1", view, kind, size, total, "ask")
    make_instance(w, env, cls, "s2", "no_memory")
    w.add(
        env.invoke("memmove", "t0", Memory(view, fields.buf), total),
        env.invoke("PyBuffer_Release", AddressOf(Memory(view))),
        Return("s2"),
    )
    w.aside("no_memory", lambda: w.add(env.invoke("PyBuffer_Release", AddressOf(Memory(view))), Jump("failed")))
