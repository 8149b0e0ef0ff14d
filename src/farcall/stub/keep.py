"""What memory belongs to, and the objects that pointers stored in it need: a *keep*, found by where each pointer is stored.

A keep is the owner of the value whose memory it is about, and has that value's former owner as its own. Behind that it has
a table, which generated code reads and writes: entries of a place, the address that was stored there, and the object that
keeps what is at that address. Places are hashed, and one that is taken leads to the next; an entry is never taken out, it
only loses its object. The table is a block of `calloc`'s, which is replaced by one twice as large when it is three quarters
full.

All this is for the tier with known layouts, whose threads hold the GIL. In the other, Python does it
(`cpython.value.keep`).
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import (
    Branch,
    Compute,
    Instruction,
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
from .box import NONE, return_none
from .interpreter import Surroundings
from .link import DEALLOCATING, POSTPONED, api, slot_entry

__all__ = [
    "CAPACITY", "ENTRY_WORDS", "MADE", "PLACE", "POINTED", "TABLE", "THING", "USED", "WORDS", "entry_at", "held", "keep_dealloc",
    "keep_grow", "keep_put", "keep_slot", "look_first", "put",
]  # fmt: skip

#: A keep's payload: the table (0 while there is none), how many entries it has, how many of them have a place.
TABLE, CAPACITY, USED = range(3)
WORDS = 3
#: An entry: where a pointer is stored (0: the entry is free), what it points to, the object that keeps that (0: none),
#: whether farcall made what is kept, so that nobody else keeps it: text, or a closure for a callable.
PLACE, POINTED, THING, MADE = range(4)
ENTRY_WORDS = 4
#: The entries of a new table; a power of two, as all are.
LEAST = 4
#: Keeps that are freed inside of each other so deep wait until there is room on the stack.
DEEPEST = 40


def keep_slot(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`void *keep_slot(keep, place)`: the entry of a place, or the free one where it belongs; NULL without a table."""
    pointer, payload = env.target.model.pointer, env.interpreter.value_payload
    w.add(
        LoadArgument(0, "t0", "the keep"),
        LoadArgument(1, "s0", "the place"),
        Load("s1", Memory("t0", payload + TABLE * pointer), pointer),
        Branch("eq", "s1", 0, "none"),
        Load("s2", Memory("t0", payload + CAPACITY * pointer), pointer),
        Compute("sub", "s2", 1, "a mask"),
        Move("t0", "s0"),
        *_hashed("s0", pointer),
        Label("next"),
        Compute("and", "t0", "s2"),
        Move("t1", "t0"),
        Compute("shl", "t1", _entry_shift(pointer)),
        Compute("add", "t1", "s1"),
        Branch("eq", Memory("t1", PLACE * pointer), "s0", "found"),
        Branch("eq", Memory("t1", PLACE * pointer), 0, "found", note="free"),
        Compute("add", "t0", 1),
        Jump("next"),
        Label("found"),
        Return("t1"),
    )
    w.aside("none", lambda: w.add(Return(0)))
    return w.finish()


def _hashed(place: str, pointer: int) -> list[Instruction]:
    """From a place, in t0 and the register `place`, to where it is looked for first, in t0: of places that are a struct's or a
    page's size apart as well."""
    return [
        Compute("shr", "t0", 9),
        Compute("xor", "t0", place),
        Compute("shr", "t0", pointer.bit_length() - 1),
    ]


def _entry_shift(pointer: int) -> int:
    return (ENTRY_WORDS * pointer).bit_length() - 1


def look_first(w: Builder, env: Surroundings, keep: str, place: Memory, none: str, further: str) -> None:
    """Into t0 the entry where the place that is at `place` is looked for first, in the keep in a register. To `none` if there
    is no table, to `further` if the entry is free or another place's."""
    pointer, payload = env.target.model.pointer, env.interpreter.value_payload
    w.add(
        Load("t1", place, pointer),
        Move("t0", "t1"),
        *_hashed("t1", pointer),
        Load("t1", Memory(keep, payload + CAPACITY * pointer), pointer),
        Branch("eq", "t1", 0, none),
        Compute("sub", "t1", 1, "a mask"),
        Compute("and", "t0", "t1"),
        Compute("shl", "t0", _entry_shift(pointer)),
        Load("t1", Memory(keep, payload + TABLE * pointer), pointer),
        Compute("add", "t0", "t1"),
        Load("t1", place, pointer),
        Branch("ne", Memory("t0", PLACE * pointer), "t1", further),
    )


