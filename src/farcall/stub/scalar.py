"""Stubs that make scalars: an instance of one Python object, if that is of a class which is read inline."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Copy,
    Invoke,
    Load,
    LoadArgument,
    Memory,
    Return,
    Routine,
)
from . import class_call
from .carrier import Carrier
from .class_facts import MAKER, fact
from .instance import make_instance
from .interpreter import TP_GETSET, Surroundings
from .unbox import Slot, inline

__all__ = ["scalar", "scalar_maker"]


def scalar_maker(carrier: Carrier, env: Surroundings) -> Routine:
    """`PyObject *(class, object)`: NULL, with no exception, for an object that is not read inline."""
    w, facts = Builder("scalar_maker", env.placement("METH_O")), env.interpreter
    cls, value = Memory(w.local()), w.local()
    w.aside("slow", lambda: w.add(Return(0)))
    if not facts.fast:
        w.add(Return(0))
        return w.finish()
    w.add(LoadArgument(0, cls), LoadArgument(1, "s0", "the object"))
    inline(w, env, carrier, Slot(0, "s0", None, value, None, "slow"), "slow")
    make_instance(w, env, cls, "s1", "slow")
    w.add(
        Copy(Memory("s1", facts.value_payload), Memory(value), carrier.size),
        Return("s1"),
    )
    return w.finish()


def scalar(env: Surroundings) -> Routine:
    """`PyObject *(class, arguments, nargsf, names)`, the `tp_vectorcall` of scalars' classes, by the class's maker. All else
    is left to Python."""
    w, facts, pointer = Builder("scalar", env.placement("tp_vectorcall")), env.interpreter, env.target.model.pointer
    call = class_call.begin(w, env)
    w.add(
        Load("t0", Memory("s0", facts.header + TP_GETSET * pointer), pointer),
        Load("s2", fact(env, "t0", MAKER), pointer),
        Load("t0", Memory("s1"), pointer),
        Invoke("s2", env.placement("METH_O"), ("s0", "t0"), "t0", note="its maker"),
        Branch("eq", "t0", 0, "refused"),
        Return("t0"),
    )

    def refused() -> None:
        w.add(env.invoke("PyErr_Clear", note="there was no memory, perhaps"))
        class_call.leave_to_python(w, env, call)

    w.aside("refused", refused)
    class_call.finish(w, env, call)
    return w.finish()
