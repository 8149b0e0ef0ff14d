"""The stub of a record's constructor: `tp_vectorcall` of its type (PEP 590).

Every field has one block of code, which reads the argument under the cursor. Positional arguments run through the
blocks in order; each keyword looks for its block by the address of its name, which is interned. What goes wrong
(too many, unknown, given twice) is found before anything was given away, and left to Python, which begins anew.
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
    Store,
)
from ..record import NamedTuple
from .carrier import Carrier
from .instance import make_instance
from .interpreter import Surroundings
from .link import closure_of, name_of, setter_of
from .unbox import Slot, unbox

__all__ = ["LARGEST", "MOST", "Member", "constructor"]

#: The most members that a constructor in generated code has, and the most bytes it clears by itself.
MOST, LARGEST = 24, 256


class Member(NamedTuple):
    """A field: a number read inline, of `carrier` and at `offset`, or (None) one that its descriptor's setter reads."""

    carrier: Carrier | None
    offset: int


def constructor(members: tuple[Member, ...], size: int, env: Surroundings) -> Routine:
    """`PyObject *(type, arguments, nargsf, names)`. A binding's own symbols: "name:i", "setter:i", "closure:i"."""
    w, facts, pointer = (
        Builder("constructor", env.placement("tp_vectorcall")),
        env.interpreter,
        env.target.model.pointer,
    )
    end, given, names, cls, arguments, nargsf = (Memory(w.local()) for _ in range(6))
    w.add(
        LoadArgument(0, cls),
        LoadArgument(1, "s0", "the first argument"),
        LoadArgument(2, "s1"),
        Store(arguments, "s0", pointer),
        Store(nargsf, "s1", pointer),
        LoadArgument(3, "t0", "the names"),
        Store(names, "t0", pointer),
        Compute("shl", "s1", pointer.bit_length() - 1, "arguments in bytes; the flag in the highest bit falls out"),
        Store(given, "s1", pointer),
        Compute("add", "s1", "s0", "the end of the positional ones"),
        Store(end, "s1", pointer),
        Branch("ne", "t0", 0, "named"),
        Label("counted"),
    )
    make_instance(w, env, cls, "s2", "failed")
    offset = 0
    while offset < size:
        piece = next(p for p in (pointer, 4, 2, 1) if p <= size - offset)
        w.add(Store(Memory("s2", facts.value_payload + offset), 0, piece, "zero"))
        offset += piece
    w.add(Branch("eq", "s0", "s1", "next"))
    for index, member in enumerate(members):
        w.add(Label(f"member_{index}"))
        _read(w, env, index, member)
        w.add(Compute("add", "s0", pointer), Branch("above_eq", "s0", "s1", "next", note="no more by position"))
    w.add(Jump("again", "too many"))
    w.add(Label("next"), Branch("ne", end, "s0", "name"), Return("s2"))
    w.aside("named", lambda: _count_names(w, env, names, end))
    w.aside("name", lambda: _find(w, env, len(members), given, names))
    w.aside("failed", lambda: w.add(Return(0)))
    w.aside("dropped", lambda: w.add(env.invoke("Py_DecRef", "s2"), Return(0)))

    def again() -> None:
        w.add(
            env.invoke("Py_DecRef", "s2"),
            env.support("construct", cls, arguments, nargsf, names, tail=True, note="Python tries, and says why not"),
        )

    w.aside("again", again)
    return w.finish()


def _read(w: Builder, env: Surroundings, index: int, member: Member) -> None:
    """The argument at s0 into member `index` of the instance in s2."""
    pointer = env.target.model.pointer
    if member.carrier is None:
        w.add(
            Invoke(
                setter_of(index),
                env.placement("setter"),
                ("s2", Memory("s0"), closure_of(index)),
                "t0",
                note=f"member {index}",
            ),
            Branch("ne", "t0", 0, "dropped", 4),
        )
        return
    place = Memory("s2", env.interpreter.value_payload + member.offset)
    fetch = Load("t0", Memory("s0"), pointer, note=f"member {index}")
    unbox(w, env, member.carrier, Slot(index, "t0", fetch, place, None, "dropped", "s2", index))


def _count_names(w: Builder, env: Surroundings, names: Memory, end: Memory) -> None:
    pointer = env.target.model.pointer
    w.add(
        env.invoke("PyTuple_Size", names, result="t0"),
        Compute("shl", "t0", pointer.bit_length() - 1),
        Compute("add", "t0", "s1"),
        Store(end, "t0", pointer, "the end of all arguments"),
        Jump("counted"),
    )


def _find(w: Builder, env: Surroundings, count: int, given: Memory, names: Memory) -> None:
    """Go to the block of the keyword under the cursor, if that member was not given by position."""
    pointer = env.target.model.pointer
    w.add(
        Move("t0", "s0"),
        Compute("sub", "t0", "s1"),
        Load("t1", names, pointer),
        Compute("add", "t0", "t1"),
        Load("t0", Memory("t0", env.interpreter.tuple_items), pointer, note="its name"),
    )
    w.add(*(Branch("eq", "t0", name_of(index), f"name_{index}") for index in range(count)))
    w.add(Jump("again", "unknown, or not interned"))
    for index in range(count):
        w.add(
            Label(f"name_{index}"),
            Branch("above", given, index * pointer, "again", note="given by position as well"),
            Jump(f"member_{index}"),
        )
