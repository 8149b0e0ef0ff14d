"""Classes that are called with nothing, which makes a value of zeros, or with one thing: what their `tp_vectorcall` has
(PEP 590) before and behind the making of a value from that."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Compute, LoadArgument, Memory, Return, Store
from ..record import NamedTuple
from .instance import make_zeroed
from .interpreter import Surroundings

__all__ = ["ClassCall", "begin", "finish", "leave_to_python"]


class ClassCall(NamedTuple):
    """Where a call's own arguments are kept."""

    cls: Memory
    arguments: Memory
    nargsf: Memory
    names: Memory


def begin(w: Builder, env: Surroundings) -> ClassCall:
    """Go on with one argument, which s1 points to, and the class in s0; what `finish` writes has the rest."""
    pointer = env.target.model.pointer
    call = ClassCall(*(Memory(w.local()) for _ in range(4)))
    w.add(
        LoadArgument(0, "s0", "the class"),
        LoadArgument(1, "s1", "the arguments"),
        LoadArgument(2, "s2"),
        LoadArgument(3, "t0", "the names"),
        Store(call.cls, "s0", pointer),
        Store(call.arguments, "s1", pointer),
        Store(call.nargsf, "s2", pointer),
        Store(call.names, "t0", pointer),
        Branch("ne", "t0", 0, "ask"),
        Compute("shl", "s2", 1, "the flag in the highest bit falls out"),
        Branch("eq", "s2", 0, "zero"),
        Branch("ne", "s2", 2, "ask"),
    )
    return call


def leave_to_python(w: Builder, env: Surroundings, call: ClassCall) -> None:
    """Have Python make the value, with the arguments as they came."""
    w.add(env.support("construct", *call, tail=True, note="Python makes it"))


def finish(w: Builder, env: Surroundings, call: ClassCall) -> None:
    """What is reached by "zero", by "ask", which leaves it to Python, and by "failed", with an exception set."""

    def zero() -> None:
        make_zeroed(w, env, "s0", "s1", "failed")
        w.add(Return("s1"))

    w.aside("zero", zero)
    w.aside("ask", lambda: leave_to_python(w, env, call))
    w.aside("failed", lambda: w.add(Return(0)))
