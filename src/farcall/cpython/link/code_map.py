"""Which generated code lies where: kept for those who walk the stack, and for those who want names.

Every region of executable memory has a map beside it. In private memory, the map holds the region's table of
frames, if there is one (see `lower.frames`), which libgcc's unwinder reads: so C++ exceptions pass through generated code, and
`backtrace()` sees through it. The region is made known to libgcc once, when the first code is put there, however
much code comes and goes: an entry is written with the code and cleared when the code is freed, which costs less
than a microsecond and no lock. (One registration for each function would do as well, but libgcc keeps them in a
list up to GCC 12: with 10,000 functions, each frame of each throw would be looked for among 10,000 entries.)

A frozen region's map is private to each side of a fork, so both go on clearing entries as they free code.

Watchers are told of names: perf's map (`perf`) and gdb's interface (`gdb`), when asked for.
"""

from __future__ import annotations

import os
import sys
from array import array
from collections.abc import Callable

from ... import seed
from ...lower import Code
from ...lower.cpu_facts import hardware
from ...lower.frames import GRANULE, SHAPE, region_frame, shapes, table_size
from ...memory import Region, Slot, exclusive, rounded
from ...record import NamedTuple
from ...system import running
from ..facts.host import WORD_CODE
from .late import late

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Protocol

    from ...lower.function_table import Stretch

    class Watcher(Protocol):
        """One who wants to know of code that comes and goes."""

        def came(self, address: int, name: str, layout: Layout) -> None:
            """Code lies at `address` from now on."""

        def left(self, address: int) -> None:
            """The code at `address` is gone. The memory's lock is held."""


__all__ = ["Layout", "Map", "Watcher", "layout", "note", "unwatch", "watch"]


class Layout(NamedTuple):
    """What is to be known of a code's frames wherever it is bound: `shapes` lie at `address`."""

    cpu: str
    size: int
    shapes: bytes
    address: int


def layout(code: Code) -> Layout:
    """The layout of a code."""
    found = shapes(code)
    return Layout(code.cpu, len(code.data), found, seed.address_of(found))


_maps: list[Map] = []
_watchers: list[Watcher] = []