def keep_put(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int keep_put(keep, place, pointed, thing, made)`: have a keep hold a thing for the pointer stored at a place, or
    nothing (NULL). -1 with MemoryError."""
    pointer, payload = env.target.model.pointer, env.interpreter.value_payload
    place, pointed, thing, made = (Memory(w.local()) for _ in range(4))
    used = Memory("s0", payload + USED * pointer)
    w.add(
        LoadArgument(0, "s0", "the keep"),
        LoadArgument(1, place),
        LoadArgument(2, pointed),
        LoadArgument(3, thing),
        LoadArgument(4, made),
        env.support("keep_slot", "s0", place, result="s1"),
        Branch("eq", "s1", 0, "new"),
        Load("t0", place, pointer),
        Branch("ne", Memory("s1", PLACE * pointer), "t0", "new"),
        Label("write"),
        env.invoke("Py_IncRef", thing, note="NULL is allowed"),
        Load("s2", Memory("s1", THING * pointer), pointer, note="what it had"),
        Load("t0", pointed, pointer),
        Store(Memory("s1", POINTED * pointer), "t0", pointer),
        Load("t0", thing, pointer),
        Store(Memory("s1", THING * pointer), "t0", pointer),
        Load("t0", made, pointer),
        Store(Memory("s1", MADE * pointer), "t0", pointer),
        env.invoke("Py_DecRef", "s2", note="last of all: it may run Python code"),
        Return(0),
    )

    def new() -> None:
        w.add(
            Branch("eq", thing, 0, "nothing"),
            Load("t0", used, pointer),
            Compute("add", "t0", 1),
            Compute("shl", "t0", 2),
            Load("t1", Memory("s0", payload + CAPACITY * pointer), pointer),
            Compute("mul", "t1", 3),
            Branch("above", "t0", "t1", "grow", note="more than three quarters"),
            Label("room"),
            Load("t0", place, pointer),
            Store(Memory("s1", PLACE * pointer), "t0", pointer),
            Load("t0", used, pointer),
            Compute("add", "t0", 1),
            Store(used, "t0", pointer),
            Jump("write"),
        )

    def grow() -> None:
        w.add(
            env.support("keep_grow", "s0", result="t0"),
            Branch("ne", "t0", 0, "no_memory", 4),
            env.support("keep_slot", "s0", place, result="s1"),
            Jump("room"),
        )

    w.aside("new", new)
    w.aside("grow", grow)
    w.aside("nothing", lambda: w.add(Return(0)))
    w.aside("no_memory", lambda: w.add(Return(-1)))
    return w.finish()


def keep_grow(w: Builder, env: Surroundings, detail: str) -> Routine:
    """`int keep_grow(keep)`: a table twice as large, with the entries that have an object. -1 with MemoryError."""
    pointer, payload = env.target.model.pointer, env.interpreter.value_payload
    before, end, capacity = (Memory(w.local()) for _ in range(3))
    size = ENTRY_WORDS * pointer
    table, count, used = (Memory("s0", payload + word * pointer) for word in (TABLE, CAPACITY, USED))
    w.add(
        LoadArgument(0, "s0", "the keep"),
        Load("s1", table, pointer),
        Store(before, "s1", pointer),
        Load("t0", count, pointer),
        Move("t1", "t0"),
        Compute("mul", "t1", size),
        Compute("add", "t1", "s1"),
        Store(end, "t1", pointer),
        Compute("shl", "t0", 1),
        Branch("ne", "t0", 0, "counted"),
        Move("t0", LEAST),
        Label("counted"),
        Store(capacity, "t0", pointer),
        env.invoke("calloc", "t0", size, result="t0"),
        Branch("eq", "t0", 0, "no_memory"),
        Store(table, "t0", pointer),
        Load("t0", capacity, pointer),
        Store(count, "t0", pointer),
        Store(used, 0, pointer),
        Label("next"),
        Branch("eq", end, "s1", "moved"),
        Branch("eq", Memory("s1", THING * pointer), 0, "skip"),
        env.support("keep_slot", "s0", Memory("s1", PLACE * pointer), result="t0"),
    )
    for word in range(ENTRY_WORDS):
        w.add(
            Load("t1", Memory("s1", word * pointer), pointer),
            Store(Memory("t0", word * pointer), "t1", pointer),
        )
    w.add(
        Load("t0", used, pointer),
        Compute("add", "t0", 1),
        Store(used, "t0", pointer),
        Label("skip"),
        Compute("add", "s1", size),
        Jump("next"),
        Label("moved"),
        env.invoke("free", before),
        Return(0),
    )
    w.aside("no_memory", lambda: w.add(env.invoke("PyErr_NoMemory", result="t0"), Return(-1)))
    return w.finish()


def keep_dealloc(env: Surroundings) -> Routine:
    """`tp_dealloc` of a keep. What it held may hold keeps in turn, as the nodes of a list do: so that the stack does not
    run out, those that are too deep are postponed, in a list by their data pointers, and freed by one that is not."""
    w, facts, pointer = Builder("keep_dealloc", env.placement("tp_dealloc")), env.interpreter, env.target.model.pointer
    end, table = Memory(w.local()), Memory(w.local())
    payload, data = facts.value_payload, facts.value_data
    w.add(
        LoadArgument(0, "s0", "the keep"),
        Move("t0", DEALLOCATING),
        Branch("ge", Memory("t0"), DEEPEST, "postpone"),
        Load("t1", Memory("t0"), pointer),
        Compute("add", "t1", 1),
        Store(Memory("t0"), "t1", pointer),
        Label("free"),
        Load("s1", Memory("s0", payload + TABLE * pointer), pointer),
        Store(table, "s1", pointer),
        Load("t0", Memory("s0", payload + CAPACITY * pointer), pointer),
        Compute("mul", "t0", ENTRY_WORDS * pointer),
        Compute("add", "t0", "s1"),
        Store(end, "t0", pointer),
        Label("next"),
        Branch("eq", end, "s1", "empty"),
        env.invoke("Py_DecRef", Memory("s1", THING * pointer), note="NULL is allowed"),
        Compute("add", "s1", ENTRY_WORDS * pointer),
        Jump("next"),
        Label("empty"),
        env.invoke("free", table),
        Invoke(slot_entry("dealloc"), env.placement("tp_dealloc"), ("s0",), note="as of every value"),
        Move("t0", POSTPONED),
        Load("s0", Memory("t0"), pointer),
        Branch("ne", "s0", 0, "postponed"),
        Move("t0", DEALLOCATING),
        Load("t1", Memory("t0"), pointer),
        Compute("sub", "t1", 1),
        Store(Memory("t0"), "t1", pointer),
        Return(),
    )

    def postpone() -> None:
        w.add(
            Move("t0", POSTPONED),
            Load("t1", Memory("t0"), pointer),
            Store(Memory("s0", data), "t1", pointer),
            Store(Memory("t0"), "s0", pointer),
            Return(),
        )

    def postponed() -> None:
        w.add(
            Load("t1", Memory("s0", data), pointer),
            Store(Memory("t0"), "t1", pointer),
            Jump("free"),
        )

    w.aside("postpone", postpone)
    w.aside("postponed", postponed)
    return w.finish()


def held(env: Surroundings) -> Routine:
    """The builtin `held(keep)`: whose memory it is about, or None. Nothing is checked."""
    w = Builder("held", env.placement("METH_O"))
    w.add(
        LoadArgument(1, "s0", "the keep"),
        Load("s0", Memory("s0", env.interpreter.value_owner), env.target.model.pointer),
        Branch("eq", "s0", 0, "none"),
        env.invoke("Py_IncRef", "s0"),
        Return("s0"),
    )
    w.aside("none", lambda: return_none(w, env))
    return w.finish()


def entry_at(env: Surroundings) -> Routine:
    """The builtin `entry_at(keep, place)`: the address of the entry of a place, 0 if there is none. Nothing is checked."""
    w, pointer = Builder("entry_at", env.placement("METH_FASTCALL")), env.target.model.pointer
    w.add(
        LoadArgument(1, "s0", "the arguments: keep, place"),
        Load("t0", Memory("s0", pointer), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="s1"),
        env.support("keep_slot", Memory("s0"), "s1", result="t0"),
        Branch("eq", "t0", 0, "none"),
        Branch("eq", Memory("t0", PLACE * pointer), 0, "none"),
        Label("found"),
        env.invoke("PyLong_FromVoidPtr", "t0", tail=True),
    )
    w.aside("none", lambda: w.add(Move("t0", 0), Jump("found")))
    return w.finish()


def put(env: Surroundings) -> Routine:
    """The builtin `put(keep, place, pointed, thing, made)`: has a keep hold a thing for the pointer to `pointed` stored at
    a place; None for nothing. Nothing is checked."""
    w, pointer = Builder("put", env.placement("METH_FASTCALL")), env.target.model.pointer
    pointed = Memory(w.local())
    w.add(
        LoadArgument(1, "s0", "the arguments: keep, place, pointed, thing, made"),
        Load("t0", Memory("s0", pointer), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="s1"),
        Load("t0", Memory("s0", 2 * pointer), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="t0"),
        Store(pointed, "t0", pointer),
        Load("t1", Memory("s0", 3 * pointer), pointer),
        Move("s2", 0),
        Branch("eq", Memory("s0", 4 * pointer), api("_Py_FalseStruct"), "others"),
        Move("s2", 1),
        Label("others"),
        Branch("ne", "t1", NONE, "thing"),
        Move("t1", 0),
        Label("thing"),
        env.support("keep_put", Memory("s0"), "s1", pointed, "t1", "s2", result="t0"),
        Branch("ne", "t0", 0, "failed", 4),
    )
    return_none(w, env)
    w.aside("failed", lambda: w.add(Return(0)))
    return w.finish()
