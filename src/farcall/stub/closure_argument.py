"""The arguments of a callback as Python's objects: numbers, instances, members of enumerations."""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import Branch, Copy, Jump, Label, Load, Local, Memory, Move, Store
from .box import box, unwrapped
from .carrier import Carrier, InstanceKind, PointerKind, in_memory
from .free_list import make
from .instance import make_instance
from .interpreter import Surroundings
from .state import Classes

__all__ = ["box_argument", "is_instance", "to_member"]


def is_instance(kind: Carrier) -> bool:
    """Whether the callable gets an instance of a class of farcall's."""
    return (isinstance(kind, InstanceKind) and not kind.unwrap) or (isinstance(kind, PointerKind) and not kind.text)


def box_argument(
    w: Builder, env: Surroundings, kind: Carrier, index: int, own: Classes, local: Local, failed: str
) -> None:
    """An object of parameter `index` in t0; to `failed` if there is no memory."""
    if is_instance(kind):
        make(w, env, own, index, failed)
        w.add(Copy(Memory("s2", env.interpreter.value_payload), Memory(local), kind.size), Move("t0", "s2"))
        return
    if isinstance(kind, InstanceKind):
        make_instance(w, env, Memory("s0", own.of(index)), "s2", failed)
        w.add(Copy(Memory("s2", env.interpreter.value_payload), Memory(local), kind.size), Move("t0", "s2"))
        w.add(env.support(unwrapped(kind), "t0", result="t0"), Branch("eq", "t0", 0, failed))
        return
    if in_memory(kind, env.target.model):
        box(w, env, kind, Memory(local), result="t0")
    else:
        signed = getattr(kind, "signed", False)
        w.add(Load("t0", Memory(local), kind.size, signed))
        box(w, env, kind, "t0", result="t0")
    w.add(Branch("eq", "t0", 0, failed))


def to_member(w: Builder, env: Surroundings, cell: Memory, failed: str) -> None:
    """From the number in t0 to the member that has it, if there is a class of members; to `failed` if there is no memory."""
    number, pointer = Memory(w.local()), env.target.model.pointer
    has_members, done = w.label("members"), w.label("member")
    w.add(
        Load("t1", cell, pointer, note="the word of the enumeration"),
        Load("t1", Memory("t1"), pointer, note="the mapping of the members"),
        Branch("ne", "t1", 0, has_members),
        Label(done),
    )
    w.aside(
        has_members,
        lambda: w.add(
            Store(number, "t0", pointer),
            env.invoke("PyObject_GetItem", "t1", "t0", result="s2"),
            env.invoke("Py_DecRef", number),
            Move("t0", "s2"),
            Branch("ne", "t0", 0, done),
            Jump(failed),
        ),
    )
