"""Where a value's bytes lie, whether they are still there, and who keeps them alive.

Every value has a data pointer and an owner. What is read out of a value is a view of the same memory, so it is
given the same owner: chains of owners never get longer than one, however long a list is walked.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Instruction,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Move,
    Return,
)
from .interpreter import TP_DEALLOC, Surroundings
from .link import python, slot_entry, type_of

__all__ = ["derive", "locate", "settled", "unless_freed", "unless_keeping"]


def locate(
    w: Builder,
    env: Surroundings,
    obj: str,
    again: Instruction | None = None,
    *,
    through: bool = False,
    failure: int = 0,
) -> None:
    """The address of the data of the value in register `obj` into t0; with `through` of what the pointer there
    points to. t1 is lost. Memory that was freed, and NULL, raise: the routine returns `failure`.

    `again` loads the value into t0 once more; without it, it is still the routine's first argument.
    """
    facts, pointer = env.interpreter, env.target.model.pointer
    leased, alive, null = w.label("leased"), w.label("alive"), w.label("null")
    again = again or LoadArgument(0, "t0")
    w.add(
        Load("t1", Memory(obj, facts.value_owner), pointer),
        Branch("eq", "t1", 0, alive),
        Branch("eq", Memory("t1", facts.type), type_of("lease"), leased),
        Label(alive),
        Load("t0", Memory(obj, facts.value_data), pointer),
    )
    if through:
        w.add(Load("t0", Memory("t0"), pointer), Branch("eq", "t0", 0, null))
        w.aside(null, lambda: _raise(w, env, "null", again, failure))

    def look() -> None:
        w.add(Branch("ne", Memory("t1", facts.value_data), 0, alive, note="the lease holds"))
        _raise(w, env, "dead", again, failure)

    w.aside(leased, look)


def _raise(w: Builder, env: Surroundings, why: str, again: Instruction, failure: int) -> None:
    w.add(again, env.invoke("call_python_1", python(why), "t0", 0, result="t0"), Return(failure))


def derive(w: Builder, env: Surroundings, *, through: bool = False) -> None:
    """Into t1 what a view into the value in s0 has to keep alive: the value itself if the memory is its own, else
    its owner. With `through`, of what a pointer points to: the pointer's owner, or itself if it has none."""
    facts, pointer = env.interpreter, env.target.model.pointer
    have = w.label("have")
    if through:
        own = w.label("unowned")
        w.add(Load("t1", Memory("s0", facts.value_owner), pointer), Branch("eq", "t1", 0, own), Label(have))
        w.aside(own, lambda: w.add(Move("t1", "s0"), Jump(have)))
        return
    elsewhere = w.label("elsewhere")
    w.add(
        LoadAddress("t1", Memory("s0", facts.value_payload)),
        Branch("ne", Memory("s0", facts.value_data), "t1", elsewhere),
        Move("t1", "s0"),
        Label(have),
    )

    def view() -> None:
        w.add(
            Load("t1", Memory("s0", facts.value_owner), pointer),
            Branch("ne", "t1", 0, have),
            Move("t1", "s0", "memory that nobody keeps: what is stored there, this view has to keep"),
            Jump(have),
        )

    w.aside(elsewhere, view)


def settled(w: Builder, env: Surroundings, slow: str) -> None:
    """Go on if the owner in t1 keeps nothing for pointers stored in its memory, else to `slow`: a pointer read
    there has to keep what is kept for it. t0 is lost, t1 is not."""
    facts, pointer = env.interpreter, env.target.model.pointer
    sure = w.label("settled")
    w.add(
        Branch("eq", "t1", "s0", sure + "_self"),
        Load("t0", Memory("t1", facts.type), pointer),
        Branch("eq", "t0", type_of("lease"), sure, note="an arena keeps all to the end"),
        Branch("ne", Memory("t0", facts.header + TP_DEALLOC * pointer), slot_entry("dealloc"), slow),
        Label(sure + "_self"),
        Branch("ne", Memory("t1", facts.value_owner), 0, slow),
        Label(sure),
    )


def unless_freed(w: Builder, env: Surroundings, obj: str, slow: str) -> None:
    """Go to `slow` if the value's memory, or what the pointer points to, was freed by its arena or destructor. t1 is
    lost. Without a GIL another thread may give it another owner meanwhile, and the one before go. To read of that is safe all
    the same: memory of objects serves nothing else while a thread may be at it (mimalloc's `page_use_qsbr`, Python/pystate.c).
    What was read counts if the owner is still the same."""
    facts, pointer = env.interpreter, env.target.model.pointer
    owned, sound = w.label("owned"), w.label("sound")
    w.add(Load("t1", Memory(obj, facts.value_owner), pointer), Branch("ne", "t1", 0, owned), Label(sound))

    def look() -> None:
        still = sound if facts.gil else w.label("still")
        w.add(
            Branch("ne", Memory("t1", facts.type), type_of("lease"), still),
            Branch("ne", Memory("t1", facts.value_data), 0, still, note="the lease holds"),
            Jump(slow),
        )
        if not facts.gil:
            w.add(Label(still), Branch("eq", Memory(obj, facts.value_owner), "t1", sound), Jump(slow))

    w.aside(owned, look)


def unless_keeping(w: Builder, env: Surroundings, obj: str, slow: str) -> None:
    """Go to `slow` unless the bytes of the value in register `obj` are there and all that there is to it: it is its own, or
    a view of such a one, and nothing is kept for pointers in it. Temporaries are lost."""
    facts, pointer = env.interpreter, env.target.model.pointer
    owned, sure = w.label("owned"), w.label("plain")
    w.add(Load("t1", Memory(obj, facts.value_owner), pointer), Branch("ne", "t1", 0, owned), Label(sure))

    def look() -> None:
        w.add(
            Load("t0", Memory("t1", facts.type), pointer),
            Branch("eq", "t0", type_of("lease"), slow, note="it may be freed"),
            Branch("ne", Memory("t0", facts.header + TP_DEALLOC * pointer), slot_entry("dealloc"), slow),
            Branch("eq", Memory("t1", facts.value_owner), 0, sure),
            Jump(slow),
        )

    w.aside(owned, look)
