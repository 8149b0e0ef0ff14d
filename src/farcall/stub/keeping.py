"""Having the memory of a value keep what pointers stored in it need: its keep found, or made (see `keep`)."""

from __future__ import annotations

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
    Move,
    Return,
    Routine,
    Store,
)
from .instance import allocate
from .interpreter import TP_BASICSIZE, TP_DEALLOC, Surroundings
from .keep import CAPACITY, ENTRY_WORDS, MADE, PLACE, POINTED, TABLE, THING, WORDS, look_first
from .link import slot_entry, type_of
from .reference import hold, release

__all__ = ["adopt", "lasts", "remember"]


def _root(w: Builder, env: Surroundings, slow: str) -> None:
    """From the value in s0 to the one that it is a part of, whose owner, a keep or NULL, comes into t1. Other owners go
    to `slow`."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(
        Label("upwards"),
        Load("t1", Memory("s0", facts.value_owner), pointer),
        Branch("eq", "t1", 0, "root"),
        Load("t0", Memory("t1", facts.type), pointer),
        Branch("eq", "t0", type_of("keep"), "root"),
        Branch("eq", "t0", type_of("lease"), slow),
        Branch("ne", Memory("t0", facts.header + TP_DEALLOC * pointer), slot_entry("dealloc"), slow, note="no value"),
        Move("s0", "t1"),
        Jump("upwards"),
        Label("root"),
    )


def remember(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int remember(value, place, pointed, thing, made)`: store a pointer to `pointed` at a place in the memory of a value,
    and have that keep a thing for it; NULL for nothing. 1, with nothing done and nothing raised, if Python has to. What was kept
    there before is let go of last, since that may run Python code."""
    facts, pointer = env.interpreter, env.target.model.pointer
    if not facts.fast:
        w.add(Return(1))
        return w.finish()
    place, pointed, thing, made, kind, before = (Memory(w.local()) for _ in range(6))
    w.add(
        LoadArgument(0, "s0", "the value"),
        LoadArgument(1, place),
        LoadArgument(2, pointed),
        LoadArgument(3, thing),
        LoadArgument(4, made),
    )
    _root(w, env, "ask")
    w.add(
        Move("s1", "t1"),
        Load("t0", thing, pointer),
        Branch("eq", "t0", 0, "forget"),
        Label("further"),
        Branch("eq", "t0", "s0", "forget", note="no value has to keep itself"),
        Load("t1", Memory("t0", facts.type), pointer),
        Branch("ne", Memory("t1", facts.header + TP_DEALLOC * pointer), slot_entry("dealloc"), "other"),
        Load("t0", Memory("t0", facts.value_owner), pointer),
        Branch("ne", "t0", 0, "further"),
        Label("other"),
        Branch("eq", "s1", 0, "new"),
        Label("put"),
        Load("t0", place, pointer),
        Load("t1", Memory("t0"), pointer),
        Store(before, "t1", pointer),
        Load("t1", pointed, pointer),
        Store(Memory("t0"), "t1", pointer, "the pointer itself"),
    )
    look_first(w, env, "s1", place, "empty", "elsewhere")
    w.add(
        Load("s2", Memory("t0", THING * pointer), pointer, note="what was kept"),
        Load("t1", pointed, pointer),
        Store(Memory("t0", POINTED * pointer), "t1", pointer),
        Load("t1", made, pointer),
        Store(Memory("t0", MADE * pointer), "t1", pointer),
        Load("t1", thing, pointer),
        Store(Memory("t0", THING * pointer), "t1", pointer),
        Branch("eq", "t1", 0, "nothing"),
        Move("t0", "t1"),
    )
    hold(w, env, "t0", "t1")
    w.add(Label("nothing"), Branch("eq", "s2", 0, "stored"))
    release(w, env, "s2")
    w.add(Label("stored"), Return(0))

    def add() -> None:
        w.add(
            env.support("keep_put", "s1", place, pointed, thing, made, result="t0"),
            Branch("ne", "t0", 0, "undo", 4),
            Return(0),
        )

    w.aside("empty", lambda: w.add(Branch("ne", thing, 0, "add"), Return(0, "nothing was kept, and nothing has to be")))

    def elsewhere() -> None:
        w.add(
            Branch("ne", thing, 0, "add"),
            Branch("eq", Memory("t0", PLACE * pointer), 0, "free"),
            env.support("keep_slot", "s1", place, result="t0", note="another place's entry: its own, or a free one"),
            Branch("ne", Memory("t0", PLACE * pointer), 0, "add"),
            Label("free"),
            Return(0),
        )

    w.aside("elsewhere", elsewhere)
    w.aside("add", add)

    def forget() -> None:
        w.add(
            Store(thing, 0, pointer),
            Branch("ne", "s1", 0, "put"),
            Load("t0", place, pointer),
            Load("t1", pointed, pointer),
            Store(Memory("t0"), "t1", pointer, "the pointer itself"),
            Return(0),
        )

    def undo() -> None:
        w.add(
            Load("t0", place, pointer),
            Load("t1", before, pointer),
            Store(Memory("t0"), "t1", pointer),
            Jump("no_memory"),
        )

    def new() -> None:
        w.add(Move("t0", type_of("keep")), Store(kind, "t0", pointer))
        allocate(w, env, kind, "s1", "no_memory")
        w.add(Store(Memory("s1", facts.value_data), 0, pointer), Store(Memory("s1", facts.value_owner), 0, pointer))
        w.add(*(Store(Memory("s1", facts.value_payload + word * pointer), 0, pointer) for word in range(WORDS)))
        w.add(Store(Memory("s0", facts.value_owner), "s1", pointer, "which it gives to the value"), Jump("put"))

    w.aside("forget", forget)
    w.aside("new", new)
    w.aside("undo", undo)
    w.aside("no_memory", lambda: w.add(env.invoke("PyErr_Clear"), Return(1)))
    w.aside("ask", lambda: w.add(Return(1)))
    return w.finish()


