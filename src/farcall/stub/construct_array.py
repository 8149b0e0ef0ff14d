"""The stub of an array's constructor: `tp_vectorcall` of its class (PEP 590). It makes an array of zeros, of what the type's
writer takes, and of a buffer of as many of the same items, for which nothing is cleared first. Python makes all others."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    AddressOf,
    Branch,
    Compute,
    Jump,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Return,
    Routine,
    Store,
)
from .buffer import buffer_layout
from .class_facts import CELLS, SIZE, fact
from .instance import allocate
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
    cls, arguments, nargsf, names = (Memory(w.local()) for _ in range(4))
    w.add(
        LoadArgument(0, "s0", "the class"),
        LoadArgument(1, "s1", "the arguments"),
        LoadArgument(2, "s2"),
        LoadArgument(3, "t0", "the names"),
        Store(cls, "s0", pointer),
        Store(arguments, "s1", pointer),
        Store(nargsf, "s2", pointer),
        Store(names, "t0", pointer),
        Branch("ne", "t0", 0, "ask"),
        Compute("shl", "s2", 1, "the flag in the highest bit falls out"),
        Branch("eq", "s2", 0, "zero"),
        Branch("ne", "s2", 2, "ask"),
        Load("s1", Memory("s1"), pointer),
        Load("s2", Memory("s0", facts.header + TP_GETSET * pointer), pointer),
        Load("t0", Memory("s1", facts.type), pointer),
        *(Branch("eq", "t0", api(known), "written") for known in WRITTEN),
    )
    w.aside("written", lambda: _written(w, env))
    if kind:
        _of_buffer(w, env, cls, kind)
    else:
        w.add(Jump("written"))

    def ask() -> None:
        w.add(env.support("construct", cls, arguments, nargsf, names, tail=True, note="Python makes it"))

    def zero() -> None:
        w.add(
            env.invoke("PyType_GenericAlloc", "s0", 0, result="s1"),
            Branch("eq", "s1", 0, "failed"),
            LoadAddress("t0", Memory("s1", facts.value_payload)),
            Store(Memory("s1", facts.value_data), "t0", pointer, "its data are its own payload"),
            Return("s1"),
        )

    w.aside("zero", zero)
    w.aside("ask", ask)
    w.aside("failed", lambda: w.add(Return(0)))
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
    facts, pointer = env.interpreter, env.target.model.pointer
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
    allocate(w, env, cls, "s2", "no_memory")
    w.add(
        LoadAddress("t0", Memory("s2", facts.value_payload)),
        Store(Memory("s2", facts.value_data), "t0", pointer, "its data are its own payload"),
        Store(Memory("s2", facts.value_owner), 0, pointer),
        env.invoke("memmove", "t0", Memory(view, fields.buf), total),
        env.invoke("PyBuffer_Release", AddressOf(Memory(view))),
        Return("s2"),
    )
    w.aside("no_memory", lambda: w.add(env.invoke("PyBuffer_Release", AddressOf(Memory(view))), Jump("failed")))
