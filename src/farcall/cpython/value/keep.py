"""Keeps: what memory belongs to, and the objects that pointers stored in it need, by where each is stored.

Where the layout of objects is known, generated code reads and writes them too (`stub.keep`); else all is done here.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator

from ... import seed
from ...ctype import Pointer as PointerType
from ...errors import FreedMemoryError, LibraryClosedError
from ...lock import new_lock
from ...record import NamedTuple
from ...stub.keep import ENTRY_WORDS, WORDS
from ...system import running
from ..facts.host import END, WORD
from ..link.data_cells import allocate
from ..link.linker import linker
from ..link.native import METH_FASTCALL, METH_O, PY_TP_NEW, entry, make_builtin, make_type
from .base import Lease, Value, address, alive, own, owner, peek, root_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["CyclicKeep", "Keep", "adopt", "check_held", "keep", "keeper", "lasts", "made_in", "room_at"]

#: Where no pointer is stored, in a table: what else there is to remember of the memory.
MORE = 1

#: How deep keeps are freed inside of each other, and the list of those that wait.
_freeing = allocate(2 * WORD)
running().at_fork(after_in_child=lambda: _freeing.put(0, bytes(2 * WORD)))
_lock = new_lock()


def deallocating() -> int:
    """Where the depth is, for the links of generated code."""
    return _freeing.address


def postponed() -> int:
    """Where the list begins."""
    return _freeing.address + WORD


class More:
    """What else a keep remembers: `sizes` of records with a flexible array member, by where each begins, up to the last
    item; `exported`, what these show through the buffer protocol; `past`, what a lease has kept for pointers before."""

    __slots__ = ("exported", "past", "sizes")

    def __init__(self) -> None:
        self.sizes: dict[int, int] = {}
        self.exported: dict[tuple[int, type[Value]], Any] = {}
        self.past: list[object] = []


class Entry(NamedTuple):
    """What is kept for a pointer: where that is stored, what it points to, the object; `made`: farcall made that, text or a
    closure, so that nobody else keeps it."""

    place: int
    pointed: int
    thing: object
    made: bool


class _Keep:
    """What memory belongs to, `owner`, and the objects that pointers stored in it need."""

    __slots__ = ("_things", "owner")

    def __init__(self, owner: object) -> None:
        self.owner = owner
        self._things: dict[int, Entry] = {}

    def put(self, place: int, pointed: int, thing: object, made: bool = False) -> None:
        """Hold a thing for the pointer to `pointed` that is stored at a place; None for nothing."""
        if thing is None:
            self._things.pop(place, None)
        else:
            self._things[place] = Entry(place, pointed, thing, made)

    def at(self, place: int) -> Entry | None:
        """What is held for the pointer at a place."""
        return self._things.get(place)

    def within(self, start: int, size: int) -> list[Entry]:
        """What is held for the pointers in the `size` bytes from `start` on. Of a few bytes each is looked up: an array may
        keep something for every item."""
        if size < len(self._things):
            return _looked_up(self, start, size)
        return [one for one in list(self._things.values()) if start <= one.place < start + size]

    @property
    def more(self) -> More:
        found = self.at(MORE)
        if found is None:
            with _lock:
                found = self.at(MORE)
                if found is None:
                    self.put(MORE, 0, More())
                    found = self.at(MORE)
        assert found is not None
        assert isinstance(found.thing, More)
        return found.thing

    @property
    def sizes(self) -> dict[int, int]:
        return self.more.sizes

    @property
    def exported(self) -> dict[tuple[int, type[Value]], Any]:
        return self.more.exported

    def clear(self) -> None:
        """Let go of everything that pointers needed."""
        for one in self.within(MORE + 1, END):
            self.put(one.place, 0, None)
        self.more.past.clear()


def _looked_up(keep: Any, start: int, size: int) -> list[Entry]:
    found = map(keep.at, range(start, start + size))
    return [one for one in found if one is not None]


def _native() -> Any:
    """The same, as a type whose instances generated code makes and reads."""
    put: Any = make_builtin("put", "put", METH_FASTCALL, "Has a keep hold a thing.")
    entry_at: Any = make_builtin("entry_at", "entry_at", METH_FASTCALL, "Where the entry of a place is.")
    held: Any = make_builtin("held", "held", METH_O, "Whose memory a keep is about.")
    made: Any = make_type(
        "Keep", (object,), WORDS * WORD, _Keep.__doc__ or "", (), [(PY_TP_NEW, entry("new"))], dealloc="keep_dealloc"
    )
    size, payload = ENTRY_WORDS * WORD, linker().facts.value_payload

    def init(self: Any, owner: object) -> None:
        if owner is not None:
            self.owner = owner

    def at(self: Any, place: int) -> Entry | None:
        where = entry_at(self, place)
        return next(_entries(peek(where, size)), None) if where else None

    def within(self: Any, start: int, length: int) -> list[Entry]:
        table, capacity, _ = struct.unpack(f"{WORDS}P", peek(id(self) + payload, WORDS * WORD))
        if length < capacity:
            return _looked_up(self, start, length)
        return [one for one in _entries(peek(table, capacity * size)) if start <= one.place < start + length]

    made.__init__ = init
    made.owner = property(held, own)
    made.put = lambda self, place, pointed, thing, made=False: put(self, place, pointed, thing, made)
    made.at, made.within = at, within
    for name in ("more", "sizes", "exported", "clear"):
        setattr(made, name, vars(_Keep)[name])
    return made


def _entries(data: bytes) -> Iterator[Entry]:
    """The entries in the bytes of a table that hold something."""
    for place, pointed, thing, made in struct.iter_unpack(f"{ENTRY_WORDS}P", data):
        if thing:
            yield Entry(place, pointed, seed.object_at(thing), bool(made))


if TYPE_CHECKING:
    Keep = _Keep
else:
    Keep = _native() if linker().facts.fast else _Keep


class CyclicKeep(Keep):
    """One whose owner refers to it: Python's collector finds both."""

    __slots__ = ("_owner",)

    @property
    def owner(self) -> object:
        return self._owner

    @owner.setter
    def owner(self, owner: object) -> None:
        self._owner = owner


