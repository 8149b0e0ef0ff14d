"""The body of a variadic function's builtin: it finds the stub for the types of this tail, or has Python find or make it.

The function has TAILS words in private memory, each the address of a tail that was passed lately, or 0:

    how many arguments | where the tail begins, in bytes | the description of its stub | the stub's code | one object
    ... | the class of each argument of the tail | 0

A tail is never changed, and is kept by whoever wrote it there (`cpython.callable.variadic`). "One object" says that the stub is
METH_O.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Invoke,
    Jump,
    Label,
    Load,
    LoadArgument,
    Memory,
    Move,
    Return,
    Routine,
)
from .argument_tuple import argument_tuple
from .interpreter import Surroundings
from .link import TAILS as WORDS
from .link import python
from .reference import hold, release

__all__ = ["CLASSES", "TAILS", "forward"]

#: How many tails a function has at hand.
TAILS = 4
#: The words of a tail.
COUNT, BEGIN, DESCRIPTION, CODE, ONE, CLASSES = range(6)


def forward(env: Surroundings) -> Routine:
    """`PyObject *(self, arguments, count)`."""
    w, pointer = Builder("forward", env.placement("METH_FASTCALL")), env.target.model.pointer
    this, arguments, count = (Memory(w.local()) for _ in range(3))
    w.add(LoadArgument(0, this), LoadArgument(1, arguments), LoadArgument(2, count))
    if env.interpreter.fast:
        for word in range(TAILS):
            _try(w, env, word * pointer, f"tail_{word + 1}" if word + 1 < TAILS else "ask", arguments, count)
        _run(w, env, arguments, count)
    w.add(
        Label("ask"),
        Load("s0", arguments, pointer),
    )
    argument_tuple(w, env, count, "failed")
    w.add(
        env.invoke("call_python_2", python("dispatch"), this, "s1", 0, result="s0"),
        env.invoke("Py_DecRef", "s1"),
        Return("s0"),
    )
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()


def _try(w: Builder, env: Surroundings, word: int, other: str, arguments: Memory, count: Memory) -> None:
    """Go to `found`, with the tail's address in s1, if the tail in a word is of these classes, else to `other`, which is the
    next word's label."""
    pointer = env.target.model.pointer
    compare = w.label("compare")
    w.add(
        Move("t0", WORDS),
        Load("s1", Memory("t0", word), pointer),
        Branch("eq", "s1", 0, "ask", note="no more tails"),
        Load("t0", Memory("s1", COUNT * pointer), pointer),
        Branch("ne", count, "t0", other),
        Load("s0", arguments, pointer),
        Load("t0", Memory("s1", BEGIN * pointer), pointer),
        Compute("add", "s0", "t0"),
        Move("s2", "s1"),
        Label(compare),
        Load("t0", Memory("s2", CLASSES * pointer), pointer),
        Branch("eq", "t0", 0, "found"),
        Load("t1", Memory("s0"), pointer),
        Branch("ne", Memory("t1", env.interpreter.type), "t0", other),
        Compute("add", "s0", pointer),
        Compute("add", "s2", pointer),
        Jump(compare),
    )
    if other != "ask":
        w.add(Label(other))


def _run(w: Builder, env: Surroundings, arguments: Memory, count: Memory) -> None:
    """Run the stub, and hold it meanwhile: Python code that it runs may have others take its place."""
    pointer = env.target.model.pointer

    def found() -> None:
        w.add(Load("s2", Memory("s1", DESCRIPTION * pointer), pointer))
        hold(w, env, "s2", "t1")
        w.add(
            Load("t1", Memory("s1", CODE * pointer), pointer),
            Branch("ne", Memory("s1", ONE * pointer), 0, "one"),
            Invoke("t1", env.placement("METH_FASTCALL"), ("s2", arguments, count), "s0", note="the stub"),
            Label("ran"),
        )
        release(w, env, "s2")
        w.add(Return("s0"))

    def one() -> None:
        w.add(
            Load("s0", arguments, pointer),
            Load("s0", Memory("s0"), pointer),
            Invoke("t1", env.placement("METH_O"), ("s2", "s0"), "s0", note="the stub"),
            Jump("ran"),
        )

    w.aside("found", found)
    w.aside("one", one)