class Map:
    """The map of one region; `pieces` are the names and layouts of its code, by offset, and how often each lies there, one
    behind the other.

    Code is freed until the very end of the interpreter, when the names of modules are gone already: what is
    needed for that is kept here.
    """

    __slots__ = (
        "_deregister",
        "_drop",
        "_frame",
        "_maps",
        "_table",
        "_tables",
        "_watchers",
        "_word",
        "pieces",
        "region",
    )

    def __init__(self, region: Region, cpu: str) -> None:
        self.region = region
        self.pieces: dict[int, tuple[str, Layout, int]] = {}
        self._maps, self._watchers, self._drop = _maps, _watchers, seed.drop
        self._deregister: Callable[[int], object] | None = None
        self._tables = region.frame_tables()  # where the system is told of each piece, and there is no libgcc
        self._word = hardware(cpu).word  # bytes of the table for each granule
        size = table_size(cpu, region.size)
        self._table = running().private_pages(size) if size else None
        table = 0 if self._table is None else seed.address_of(self._table)
        frame = region_frame(cpu, region.address, region.size, table)
        self._frame = seed.address_of(frame), frame
        for memory in (self._table, frame):
            seed.hold(memory)  # the unwinder may read it when Python is gone

    @property
    def registered(self) -> bool:
        return self._deregister is not None

    def register(self) -> None:
        """Make the region known to the unwinder."""
        unwinder = running().unwinder()
        if self._deregister is None and unwinder is not None:
            self._deregister = unwinder.deregister
            unwinder.register(self._frame[0])

    def put(self, slot: Slot, name: str, layout: Layout, count: int) -> None:
        """Code of this layout comes to lie in the slot, `count` times."""
        self.pieces[slot.offset] = (name, layout, count)
        if self._tables is not None:
            self._tables.put(slot.offset, _frames(slot.length, layout, count))
        if self._table is None:
            return
        size = self._word
        mask, granules, start = (1 << 8 * size) - 1, slot.length // GRANULE, slot.offset // GRANULE * size
        first = layout.address - SHAPE * slot.address
        if count == 1:
            data = (first & mask).to_bytes(size, sys.byteorder) * granules
        else:
            step = slot.length // count
            words = [first - SHAPE * step * number & mask for number in range(count) for _ in range(granules // count)]
            data = array(WORD_CODE, words).tobytes()
        self._table[start : start + len(data)] = data

    def cleared(self, offset: int, length: int) -> None:
        """What the memory tells: no code lies there any more."""
        if self._table is not None:
            start, size = offset // GRANULE * self._word, length // GRANULE * self._word
            self._table[start : start + size] = bytes(size)
        if self._tables is not None:
            self._tables.cleared(offset)
        piece = self.pieces.pop(offset, None)
        if piece is not None:
            for watcher in self._watchers:
                for one in range(offset, offset + length, length // piece[2]):
                    watcher.left(self.region.address + one)

    def unmapped(self) -> None:
        """What the memory tells: the region goes."""
        if self in self._maps:
            self._maps.remove(self)
        if self._deregister is not None:
            self._deregister(self._frame[0])
        if self._tables is not None:
            self._tables.gone()
        self._drop(self._frame[1])
        if self._table is not None:
            self._table.close()
        self._drop(self._table)


def _frames(length: int, layout: Layout, count: int) -> list[Stretch]:
    """The frames of code that lies there `count` times."""
    from ...lower.function_table import Stretch, stretches  # which most systems have no use for

    found, step = stretches(layout.cpu, layout.size, layout.shapes), length // count
    return [
        Stretch(at + one.start, at + one.end, one.undoing) for at in range(0, length, step) for one in found
    ]  # fmt: skip


#: What the environment can turn on, and what does it.
ASKED_BY = {"FARCALL_PERF": "cpython.observe.perf:perf_map", "FARCALL_GDB": "cpython.observe.gdb:debug_map"}

_asked = False


def note(slot: Slot, name: str, layout: Layout, count: int = 1) -> None:
    """Code called `name` has been committed to the slot, `count` times; it has not run yet."""
    found = slot.region.companion
    if not isinstance(found, Map):
        found = _open(slot.region, layout.cpu)
    found.put(slot, name, layout, count)
    for watcher in _watchers:
        for offset in range(0, slot.length, slot.length // count):
            watcher.came(slot.address + offset, name, layout)


def watch(watcher: Watcher) -> None:
    """Tell a watcher of all code there is, and of all that comes and goes."""
    with exclusive():
        known = [(m.region.address + offset, *piece) for m in _maps for offset, piece in list(m.pieces.items())]
        _watchers.append(watcher)
    for address, name, found, count in known:
        for one in range(count):
            watcher.came(address + one * rounded(found.size), name, found)


def unwatch(watcher: Watcher) -> None:
    """Tell it no more."""
    with exclusive():
        if watcher in _watchers:
            _watchers.remove(watcher)


def _open(region: Region, cpu: str) -> Map:
    """The map of a region without one, made and registered."""
    with exclusive():
        found = region.companion
        if not isinstance(found, Map):
            found = region.companion = Map(region, cpu)
            _maps.append(found)
    _register()
    _ask_environment()
    return found


def _register() -> None:
    """Make the unwinder know all regions that it does not know yet."""
    if running().unwinder() is None:
        return
    with exclusive():
        for found in _maps:
            found.register()


def _ask_environment() -> None:
    """Turn on what the environment asks for; once."""
    global _asked
    if _asked:
        return
    _asked = True
    for variable, start in ASKED_BY.items():
        if os.environ.get(variable) == "1":
            late(start)()