def keep(value: Any, place: int, pointed: int, thing: object, *, made: bool = False) -> None:
    """Have a value, or a keep, hold `thing` for the pointer to `pointed` stored at the address `place`; None for nothing.
    `made`: farcall made it, text or a closure, so that nobody else keeps it."""
    found: Any = value
    if isinstance(value, Value):
        value, found = root_of(value)
        if thing is value or (issubclass(type(thing), Value) and root_of(thing)[0] is value):  # type: ignore[arg-type]
            thing = None  # no value has to keep itself
        if isinstance(found, Lease):  # to the end: who read the pointer holds on to nothing else
            found = owner(found)
            before = found.at(place)
            if before is not None:
                found.more.past.append(before.thing)
        elif not isinstance(found, Keep):
            if thing is None:
                return
            found = Keep(found)
            own(value, found)
    found.put(place, pointed, thing, made)


def lasts(value: Any, place: int) -> bool:
    """Whether what is kept for a pointer stored at `place` is kept for as long as the memory there: in memory that farcall
    made, knows the end of, or has from a library's variable. C's own it knows by a pointer or a view, which may go at
    once."""
    found: Any = value
    if isinstance(value, Value):
        value, found = root_of(value)
        start = address(value)
        if start == id(value) + linker().facts.value_payload and start <= place < start + value.__sizeof__():
            return True
    if isinstance(found, Lease):  # else C has put a pointer to its own there
        held = _keep_of(found)
        assert held is not None
        sizes = held.sizes
        return place in sizes or any(start <= place < start + size for start, size in sizes.items())
    if isinstance(found, Keep) and isinstance(found.owner, (bytearray, memoryview)):
        start, size = seed.address_of(found.owner), memoryview(found.owner).nbytes
        return start <= place < start + size
    return isinstance(found, Keep) and found.owner is not None


def made_in(value: Value, size: int) -> object:
    """What farcall made, and only the value keeps, for a pointer in the first `size` bytes of it; None if there is nothing
    such."""
    found = _keep_of(root_of(value)[1])
    for one in found.within(address(value), size) if found is not None else ():
        if one.made and peek(one.place, WORD) == one.pointed.to_bytes(WORD, sys.byteorder):
            return one.thing  # and nothing else was stored there meanwhile
    return None


def keeper(found: Any, place: int, pointed: int) -> object:
    """What a pointer to `pointed` has to keep that was read at the address `place`, in memory that `found` keeps: what
    was kept for it there, unless C has stored another meanwhile."""
    kept: Any = root_of(found)[1] if isinstance(found, Value) else found
    one = kept.at(place) if isinstance(kept, Keep) else None
    return found if one is None or one.pointed != pointed else one.thing


def adopt(value: Any, place: int, source: Value, size: int) -> None:
    """Have `value` keep what pointers in `source` need, of which `size` bytes were copied to `place`."""
    found = _keep_of(root_of(source)[1])
    if found is not None:
        start = address(source)
        for one in found.within(start, size):
            keep(value, place + one.place - start, one.pointed, one.thing, made=one.made)


def room_at(base: int, found: Any) -> int | None:
    """How many bytes the record at `base` was made with, in memory that `found` keeps: 0 in a value that has no more than
    its type says, None where only C knows."""
    keep = _keep_of(found)
    if keep is not None:
        return keep.sizes.get(base)
    if not isinstance(found, Value):
        return None
    # A value that keeps itself has its bytes in its own block, and so has what is seen in it.
    start = address(found)
    inside = start == id(found) + linker().facts.value_payload and start <= base < start + found.__sizeof__()
    return 0 if inside else None


def _keep_of(found: object) -> Keep | None:
    """The keep that an owner is, or that a lease has; None of other owners."""
    found = owner(found) if isinstance(found, Lease) else found
    return found if isinstance(found, Keep) else None


def check_held(keeper: Any) -> None:
    """Raise if the memory that is about to be written is gone: what was to be stored there had to be converted, by
    Python code that may have freed the memory or closed the library it belongs to."""
    if isinstance(keeper, Keep):
        if getattr(keeper.owner, "closed", False):
            raise LibraryClosedError(f"{getattr(keeper.owner, 'name', 'the library')} was closed meanwhile")
    elif isinstance(keeper.__ctype__, PointerType):
        if not alive(owner(keeper)):
            raise FreedMemoryError(f"{keeper!r} points to memory that was freed")
    else:
        address(keeper)
