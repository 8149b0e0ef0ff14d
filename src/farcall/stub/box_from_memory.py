"""The Python object of a C value in memory: a number made, a pointer or a view allocated.

All of these end the routine. On entry the value that is read is in s0 (of plain numbers it may be anywhere) and the
address of what is wanted in t0.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Copy, Jump, Label, Load, Memory, Move, Return, Store, Symbol
from .box import box
from .carrier import Carrier, InstanceKind, in_memory
from .data_pointer import derive, settled
from .instance import allocate, hold_address
from .interpreter import TP_BASE, TP_DEALLOC, Surroundings
from .keep import POINTED, THING, look_first
from .link import python, slot_entry, type_of
from .reference import hold

__all__ = ["give_member", "give_number", "give_pointer", "give_view", "load_number"]


def give_number(w: Builder, env: Surroundings, carrier: Carrier) -> None:
    """A number, char or text at t0."""
    if isinstance(carrier, InstanceKind):
        w.add(env.support("number:" + carrier.number, "t0", tail=True, note="a number of Python's"))
        return
    load_number(w, env, carrier, None)


def load_number(w: Builder, env: Surroundings, carrier: Carrier, result: str | None) -> None:
    """The same, of a number without an instance, into a register; None ends the routine with it."""
    if in_memory(carrier, env.target.model):
        value = Memory(w.local(8))
        w.add(Copy(value, Memory("t0"), carrier.size, "the value"))
        box(w, env, carrier, value, result=result)
        return
    w.add(Load("t0", Memory("t0"), carrier.size, getattr(carrier, "signed", False), "the value"))
    box(w, env, carrier, "t0", result=result)


def give_member(w: Builder, env: Surroundings, number: str) -> None:
    """End with the member of an enumeration that has the number in a saved register; with the number itself where there is no
    class of members. The address of the word that has their mapping is in t0. s1 is lost."""
    as_it_is, pointer = w.label("number"), env.target.model.pointer
    w.add(
        Branch("eq", number, 0, as_it_is, note="it could not be made"),
        Load("t0", Memory("t0"), pointer, note="the mapping of the members"),
        Branch("eq", "t0", 0, as_it_is),
        env.invoke("PyObject_GetItem", "t0", number, result="s1"),
        env.invoke("Py_DecRef", number),
        Return("s1"),
    )
    w.aside(as_it_is, lambda: w.add(Return(number)))


def give_view(w: Builder, env: Surroundings, cls: Symbol | Memory, slow: str, *, through: bool = False) -> None:
    """A view of class `cls` over the memory at t0. `slow`: where to go if the class is not known yet."""
    facts, pointer = env.interpreter, env.target.model.pointer
    place = Memory(w.local())
    w.add(Store(place, "t0", pointer))
    _known(w, cls, slow)
    derive(w, env, through=through)
    _make(w, env, cls)
    w.add(Load("t0", place, pointer), Store(Memory("s2", facts.value_data), "t0", pointer))
    _finish(w, env)


def give_pointer(w: Builder, env: Surroundings, cls: Symbol | Memory, slow: str, *, through: bool = False) -> None:
    """A pointer object of class `cls` with the address that lies at t0. `slow`: where to go if the class is not
    known yet, or something may be kept for that pointer."""
    facts, pointer = env.interpreter, env.target.model.pointer
    place, at = Memory(w.local()), Memory(w.local())
    kept = w.label("kept")
    w.add(
        Store(at, "t0", pointer),
        Load("t0", Memory("t0"), pointer, note="the pointer"),
        Store(place, "t0", pointer),
    )
    _known(w, cls, slow)
    derive(w, env, through=through)
    if facts.fast:
        _kept(w, env, at, place, kept)
    else:
        settled(w, env, kept)

    def fill() -> None:
        w.add(Load("t0", place, pointer))
        hold_address(w, env, "s2")

    _make(w, env, cls)
    fill()
    _finish(w, env)

    def ask_keeper() -> None:
        """Python knows what is kept for the pointer there; the reference that it gives becomes the instance's."""
        w.add(
            Move("s0", "t1"),
            env.invoke("PyLong_FromVoidPtr", at, result="s2"),
            Store(at, "s2", pointer),
            env.invoke("PyLong_FromVoidPtr", place, result="s2"),
            env.invoke("call_python_3", python("keeper"), "s0", at, "s2", 0, result="s0"),
            env.invoke("Py_DecRef", "s2"),
            env.invoke("Py_DecRef", at),
            Branch("eq", "s0", 0, "nothing"),
        )
        allocate(w, env, cls, "s2", "unmade", derived=True)
        fill()
        w.add(Store(Memory("s2", facts.value_owner), "s0", pointer), Return("s2"))

    w.aside(kept, ask_keeper)
    w.aside("unmade", lambda: w.add(env.invoke("Py_DecRef", "s0"), Jump("nothing")))
    w.aside("nothing", lambda: w.add(Return(0)))


