"""From code to a living address: names resolved, support routines made once, bytes committed to memory.

A `Prepared` is code whose process-wide addresses are filled in; binding it for one function patches the few
that are its own ("target", "self", classes) and commits it.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from struct import Struct

from ... import seed
from ...convention import Target
from ...lock import new_lock
from ...lower import Code, lower
from ...memory import Slot, rounded
from ...record import NamedTuple
from ...seed.thread import thread_places
from ...stub import Interpreter, Routine, Surroundings, ThreadPlaces, value_routine
from ...stub import support as support_routine
from ...stub.link import Link, link_named
from ..facts.host import WORD, WORD_CODE, host_target
from ..facts.interpreter import interpreter
from . import code_map, table
from .executable import executable_memory

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Linker", "Prepared", "linker"]


#: An address.
_word = Struct("=" + "IQ"[WORD == 8])


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
        self.surroundings = Surroundings(target, facts, _thread(target))
        self._addresses: dict[str, int] = {}
        self._entries: dict[tuple[Any, ...], int] = {}
        self._bodies: dict[bytes, int] = {}
        self._addressed: dict[Hashable, int] = {}
        self._kept: dict[Hashable, Prepared] = {}
        self._lock = new_lock()

    def prepare(self, routine: Routine) -> Prepared:
        """Lower a routine and fill in all that is not a binding's own."""
        return self.prepared(lower(routine, self.target))

    def of_shape(self, shape: Hashable, make: Callable[[], Routine]) -> Prepared:
        """The code of a routine, of which `shape` says all that it depends on: made once, and kept. There are far fewer
        shapes than signatures, and each takes some 6 kB, most of it the table of its frames."""
        found = self._kept.get(shape)
        return self._kept.setdefault(shape, self.prepare(make())) if found is None else found

    def prepared(self, code: Code) -> Prepared:
        """Fill in all that is not a binding's own."""
        image, own, known, fill = bytearray(code.data), [], self._addresses, _word.pack_into
        for offset, name in code.relocations:
            address = known.get(name)
            if address is None:
                address = self.address(name)
            if address is None:
                own.append((offset, name))
            else:
                fill(image, offset, address)
        return Prepared(bytes(image), tuple(own), code_map.layout(code))

    def _filled(self, prepared: Prepared, own: Mapping[str, int]) -> bytearray:
        """The code's bytes with its own addresses filled in."""
        image, fill = bytearray(prepared.image), _word.pack_into
        for offset, name in prepared.own:
            fill(image, offset, own[name])
        return image

    def bind(self, prepared: Prepared, own: Mapping[str, int], name: str = "code") -> Slot:
        """Commit the code with its own addresses; `name` is what profilers and debuggers call it."""
        slot = executable_memory().place(bytes(self._filled(prepared, own)))
        code_map.note(slot, name, prepared.layout)
        return slot

    def reserve(self, size: int) -> Slot:
        """Room in executable memory."""
        return executable_memory().reserve(size)

    def bind_many(self, prepared: Prepared, shared: Mapping[str, int], owns: Mapping[str, range], name: str) -> range:
        """Commit the code once for each address in the ranges `owns`, one behind the other, with the addresses `shared` in
        all of them; where each lies. They stay for good."""
        memory, size = executable_memory(), len(prepared.image)
        step, count = rounded(size), min(map(len, owns.values()))
        first = self._filled(prepared, {**shared, **dict.fromkeys(owns, 0)})
        words = array(WORD_CODE, (first + memory.traps(size, step - size)) * count)
        for offset, symbol in prepared.own:
            if symbol in owns:
                assert offset % words.itemsize == 0
                words[offset // words.itemsize :: step // words.itemsize] = array(WORD_CODE, owns[symbol])
        slot = memory.reserve(step * count)
        slot.commit(words.tobytes())
        code_map.note(slot, name, prepared.layout, count)
        return range(slot.address, slot.address + slot.length, step)

    def shared(self, shape: Hashable, make: Callable[[], Routine], name: str = "code") -> int:
        """The address of a routine that has nothing of its own, of which `shape` says all that it depends on: the same for
        the same shape or bytes, which stay for good."""
        found = self._addressed.get(shape)
        if found is None:
            prepared = self.prepare(make())
            with self._lock:
                found = self._bodies.get(prepared.image)
                if found is None:
                    found = self._bodies[prepared.image] = self.bind(prepared, {}, name).address
                self._addressed[shape] = found
        return found

    def address(self, name: str) -> int | None:
        """The process-wide address called `name`; None for a name that belongs to one binding. Raises LinkNameError for
        one that nothing is called."""
        found = self._addresses.get(name)
        if found is None:
            wanted = link_named(name)
            if wanted.is_own:
                return None
            found = self._addresses[name] = self._resolve(wanted)
        return found

    def entry(self, kind: str, *details: Any) -> int:
        """The address of a routine of `stub.value`, `stub.field` or `stub.item`, by its name; made once, and kept:
        there are as many as there are kinds of fields."""
        key = (kind, *details)
        with self._lock:
            if key not in self._entries:
                routine = value_routine(kind)(*details, self.surroundings)
                self._entries[key] = self.bind(self.prepare(routine), {}, f"value:{kind}").address
            return self._entries[key]

    def _resolve(self, wanted: Link) -> int:
        kind, name, detail = wanted
        if kind == "api":
            return table.exported(name)
        if kind == "object":
            return int.from_bytes(seed.read(table.exported(name), self.target.model.pointer), sys.byteorder)
        if kind == "support":
            return self._support(f"{name}:{detail}" if detail else name)
        if kind == "entry":
            return self.entry(name)
        if kind in _BY_NAME:
            return _BY_NAME[kind](name)
        return table.cell(kind)

    def _support(self, name: str) -> int:
        with self._lock:
            key = "support:" + name
            if key not in self._addresses:
                prepared = self.prepare(support_routine(name, self.surroundings))
                self._addresses[key] = self.bind(prepared, {}, key).address
            return self._addresses[key]


_BY_NAME = {"interned": table.interned, "python": table.python, "type": table.type_of, "text": table.text}


@lru_cache(maxsize=1)
def _thread(target: Target) -> ThreadPlaces | None:
    """In subinterpreters functions are asked: errno for Python is each interpreter's own."""
    found = None if seed.INTERPRETER_NUMBER else thread_places(target.errno)
    return None if found is None else ThreadPlaces(*found)


@lru_cache(maxsize=4)
def linker(tier: str = "") -> Linker:
    """The process's linker for a tier ("fast", "api", "" for the best); see `facts.interpreter`."""
    return _linker_of(interpreter(tier))


@lru_cache(maxsize=2)
def _linker_of(facts: Interpreter) -> Linker:
    return Linker(host_target(), facts)
