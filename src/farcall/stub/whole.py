"""Storing a struct, an array or a vector that Python objects stand for: made apart, then copied to its place as a whole, so
that a place is never left half written."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Invoke, Jump, Label, Load, LoadAddress, Memory, Store
from .inline_cache import CALLABLES
from .interpreter import Surroundings
from .link import api
from .reference import release
from .writer import CODE

__all__ = ["store_directly", "store_made"]


def store_made(
    w: Builder, env: Surroundings, cells: Memory, value: Memory, place: Memory, size: Memory | int, slow: str
) -> None:
    """Have the writer whose cells' address is at `cells` make an instance of the object in s0, and copy its `size` bytes
    to the address that is at `place`, in the memory of the one that is at `value`. To `slow`, s0 as it was, if Python has
    to. s2 is lost."""
    facts, keeping, stored = env.interpreter, w.label("keeping"), w.label("stored")
    done = w.label("whole")
    if facts.fast:
        direct = w.label("direct")
        w.add(
            Load("t0", Memory("s0", facts.type), env.target.model.pointer),
            Branch("eq", "t0", api("PyBytes_Type"), direct, note="characters, which are not refused half way"),
            Branch("eq", "t0", api("PyUnicode_Type"), direct),
        )

        def characters() -> None:
            w.add(Load("t0", place, env.target.model.pointer))
            store_directly(w, env, cells, value, slow)
            w.add(Jump(done))

        w.aside(direct, characters)
    w.add(
        env.support("make", cells, "s0", result="s2"),
        Branch("eq", "s2", 0, slow),
        Branch("ne", Memory("s2", facts.value_owner), 0, keeping),
        LoadAddress("t1", Memory("s2", facts.value_payload)),
        env.invoke("memmove", place, "t1", size),
        Label(stored),
    )
    release(w, env, "s2")
    w.add(Label(done))
    dropped = w.label("dropped")

    def keep() -> None:
        w.add(
            env.support("adopt", value, place, "s2", size, result="t0", note="what its pointers need"),
            Branch("eq", "t0", 0, stored, 4),
            Jump(dropped),
        )

    w.aside(keeping, keep)
    w.aside(dropped, lambda: w.add(env.invoke("Py_DecRef", "s2"), Jump(slow)))


def store_directly(w: Builder, env: Surroundings, cells: Memory, value: Memory, slow: str) -> None:
    """Have the writer whose cells' address is at `cells` store the object in s0, which it does as a whole or not at all, at
    the address in t0, in the memory of the one that is at `value`. To `slow`, s0 as it was, if Python has to. s2 is lost."""
    facts, pointer = env.interpreter, env.target.model.pointer
    place = Memory(w.local())
    other, stored, made = w.label("other"), w.label("as_is"), w.label("callable")
    w.add(
        Store(place, "t0", pointer),
        Load("s2", cells, pointer),
        Load("t1", Memory("s2", CODE * pointer), pointer),
        Invoke("t1", env.placement("writer"), ("s2", "t0", "s0", value), "t0", note="the writer of its type"),
        Branch("ne", "t0", 0, other if facts.fast else slow, 4),
        Label(stored),
    )

    def store_closure() -> None:
        w.add(
            Load("t0", Memory("s0", facts.type), pointer),
            *(Branch("eq", "t0", api(known), made) for known in CALLABLES),
            Jump(slow),
            Label(made),
            env.support("store_closure", "s2", place, "s0", value, result="t0"),
            Branch("eq", "t0", 0, stored, 4),
            Jump(slow),
        )

    w.aside(other, store_closure)
