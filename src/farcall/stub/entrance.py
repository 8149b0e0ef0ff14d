"""Where bound functions begin, for good: CPython tells builtins apart, and hashes them, by the address that is in their
PyMethodDef. Where the code is, which comes at the first call and goes with the library, a word behind the PyMethodDef says.

Where Python has no GIL, another word says whose the function is: as long as its own thread alone calls it, the address of that
thread's errno, which no other thread has. The first that comes from another thread has Python take note (`python:share`), and
the word become 0: see `cpython.callable.sharing`."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Instruction,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
    TailJump,
)
from .errno import c_errno
from .interpreter import Surroundings
from .link import TARGET, python

__all__ = ["METHOD_SLOT", "METHOD_WORDS", "OWNER_WORDS", "entrance", "first_call"]

#: Which slot of a description keeps its PyMethodDef, a bytes object; after how many words of that the word is.
METHOD_SLOT, METHOD_WORDS = 1, 4
#: After how many words the one is that says whose the function is.
OWNER_WORDS = 5


def entrance(env: Surroundings, one_object: bool) -> Routine:
    """The body of all builtins, METH_O with `one_object`, else METH_FASTCALL. Of a description that is taken to pieces, as
    garbage is, what is there is called `target`."""
    pointer = env.target.model.pointer
    w = Builder("entrance", env.placement(_shape(one_object)))
    w.add(
        LoadArgument(0, "t0", "the description"),
        Load("t0", Memory("t0", env.interpreter.header + METHOD_SLOT * pointer), pointer, note="its PyMethodDef"),
        Branch("eq", "t0", 0, "gone"),
        *([] if env.interpreter.gil else [Branch("ne", Memory("t0", _word(env, OWNER_WORDS)), 0, "owned")]),
        Load("t0", Memory("t0", _word(env, METHOD_WORDS)), pointer, note="where its code is"),
        TailJump("t0"),
    )
    w.aside("gone", lambda: w.add(Move("t0", TARGET), TailJump("t0")))
    if not env.interpreter.gil:
        w.aside("owned", lambda: _owned(w, env, one_object))
    return w.finish()


def _owned(w: Builder, env: Surroundings, one_object: bool) -> None:
    """Go on to the code; if the thread is not the one whose the function is, have Python take note before."""
    pointer, given = env.target.model.pointer, _given(w, one_object)
    word = "t1"

    def reach_code(offset: int) -> list[Instruction]:
        method = Memory("t0", env.interpreter.header + METHOD_SLOT * pointer)
        return [Load("t0", given[0], pointer), Load("t0", method, pointer), Load(word, Memory("t0", offset), pointer)]

    w.add(*(LoadArgument(index, place) for index, place in enumerate(given)))
    errno = c_errno(w, env)
    w.add(
        LoadAddress("s0", errno),
        *reach_code(_word(env, OWNER_WORDS)),
        Branch("ne", word, "s0", "another"),
        Label("noted"),
        *reach_code(_word(env, METHOD_WORDS)),
        Invoke(word, env.placement(_shape(one_object)), given, tail=True),
    )

    def another() -> None:
        w.add(
            env.invoke("call_python_1", python("share"), given[0], 0, result="s0"),
            Branch("eq", "s0", 0, "failed"),
            env.invoke("Py_DecRef", "s0"),
            Jump("noted"),
        )

    w.aside("another", another)
    w.aside("failed", lambda: w.add(Return(0, "an exception is set")))


def first_call(env: Surroundings, one_object: bool) -> Routine:
    """Where a function's code is that has none yet: it has Python make the code, and goes there. Python says where the word
    is that tells what is to be called now: read behind Python's last instruction, as a library may be closed until then."""
    shape, pointer = _shape(one_object), env.target.model.pointer
    w = Builder("first_call", env.placement(shape))
    given = _given(w, one_object)
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


def _shape(one_object: bool) -> str:
    return "METH_O" if one_object else "METH_FASTCALL"


def _given(w: Builder, one_object: bool) -> tuple[Memory, ...]:
    """Room for a builtin's arguments."""
    return tuple([Memory(w.local()) for _ in range(2 if one_object else 3)])


def _word(env: Surroundings, words: int) -> int:
    """Where a word is in the bytes object."""
    return env.interpreter.bytes_data + words * env.target.model.pointer
