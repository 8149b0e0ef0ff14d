"""A new object of a type of farcall's: allocated, with its header, its reference and its type's."""

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
    Store,
    Symbol,
)
from .interpreter import TP_BASICSIZE, TP_FLAGS, Surroundings
from .reference import hold

__all__ = [
    "allocate",
    "at_address",
    "give_pointer",
    "hold_address",
    "make_instance",
    "make_zeroed",
    "own_payload",
    "unless_plain",
]

#: Py_TPFLAGS_HAVE_GC (Include/object.h).
HAVE_GC = 1 << 14


def at_address(w: Builder, env: Surroundings) -> None:
    """Of the arguments (type, address, ...) of a METH_FASTCALL builtin an instance in s1, which is zeroed, and the address in t0;
    the arguments are at s0. To `failed` with MemoryError set if there is no memory."""
    pointer = env.target.model.pointer
    w.add(
        LoadArgument(1, "s0", "the arguments: type, address and more"),
        Load("t0", Memory("s0"), pointer),
        env.invoke("PyType_GenericAlloc", "t0", 0, result="s1"),
        Branch("eq", "s1", 0, "failed"),
        Load("t0", Memory("s0", pointer), pointer),
        env.invoke("PyLong_AsVoidPtr", "t0", result="t0"),
    )


def allocate(
    w: Builder, env: Surroundings, cls: Symbol | Memory, into: str, failed: str, *, derived: bool = False
) -> None:
    """An instance of the type in `cls` (a symbol, or a saved place) in the register `into`; to `failed`, with
    MemoryError set, if there is no memory. Its payload, data pointer and owner are left unwritten; it has no weak references,
    of which values keep the list in their last word.

    `derived`: the type may be a class written in Python, whose instances are the collector's.

    Where the layout of headers is known this is what `PyObject_New` does (Objects/object.c), without the call: heap types
    are held by their instances.
    """
    facts, pointer = env.interpreter, env.target.model.pointer
    if not facts.fast:
        w.add(env.invoke("PyType_GenericAlloc", cls, 0, result=into, note="an instance"), Branch("eq", into, 0, failed))
        return
    without = w.label("no_memory")
    _load(w, env, cls, "t0")
    if derived:
        _if_collected(w, env, cls, into, failed, made := w.label("made"))
    w.add(
        Load("t0", Memory("t0", facts.header + TP_BASICSIZE * pointer), pointer, note="tp_basicsize"),
        env.invoke("PyObject_Malloc", "t0", result=into, note="an instance"),
        Branch("eq", into, 0, without),
        Store(Memory(into), 1, pointer, "its one reference"),
    )
    _load(w, env, cls, "t1")
    w.add(
        Store(Memory(into, facts.type), "t1", pointer),
        Load("t0", Memory("t1", facts.header + TP_BASICSIZE * pointer), pointer),
        Compute("add", "t0", into),
        Store(Memory("t0", -pointer), 0, pointer, "no weak references"),
    )
    hold(w, env, "t1", "t0")
    if derived:
        w.add(Label(made))
    w.aside(without, lambda: w.add(env.invoke("PyErr_NoMemory", result="t0"), Jump(failed)))


def _if_collected(w: Builder, env: Surroundings, cls: Symbol | Memory, into: str, failed: str, made: str) -> None:
    """If instances of the type in t0 are the collector's, have CPython make one, and go to `made`."""
    collected = w.label("collected")
    unless_plain(w, env, "t0", "t1", collected)

    def ask() -> None:
        w.add(
            env.invoke("PyType_GenericAlloc", cls, 0, result=into, note="of a class written in Python"),
            Branch("eq", into, 0, failed),
            Jump(made),
        )

    w.aside(collected, ask)


def unless_plain(w: Builder, env: Surroundings, cls: str, spare: str, label: str) -> None:
    """Go to `label` if instances of the type in a register are the collector's. `spare` is lost."""
    flags = Memory(cls, env.interpreter.header + TP_FLAGS * env.target.model.pointer)
    w.add(
        Load(spare, flags, env.target.model.pointer, note="tp_flags"),
        Compute("and", spare, HAVE_GC),
        Branch("ne", spare, 0, label, note="a class written in Python"),
    )


def make_instance(
    w: Builder, env: Surroundings, cls: Symbol | Memory, into: str, failed: str, *, derived: bool = False
) -> None:
    """A new farcall value that owns its payload, which is left unwritten; t0 points there. `derived` as in `allocate`."""
    allocate(w, env, cls, into, failed, derived=derived)
    own_payload(w, env, into)
    w.add(Store(Memory(into, env.interpreter.value_owner), 0, env.target.model.pointer))


def make_zeroed(w: Builder, env: Surroundings, cls: str, into: str, failed: str) -> None:
    """The same with a payload of zeros, of any class; this one is in a register."""
    w.add(env.invoke("PyType_GenericAlloc", cls, 0, result=into), Branch("eq", into, 0, failed))
    own_payload(w, env, into)


def own_payload(w: Builder, env: Surroundings, value: str) -> None:
    """Have the value in a register have its data in itself; t0 points there."""
    facts = env.interpreter
    w.add(
        LoadAddress("t0", Memory(value, facts.value_payload)),
        Store(Memory(value, facts.value_data), "t0", env.target.model.pointer, "its data are its own payload"),
    )


def hold_address(w: Builder, env: Surroundings, value: str, address: str = "t0") -> None:
    """Have the pointer in a register hold an address, in itself; t0 points there."""
    w.add(Store(Memory(value, env.interpreter.value_payload), address, env.target.model.pointer))
    own_payload(w, env, value)


def give_pointer(w: Builder, env: Surroundings, cls: Memory) -> None:
    """End with a pointer of the class in a local to the address in s1, that holds the owner in s0, if it is not NULL."""
    facts, pointer = env.interpreter, env.target.model.pointer
    unowned = w.label("unowned")
    allocate(w, env, cls, "s2", "failed", derived=True)
    hold_address(w, env, "s2", "s1")
    w.add(
        Store(Memory("s2", facts.value_owner), "s0", pointer),
        Branch("eq", "s0", 0, unowned),
    )
    hold(w, env, "s0", "t1")
    w.add(Label(unowned), Return("s2"))


def _load(w: Builder, env: Surroundings, cls: Symbol | Memory, to: str) -> None:
    w.add(Load(to, cls, env.target.model.pointer) if isinstance(cls, Memory) else Move(to, cls))
