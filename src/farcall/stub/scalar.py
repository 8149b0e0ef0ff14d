"""Stubs that make scalars: an instance of one Python object, if that is of a class which is read inline."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Copy,
    Invoke,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Return,
    Routine,
    Store,
)
from .carrier import Carrier
from .class_facts import MAKER, fact
from .instance import allocate
from .interpreter import TP_GETSET, Surroundings
from .unbox import Slot, inline

__all__ = ["scalar", "scalar_maker"]


def scalar_maker(carrier: Carrier, env: Surroundings) -> Routine:
    """`PyObject *(class, object)`: NULL, with no exception, for an object that is not read inline."""
    w, facts, pointer = Builder("scalar_maker", env.placement("METH_O")), env.interpreter, env.target.model.pointer
    cls, value = Memory(w.local()), w.local()
    w.aside("slow", lambda: w.add(Return(0)))
    if not facts.fast:
        w.add(Return(0))
        return w.finish()
    w.add(LoadArgument(0, cls), LoadArgument(1, "s0", "the object"))
    inline(w, env, carrier, Slot(0, "s0", None, value, None, "slow"), "slow")
    allocate(w, env, cls, "s1", "slow")
    w.add(
        LoadAddress("t0", Memory("s1", facts.value_payload)),
        Store(Memory("s1", facts.value_data), "t0", pointer, "its data are its own payload"),
        Store(Memory("s1", facts.value_owner), 0, pointer),
        Copy(Memory("s1", facts.value_payload), Memory(value), carrier.size),
        Return("s1"),
    )
    return w.finish()


def scalar(env: Surroundings) -> Routine:
    """`PyObject *(class, arguments, nargsf, names)`, the `tp_vectorcall` of scalars' classes, by the class's maker. All else
    is left to Python."""
    w, facts, pointer = Builder("scalar", env.placement("tp_vectorcall")), env.interpreter, env.target.model.pointer
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
        Load("t0", Memory("s0", facts.header + TP_GETSET * pointer), pointer),
        Load("s2", fact(env, "t0", MAKER), pointer),
        Load("t0", Memory("s1"), pointer),
        Invoke("s2", env.placement("METH_O"), ("s0", "t0"), "t0", note="its maker"),
        Branch("eq", "t0", 0, "refused"),
        Return("t0"),
    )

    def zero() -> None:
        w.add(
            env.invoke("PyType_GenericAlloc", "s0", 0, result="s1"),
            Branch("eq", "s1", 0, "failed"),
            LoadAddress("t0", Memory("s1", facts.value_payload)),
            Store(Memory("s1", facts.value_data), "t0", pointer),
            Return("s1"),
        )

    def ask() -> None:
        w.add(env.support("construct", cls, arguments, nargsf, names, tail=True, note="Python makes it"))

    def refused() -> None:
        w.add(env.invoke("PyErr_Clear", note="there was no memory, perhaps"))
        ask()

    w.aside("zero", zero)
    w.aside("refused", refused)
    w.aside("ask", ask)
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()
