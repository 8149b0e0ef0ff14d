"""A call of a class of C data: what `data_new` and `data_init` do one after the other, without a tuple of the arguments between."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Label,
    Load,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    Store,
)
from .box import NONE
from .data_object import BASE, OBJECTS, SIZE, nothing, slot, with_memory
from .interpreter import Surroundings
from .link import FUNCTION, class_of
from .reference import hold

__all__ = ["data_call"]


def data_call(known: int, env: Surroundings) -> Routine:
    """`tp_vectorcall` of a class itself: an instance of so many bytes, which is `class:size` as an int, whose parts are what is
    given. `class:parts` names them, as `__parts__`. More, or names, are for `FUNCTION`, which is the class's `__call__`."""
    w, pointer = Builder("data_call", env.placement("tp_vectorcall")), env.target.model.pointer
    cls, count, size, index, part, status = (Memory(w.local()) for _ in range(6))
    w.add(
        LoadArgument(3, "t0", "the names"),
        Branch("ne", "t0", 0, "odd"),
        LoadArgument(0, cls, "the class"),
        LoadArgument(1, "s2", "the arguments"),
        LoadArgument(2, "t0"),
        Compute("shl", "t0", 1, "without PY_VECTORCALL_ARGUMENTS_OFFSET, the highest bit (PEP 590)"),
        Store(count, "t0", pointer, "twice as many as there are"),
    )
    with_memory(w, env, cls, size, known)
    w.add(Move("t0", class_of("size")), Store(slot(env, "s1", SIZE), "t0", pointer))
    hold(w, env, "t0", "t1")
    nothing(w, env, "s1", BASE, OBJECTS)
    w.add(Branch("ne", count, 0, "given"), Return("s1"))

    def given() -> None:
        w.add(
            Move("s0", class_of("parts")),
            Store(index, 0, pointer),
            Branch("eq", "s0", NONE, "item"),
            env.invoke("PyTuple_Size", "s0", result="t0"),
            Compute("shl", "t0", 1),
            Branch("above", count, "t0", "many"),
            Label("attribute"),
            Load("t0", index, pointer),
            env.invoke("PyTuple_GetItem", "s0", "t0", result="t0"),
            Store(part, "t0", pointer, "its name"),
            *_argument(index, pointer),
            env.invoke("PyObject_SetAttr", "s1", part, "t0", result="t0"),
            Branch("ne", "t0", 0, "broken", 4),
            *_next(index, count, "attribute", pointer),
            Return("s1"),
        )

    def item() -> None:
        w.add(
            env.invoke("PyLong_FromSsize_t", index, result="t0"),
            Branch("eq", "t0", 0, "broken"),
            Store(part, "t0", pointer, "its number"),
            *_argument(index, pointer),
            env.invoke("PyObject_SetItem", "s1", part, "t0", result="t0"),
            Store(status, "t0", 4),
            env.invoke("Py_DecRef", part),
            Branch("ne", status, 0, "broken", 4),
            *_next(index, count, "item", pointer),
            Return("s1"),
        )

    def odd() -> None:
        w.add(
            LoadArgument(1, "s0"),
            LoadArgument(2, "s1"),
            LoadArgument(3, "s2"),
            env.invoke("vectorcall", FUNCTION, "s0", "s1", "s2", tail=True),
        )

    w.aside("given", given)
    w.aside("item", item)

    def many() -> None:
        w.add(
            env.invoke("Py_DecRef", "s1"),
            Load("s0", count, pointer),
            Compute("shr", "s0", 1),
            env.invoke("vectorcall", FUNCTION, "s2", "s0", 0, tail=True),
        )

    w.aside("many", many)
    w.aside("odd", odd)
    w.aside("broken", lambda: w.add(env.invoke("Py_DecRef", "s1"), Return(0)))
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def _argument(index: Memory, pointer: int) -> tuple[Load | Compute, ...]:
    """The argument of a number, of those at s2, into t0."""
    return (
        Load("t0", index, pointer),
        Compute("shl", "t0", pointer.bit_length() - 1),
        Compute("add", "t0", "s2"),
        Load("t0", Memory("t0"), pointer),
    )


def _next(index: Memory, count: Memory, again: str, pointer: int) -> tuple[Load | Compute | Store | Branch, ...]:
    """Go on with the next argument, if there is one; `count` is twice as many as there are."""
    return (
        Load("t0", index, pointer),
        Compute("add", "t0", 1),
        Store(index, "t0", pointer),
        Compute("shl", "t0", 1),
        Branch("above", count, "t0", again),
    )
