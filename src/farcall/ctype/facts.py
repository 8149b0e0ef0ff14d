"""What was found out about types, by their identity: for those who meet the same types again and again, since comparing
and hashing a type goes through all of it.

A fact of a type that leads to an incomplete record holds until the record is complete. All facts go when a record loses its
members again, or somebody says that they have changed (`forget`).
"""

from __future__ import annotations

import weakref
from collections.abc import Callable

from .types import Array, CType, Pointer, Qualified, Record

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Generic, Protocol, TypeVar

    class Forgetful(Protocol):
        """What keeps facts of types, or what was made of some."""

        def forget(self) -> None:
            """Drop them."""

    Fact = TypeVar("Fact")
else:
    Fact, Generic = None, {None: object}  # of a class that is generic to type checkers

__all__ = ["Facts", "forget", "incomplete", "until_forgotten"]

#: How many types facts are kept of; when there are more, all are forgotten.
MOST = 8192


class Facts(Generic[Fact]):
    """Facts that `find` finds out."""

    __slots__ = ("__weakref__", "_find", "_known")

    def __init__(self, find: Callable[[CType], Fact]) -> None:
        self._find = find
        #: By the type's identity: the type, which so stays what has it; the record that it waits for; the fact.
        self._known: dict[int, tuple[CType, Record | None, Fact]] = {}
        until_forgotten(self)

    def of(self, type: CType) -> Fact:
        """The fact of a type. Raises what finding it out raises; that is not kept."""
        found = self._known.get(id(type))
        if found is not None and (found[1] is None or found[1].fields is None):
            return found[2]
        waits, known = incomplete(type), self._known
        fact = self._find(type)
        if waits is incomplete(type):  # else another thread has just completed it
            if len(known) >= MOST:
                self.forget()
            self._known[id(type)] = type, waits, fact
        return fact

    def forget(self) -> None:
        self._known = {}


_all: weakref.WeakSet[Forgetful] = weakref.WeakSet()


def until_forgotten(keeper: Forgetful) -> None:
    """Have something be told when all facts go."""
    _all.add(keeper)


def forget() -> None:
    """Drop all facts."""
    for keeper in list(_all):
        keeper.forget()


def incomplete(type: CType) -> Record | None:
    """The incomplete record that a type is, or that a pointer, at any depth, points to."""
    while isinstance(type, (Pointer, Qualified, Array)):
        type = type.target if isinstance(type, Pointer) else type.type if isinstance(type, Qualified) else type.element
    return type if isinstance(type, Record) and type.fields is None else None
