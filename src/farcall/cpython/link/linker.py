"""From code to a living address: names resolved, support routines made once, bytes committed to memory.

A `Prepared` is code whose process-wide addresses are filled in; binding it for one function patches the few
that are its own ("target", "self", classes) and commits it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from ... import seed
from ...convention import Target
from ...errors import UnsupportedTargetError
from ...lower import Code, lower
from ...memory import Slot
from ...stub import Interpreter, Routine, Surroundings
from ...stub import support as support_routine
from ..facts.api import EXPORTED_AS
from ..facts.host import host_target
from ..facts.interpreter import interpreter
from . import code_map
from .executable import executable_memory

__all__ = ["Linker", "Prepared", "linker", "register"]


#: C strings that stubs refer to as "text:NAME".
TEXTS = {
    "surrogateescape": b"surrogateescape\0",
    "stranger": b"this is not a C value of farcall\0",
    "undeletable": b"what lies in C's memory cannot be deleted\0",
    "outside": b"index out of range\0",
}


class Prepared(NamedTuple):
    """Code with its process-wide addresses in place; `own` are the cells that each binding fills."""

    image: bytes
    own: tuple[tuple[int, str], ...]
    layout: code_map.Layout


class Linker:
    """What a process has to link against, for one tier. Support routines are made when first named and live
    for good."""

    def __init__(self, target: Target, facts: Interpreter) -> None:
        self.target = target
        self.facts = facts
        self.surroundings = Surroundings(target, facts)
        self._addresses: dict[str, int] = {}
        self._lock = threading.RLock()

    def prepare(self, routine: Routine) -> Prepared:
        """Lower a routine and fill in all that is not a binding's own."""
        return self.prepared(lower(routine, self.target))

    def prepared(self, code: Code) -> Prepared:
        """Fill in all that is not a binding's own."""
        image, own = bytearray(code.data), []
        for offset, name in code.relocations:
            address = self.address(name)
            if address is None:
                own.append((offset, name))
            else:
                self._put(image, offset, address)
        return Prepared(bytes(image), tuple(own), code_map.layout(code))

    def link(self, prepared: Prepared, own: Mapping[str, int]) -> bytearray:
        """The code's bytes with its own addresses filled in."""
        image = bytearray(prepared.image)
        for offset, name in prepared.own:
            self._put(image, offset, own[name])
        return image

    def _put(self, image: bytearray, offset: int, address: int) -> None:
        """Fill in a cell."""
        size = self.target.model.pointer
        image[offset : offset + size] = address.to_bytes(size, sys.byteorder)

    def reserve(self, size: int) -> Slot:
        """Room in executable memory."""
        return executable_memory().reserve(size)

    def bind(self, prepared: Prepared, own: Mapping[str, int], name: str = "code") -> Slot:
        """Commit the code with its own addresses; `name` is what profilers and debuggers call it."""
        image = self.link(prepared, own)
        slot = self.reserve(len(image))
        slot.commit(bytes(image))
        code_map.note(slot, name, prepared.layout)
        return slot

    def address(self, name: str) -> int | None:
        """The process-wide address called `name`; None for a name that belongs to one binding."""
        found = self._addresses.get(name)
        if found is not None:
            return found
        kind, _, rest = name.partition(":")
        if kind == "api":
            found = self._exported(rest)
        elif kind == "object":  # a variable that holds an object's address
            found = int.from_bytes(seed.read(self._exported(rest), self.target.model.pointer), sys.byteorder)
        elif kind == "support":
            return self._support(rest)
        elif kind == "text":
            found = seed.address_of(TEXTS[rest])
        elif name in _registered:
            found = _registered[name][0]
        else:
            return None
        self._addresses[name] = found
        return found

    def _exported(self, name: str) -> int:
        for exported in EXPORTED_AS.get(name, (name,)):
            address = seed.symbol(exported)
            if address:
                return address
        raise UnsupportedTargetError(f"this interpreter does not export {name}, which farcall needs")

    def _support(self, name: str) -> int:
        with self._lock:
            key = "support:" + name
            if key not in self._addresses:
                prepared = self.prepare(support_routine(name, self.surroundings))
                self._addresses[key] = self.bind(prepared, {}, key).address
            return self._addresses[key]


_registered: dict[str, tuple[int, object]] = {}


def register(name: str, thing: object, address: int | None = None) -> None:
    """Give generated code an address to refer to by `name`: of `thing` itself, or one that `thing` keeps alive."""
    _registered[name] = (id(thing) if address is None else address, thing)


def linker(tier: str = "") -> Linker:
    """The process's linker for a tier ("fast", "api", "" for the best); see `facts.interpreter`."""
    return _linker_of(interpreter(tier))


@lru_cache(maxsize=2)
def _linker_of(facts: Interpreter) -> Linker:
    return Linker(host_target(), facts)
