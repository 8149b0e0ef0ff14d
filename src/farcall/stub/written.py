"""Results that C writes through pointers: room for each before the call, an object of each after it.

A number, char, bool or text lies in a local of the routine, zeroed. Anything else is an instance of its class, made before
the call with the memory that C writes to. Every object is kept in a local that is NULL until there is one, so that one way
out lets go of all of them.
"""

from __future__ import annotations

from ..ir.builder import Builder
from ..ir.instruction import AddressOf, Branch, Load, LoadAddress, Memory, Move, Operand, Return, Store
from ..record import NamedTuple
from .box import box, unwrapped
from .carrier import Carrier, InstanceKind, PointerKind, in_memory, is_owned
from .interpreter import Surroundings
from .link import class_of

__all__ = ["Room", "Written", "drop", "give_all", "held", "make_objects", "make_room", "rooms"]


class Written(NamedTuple):
    """A parameter through which C writes a result, and how that crosses (`carrier.stored`)."""

    number: int
    kind: Carrier

    @property
    def is_owned(self) -> bool:
        """Whether C writes a reference to an object, which is then the caller's."""
        return is_owned(self.kind)

    @property
    def is_instance(self) -> bool:
        """Whether an instance is made for it before the call."""
        return isinstance(self.kind, InstanceKind) or (isinstance(self.kind, PointerKind) and not self.kind.text)


class Room(NamedTuple):
    """Where a result's object is kept, once there is one; and the number that C writes, or where an instance's data lie."""

    written: Written
    object: Memory
    value: Memory

    @property
    def argument(self) -> Operand:
        """What C gets."""
        return self.value if self.written.is_instance else AddressOf(self.value)


def rooms(w: Builder, env: Surroundings, written: tuple[Written, ...]) -> tuple[Room, ...]:
    """Locals for the results, with no object yet."""
    found = tuple(Room(one, Memory(w.local()), Memory(w.local(8))) for one in written)
    for room in found:
        w.add(Store(room.object, 0, env.target.model.pointer, f"no result of parameter {room.written.number} yet"))
        if room.written.is_owned:
            w.add(Store(room.value, 0, env.target.model.pointer, "no reference yet"))
    return found


def held(found: tuple[Room, ...]) -> list[Memory]:
    """All that is to be let go of where a call fails: the objects, and what C has written of them."""
    return [room.object for room in found] + [room.value for room in found if room.written.is_owned]


def make_room(w: Builder, env: Surroundings, room: Room, failed: str) -> None:
    """Zeroed memory for a result; of an instance that is aligned more than malloc's blocks are, the caller makes one."""
    facts, pointer = env.interpreter, env.target.model.pointer
    if not room.written.is_instance:
        base, offset = room.value
        w.add(*(Store(Memory(base, offset + at), 0, pointer) for at in range(0, 8, pointer)))
        return
    w.add(
        Move("t0", class_of(room.written.number, written=True)),
        env.invoke("PyType_GenericAlloc", "t0", 0, result="t0", note="an instance for what C writes"),
        Branch("eq", "t0", 0, failed),
        Store(room.object, "t0", pointer),
        LoadAddress("t1", Memory("t0", facts.value_payload)),
        Store(Memory("t0", facts.value_data), "t1", pointer, "its data are its own payload"),
        Store(room.value, "t1", pointer),
    )


def make_objects(w: Builder, env: Surroundings, found: tuple[Room, ...], failed: str) -> None:
    """Objects of what C has written."""
    pointer = env.target.model.pointer
    for room in found:
        kind = room.written.kind
        if room.written.is_instance:
            if isinstance(kind, InstanceKind) and kind.unwrap:
                w.add(Load("t0", room.object, pointer), Store(room.object, 0, pointer))
                w.add(env.support(unwrapped(kind), "t0", result="t0", note="the number in the instance"))
                w.add(Store(room.object, "t0", pointer), Branch("eq", "t0", 0, failed))
            continue
        if in_memory(kind, env.target.model):
            box(w, env, kind, room.value, result="t0")
        else:
            w.add(Load("t0", room.value, kind.size, getattr(kind, "signed", False)))
            if room.written.is_owned:
                w.add(Store(room.value, 0, pointer, "its reference is handed over"))
            box(w, env, kind, "t0", result="t0", owned=room.written.is_owned)
        w.add(Store(room.object, "t0", pointer), Branch("eq", "t0", 0, failed))


def give_all(w: Builder, env: Surroundings, objects: list[Memory], failed: str) -> None:
    """End the routine with one object, or a tuple of several, which gets their references."""
    facts, pointer = env.interpreter, env.target.model.pointer
    if len(objects) == 1:
        w.add(Load("t0", objects[0], pointer), Return("t0"))
        return
    w.add(env.invoke("PyTuple_New", len(objects), result="s1"), Branch("eq", "s1", 0, failed))
    for index, place in enumerate(objects):
        w.add(Load("t0", place, pointer))
        if facts.fast:
            w.add(Store(Memory("s1", facts.tuple_items + index * pointer), "t0", pointer))
        else:
            w.add(env.invoke("PyTuple_SetItem", "s1", index, "t0"))
    w.add(Return("s1"))


def drop(w: Builder, env: Surroundings, objects: list[Memory]) -> None:
    """Let go of the objects that there are."""
    for place in objects:
        w.add(Load("t0", place, env.target.model.pointer), env.invoke("Py_DecRef", "t0", note="NULL is allowed"))
