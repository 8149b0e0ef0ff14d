"""Where functions begin that have no code yet: it has Python make the code, and goes there."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Invoke, Load, LoadArgument, Memory, Return, Routine
from .interpreter import Surroundings
from .link import python

__all__ = ["entrance"]


def entrance(env: Surroundings, one_object: bool) -> Routine:
    """The builtin's body, METH_O with `one_object`, else METH_FASTCALL. Python says where the PyMethodDef is, which tells
    what is to be called now: read from there behind Python's last instruction, as a library may be closed until then."""
    shape, pointer = "METH_O" if one_object else "METH_FASTCALL", env.target.model.pointer
    w = Builder("entrance", env.placement(shape))
    given = tuple([Memory(w.local()) for _ in range(2 if one_object else 3)])
    w.add(
        *(LoadArgument(index, place) for index, place in enumerate(given)),
        env.invoke("call_python_1", python("make_code"), given[0], 0, result="s0"),
        Branch("eq", "s0", 0, "failed"),
        env.invoke("PyLong_AsVoidPtr", "s0", result="s1"),
        env.invoke("Py_DecRef", "s0"),
        Load("t1", Memory("s1", pointer), pointer, note="ml_meth"),
        Invoke("t1", env.placement(shape), given, tail=True),
    )
    w.aside("failed", lambda: w.add(Return(0, "an exception is set")))
    return w.finish()