def lasts(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int lasts(value, place)`: 1 if a place lies in a value's own block, and so is there as long as what the value
    keeps; 0 if only Python can tell."""
    facts, pointer = env.interpreter, env.target.model.pointer
    if not facts.fast:
        w.add(Return(0))
        return w.finish()
    w.add(LoadArgument(0, "s0", "the value"), LoadArgument(1, "s1", "the place"))
    _root(w, env, "no")
    w.add(
        LoadAddress("t0", Memory("s0", facts.value_payload)),
        Branch("ne", Memory("s0", facts.value_data), "t0", "no"),
        Compute("sub", "s1", "t0"),
        Load("t0", Memory("s0", facts.type), pointer),
        Load("t0", Memory("t0", facts.header + TP_BASICSIZE * pointer), pointer, note="tp_basicsize"),
        Compute("sub", "t0", facts.value_payload),
        Branch("above_eq", "s1", "t0", "no"),
        Return(1),
    )
    w.aside("no", lambda: w.add(Return(0)))
    return w.finish()


def adopt(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int adopt(value, place, made, size)`: copy so many bytes of what writers have made to a place in the memory of a value,
    and have that keep what pointers among them need. 1, with nothing done and nothing raised, if Python has to."""
    facts, pointer = env.interpreter, env.target.model.pointer
    if not facts.fast:
        w.add(Return(1))
        return w.finish()
    end, made, size, moved = (Memory(w.local()) for _ in range(4))
    payload = facts.value_payload
    entry = [Memory("s2", word * pointer) for word in (POINTED, THING, MADE)]
    w.add(
        LoadArgument(0, "s0", "the value"),
        LoadArgument(1, "s1", "the place"),
        LoadArgument(2, made),
        LoadArgument(3, size),
        env.support("lasts", "s0", "s1", result="t0"),
        Branch("eq", "t0", 0, "ask", 4),
    )
    _root(w, env, "ask")
    w.add(
        env.invoke("Py_IncRef", "s0", note="what is let go of may run Python code"),
        Load("t0", made, pointer),
        LoadAddress("t1", Memory("t0", payload)),
        env.invoke("memmove", "s1", "t1", size),
        Load("t0", made, pointer),
        LoadAddress("t1", Memory("t0", payload)),
        Compute("sub", "s1", "t1", "from a place in it to one in the value"),
        Load("t0", Memory("t0", facts.value_owner), pointer, note="its keep"),
        Load("s2", Memory("t0", payload + TABLE * pointer), pointer),
        Load("t1", Memory("t0", payload + CAPACITY * pointer), pointer),
        Compute("mul", "t1", ENTRY_WORDS * pointer),
        Compute("add", "t1", "s2"),
        Store(end, "t1", pointer),
        Store(moved, 0, pointer),
        Label("next"),
        Branch("eq", end, "s2", "all"),
        Branch("eq", Memory("s2", THING * pointer), 0, "skip"),
        Load("t0", Memory("s2", PLACE * pointer), pointer),
        Compute("add", "t0", "s1"),
        env.support("remember", "s0", "t0", *entry, result="t0"),
        Load("t1", moved, pointer),
        Compute("or", "t1", "t0"),
        Store(moved, "t1", pointer, "whether one was not remembered: there is no memory"),
        Label("skip"),
        Compute("add", "s2", ENTRY_WORDS * pointer),
        Jump("next"),
        Label("all"),
        env.invoke("Py_DecRef", "s0"),
        Load("t0", moved, pointer),
        Return("t0"),
    )
    w.aside("ask", lambda: w.add(Return(1)))
    return w.finish()
