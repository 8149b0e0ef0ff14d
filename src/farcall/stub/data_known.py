"""What generated code knows of C data by a dict that it is given: words in a bytes object, its cells, by the text or description of
a type, or by the class of a datum."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Operand,
    Return,
    Routine,
    Store,
)
from ..record import NamedTuple
from .front import ask_all
from .integer import small_int
from .interpreter import Surroundings
from .link import FUNCTION

__all__ = ["AT", "CLASS", "LENGTH", "SIZE", "Given", "begin", "by_layout", "cell", "counted", "finish", "known"]

#: The cells of a type whose data are made: the class, the bytes of one or of an item, the offset of the slot for how many items
#: there are (0: none), the int that goes there, or is the number of the first item.
CLASS, SIZE, AT, LENGTH = range(4)


class Given(NamedTuple):
    """Where the arguments are, how many there are, and their names."""

    arguments: Memory
    number: Memory
    names: Memory


def begin(name: str, env: Surroundings, shape: str = "METH_FASTCALL_KEYWORDS") -> tuple[Builder, Given]:
    """The arguments are at s0, and their number is in t0; with names it is Python's."""
    w, pointer = Builder(name, env.placement(shape)), env.target.model.pointer
    given = Given(Memory(w.local()), Memory(w.local()), Memory(w.local()))
    w.add(
        LoadArgument(1, "s0", "the arguments"),
        LoadArgument(2, "t0", "how many"),
        LoadArgument(3, "t1", "the names"),
        Store(given.arguments, "s0", pointer),
        Store(given.number, "t0", pointer),
        Store(given.names, "t1", pointer),
        Branch("ne", "t1", 0, "ask"),
    )
    return w, given


def by_layout(front: Callable[[Surroundings], Routine]) -> Callable[[Surroundings], Routine]:
    """Fronts that read objects do so where the layout of these is known; elsewhere all is Python's."""

    @wraps(front)
    def made(env: Surroundings) -> Routine:
        return front(env) if env.interpreter.fast else ask_all(env)

    return made


def known(w: Builder, env: Surroundings, dict: Operand, key: Operand) -> None:
    """The address of the cells that a dict has for a key into s1; to `ask` if it has none."""
    unknown = w.label("unknown")
    w.add(
        env.invoke("PyDict_GetItemWithError", dict, key, result="t0"),
        Branch("eq", "t0", 0, unknown),
        LoadAddress("s1", Memory("t0", env.interpreter.bytes_data)),
    )
    w.aside(unknown, lambda: w.add(env.invoke("PyErr_Clear"), Jump("ask")))


def counted(w: Builder, env: Surroundings) -> None:
    """The size that the cells at s1 say of the datum in s2 into t0: times how many items it has, where its own slot says that."""
    pointer, counted, counts = env.target.model.pointer, w.label("counted"), w.label("size")
    w.add(
        Load("t1", cell(env, AT), pointer),
        Branch("ne", "t1", 0, counted),
        Load("t0", cell(env, SIZE), pointer),
        Label(counts),
    )

    def several() -> None:
        w.add(Compute("add", "t1", "s2"), Load("s0", Memory("t1"), pointer), Branch("eq", "s0", 0, "ask"))
        small_int(w, env, "s0", "ask")
        w.add(Load("t1", cell(env, SIZE), pointer), Compute("mul", "t0", "t1"), Jump(counts))

    w.aside(counted, several)


def cell(env: Surroundings, number: int) -> Memory:
    return Memory("s1", number * env.target.model.pointer)


def finish(w: Builder, env: Surroundings, given: Given) -> Routine:
    w.aside("ask", lambda: w.add(env.invoke("call_function", FUNCTION, *given, tail=True)))
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()