def _kept(w: Builder, env: Surroundings, at: Memory, place: Memory, slow: str) -> None:
    """From the owner of memory, in t1, to what keeps the target of the pointer that lies at the address in `at`: what is
    kept for it there, unless C has stored another than the one in `place` meanwhile. Odd owners go to `slow`, with t1."""
    facts, pointer = env.interpreter, env.target.model.pointer
    itself, table, sure = w.label("itself"), w.label("keep"), w.label("settled")
    w.add(
        Branch("eq", "t1", "s0", itself),
        Load("t0", Memory("t1", facts.type), pointer),
        Branch("eq", "t0", type_of("lease"), sure, note="an arena keeps all to the end"),
        Branch("eq", "t0", type_of("keep"), table),
        Branch("eq", Memory("t0", facts.header + TP_BASE * pointer), type_of("keep"), table, note="a library's, say"),
        Branch("ne", Memory("t0", facts.header + TP_DEALLOC * pointer), slot_entry("dealloc"), slow),
        Label(itself),
        Branch("ne", Memory("t1", facts.value_owner), 0, table + "_of"),
        Label(sure),
    )

    def of() -> None:
        w.add(
            Load("s2", Memory("t1", facts.value_owner), pointer),
            Load("t0", Memory("s2", facts.type), pointer),
            Branch("ne", "t0", type_of("keep"), slow),
            Move("s0", "t1"),
            Jump(table + "_look"),
        )

    def look() -> None:
        look_first(w, env, "s2", at, table + "_none", table + "_further")
        w.add(
            Label(table + "_found"),
            Load("s2", Memory("t0", THING * pointer), pointer),
            Branch("eq", "s2", 0, table + "_none"),
            Load("t1", place, pointer),
            Branch("ne", Memory("t0", POINTED * pointer), "t1", table + "_none", note="another"),
            Move("t1", "s2"),
            Jump(sure),
        )

    def further() -> None:
        w.add(
            env.support("keep_slot", "s2", at, result="t0"),
            Jump(table + "_found", "or a free entry, which has nothing"),
        )

    w.aside(table + "_further", further)
    w.aside(table + "_none", lambda: w.add(Move("t1", "s0"), Jump(sure)))

    w.aside(table + "_of", of)
    w.aside(table, lambda: w.add(Move("s2", "t1"), Move("s0", "t1"), Jump(table + "_look")))
    w.aside(table + "_look", look)


def _known(w: Builder, cls: Symbol | Memory, slow: str) -> None:
    if isinstance(cls, Memory):  # a cell that is filled when the class is first needed
        w.add(Branch("eq", cls, 0, slow))


def _make(w: Builder, env: Surroundings, cls: Symbol | Memory) -> None:
    """An instance in s2. The owner, in t1, takes the place of the value in s0, which keeps it alive meanwhile."""
    failed = w.label("failed")
    w.add(Move("s0", "t1"))
    allocate(w, env, cls, "s2", failed, derived=True)
    w.aside(failed, lambda: w.add(Return(0)))


def _finish(w: Builder, env: Surroundings) -> None:
    """Hand over the instance, which holds the owner."""
    facts, pointer = env.interpreter, env.target.model.pointer
    w.add(Store(Memory("s2", facts.value_owner), "s0", pointer))
    hold(w, env, "s0", "t1")
    w.add(Return("s2"))
