"""Where bound functions begin, for good: CPython tells builtins apart, and hashes them, by the address that is in their
PyMethodDef. Where the code is, which comes at the first call and goes with the library, a word behind the PyMethodDef says."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Invoke, Load, LoadArgument, Memory, Move, Return, Routine, TailJump
from .interpreter import Surroundings
from .link import TARGET, python

__all__ = ["METHOD_SLOT", "METHOD_WORDS", "entrance", "first_call"]

#: Which slot of a description keeps its PyMethodDef, a bytes object; after how many words of that the word is.
METHOD_SLOT, METHOD_WORDS = 1, 4


def entrance(env: Surroundings, one_object: bool) -> Routine:
    """The body of all builtins, METH_O with `one_object`, else METH_FASTCALL. Of a description that is taken to pieces, as
    garbage is, what is there is called `target`."""
    pointer = env.target.model.pointer
    w = Builder("entrance", env.placement("METH_O" if one_object else "METH_FASTCALL"))
    w.add(
        LoadArgument(0, "t0", "the description"),
        Load("t0", Memory("t0", env.interpreter.header + METHOD_SLOT * pointer), pointer, note="its PyMethodDef"),
        Branch("eq", "t0", 0, "gone"),
        Load("t0", Memory("t0", _leads(env)), pointer, note="where its code is"),
        TailJump("t0"),
    )
    w.aside("gone", lambda: w.add(Move("t0", TARGET), TailJump("t0")))
    return w.finish()


def first_call(env: Surroundings, one_object: bool) -> Routine:
    """Where a function's code is that has none yet: it has Python make the code, and goes there. Python says where the word
    is that tells what is to be called now: read behind Python's last instruction, as a library may be closed until then."""
    shape, pointer = "METH_O" if one_object else "METH_FASTCALL", env.target.model.pointer
    w = Builder("first_call", env.placement(shape))
    given = tuple([Memory(w.local()) for _ in range(2 if one_object else 3)])
    w.add(
        *(LoadArgument(index, place) for index, place in enumerate(given)),
        env.invoke("call_python_1", python("make_code"), given[0], 0, result="s0"),
        Branch("eq", "s0", 0, "failed"),
        env.invoke("PyLong_AsVoidPtr", "s0", result="s1"),
        env.invoke("Py_DecRef", "s0"),
        Load("t1", Memory("s1"), pointer, note="where its code is"),
        Invoke("t1", env.placement(shape), given, tail=True),
    )
    w.aside("failed", lambda: w.add(Return(0, "an exception is set")))
    return w.finish()


def _leads(env: Surroundings) -> int:
    """Where the word is in the bytes object."""
    return env.interpreter.bytes_data + METHOD_WORDS * env.target.model.pointer
