"""Frames and names for gdb, through its interface for compilers at run time ("JIT Compilation Interface").

gdb does not ask libgcc. It looks for two symbols in the loaded libraries: a descriptor, which is the head of a list
of symbol files in memory, and a function, which is called whenever the list has changed and where gdb has a
breakpoint. No library here has them, so one is made, byte by byte, and loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from ... import seed
from ...convention import Signature, place
from ...ctype import Field, Pointer, Record, layout, names, sizeof
from ...ir.instruction import Return, Routine
from ...lower import lower
from ...lower.elf import symbol_file
from ...lower.frames import eh_frame, rows
from ...lower.image import Datum, Image, image_file
from ...memory import exclusive
from ...record import NamedTuple
from ...system import running
from ..facts.host import host_target
from ..link import code_map
from ..link.data_cells import Cells, allocate, free

__all__ = ["debug_map"]

FUNCTION, DESCRIPTOR = "__jit_debug_register_code", "__jit_debug_descriptor"
VERSION = 1
REGISTER, UNREGISTER = 1, 2
#: gdb's structures, as its manual declares them.
CODE_ENTRY = Record(
    "struct",
    "jit_code_entry",
    (
        Field("next", Pointer(names.void)),
        Field("previous", Pointer(names.void)),
        Field("file", Pointer(names.void)),
        Field("size", names.uint64),
    ),
)
DESCRIPTION = Record(
    "struct",
    "jit_descriptor",
    (
        Field("version", names.uint32),
        Field("action", names.uint32),
        Field("relevant", Pointer(names.void)),
        Field("first", Pointer(names.void)),
    ),
)


class _Struct(NamedTuple):
    """A structure as it lies in memory: its size, and the offset and size of each member."""

    size: int
    members: dict[str, tuple[int, int]]

    def image(self, **values: int) -> bytes:
        """Its bytes; members that are not named are 0."""
        data = bytearray(self.size)
        for name, value in values.items():
            offset, size = self.members[name]
            data[offset : offset + size] = value.to_bytes(size, sys.byteorder)
        return bytes(data)

    def read(self, address: int, name: str) -> int:
        """A member of the structure at an address."""
        offset, size = self.members[name]
        return int.from_bytes(seed.read(address + offset, size), sys.byteorder)

    def write(self, address: int, name: str, value: int) -> None:
        """Change a member of the structure at an address."""
        offset, size = self.members[name]
        seed.write(address + offset, value.to_bytes(size, sys.byteorder))


def _struct(record: Record) -> _Struct:
    model = host_target().model
    found = layout(record, model)
    return _Struct(found.size, {m.field.name or "": (m.offset, sizeof(m.field.type, model)) for m in found.members})


class _Entry(NamedTuple):
    """An entry of the list, and the symbol file it points to."""

    cells: Cells
    file: bytes


class _Debugger:
    """The list that gdb reads; all of it changes under the memory's lock."""

    def __init__(self) -> None:
        self._descriptor, self._changed = _interface()
        self._list, self._entry = _struct(DESCRIPTION), _struct(CODE_ENTRY)
        self._entries: dict[int, _Entry] = {}  # by the address of the code, the newest last
        self._busy = False
        self._late: list[int] = []  # freed by a finalizer while the list was being changed

    def came(self, address: int, name: str, layout: code_map.Layout) -> None:
        if address in self._entries:  # told twice: by the start of watching, and when it came
            return
        frames = eh_frame(layout.cpu, rows(layout.cpu, layout.shapes), address, layout.size)
        file = symbol_file(layout.cpu, f"farcall:{name}", address, layout.size, frames)
        cells = allocate(self._entry.size)
        with exclusive():
            self._busy = True
            first = next(reversed(self._entries.values()), None)
            following = first.cells.address if first else 0
            cells.put(0, self._entry.image(next=following, file=seed.address_of(file), size=len(file)))
            if following:
                self._entry.write(following, "previous", cells.address)
            self._entries[address] = _Entry(cells, file)
            self._tell(REGISTER, cells.address, cells.address)
            self._busy = False
            while self._late:
                self.left(self._late.pop())

    def left(self, address: int) -> None:
        if self._busy:
            self._late.append(address)
            return
        entry = self._entries.pop(address, None)
        if entry is None:
            return
        cells = entry.cells
        following, previous = (self._entry.read(cells.address, name) for name in ("next", "previous"))
        if following:
            self._entry.write(following, "previous", previous)
        if previous:
            self._entry.write(previous, "next", following)
        newest = next(reversed(self._entries.values()), None)
        self._tell(UNREGISTER, cells.address, newest.cells.address if newest else 0)
        free(cells)

    def close(self) -> None:
        """Take back all."""
        with exclusive():
            for address in reversed(list(self._entries)):
                self.left(address)

    def _tell(self, action: int, relevant: int, first: int) -> None:
        for name, value in (("action", action), ("relevant", relevant), ("first", first)):
            self._list.write(self._descriptor, name, value)
        self._changed()


_debugger: list[_Debugger] = []
_made: list[tuple[int, Callable[[], object]]] = []


def debug_map(on: bool = True) -> None:
    """Tell gdb of generated code: its names and its frames, of what there is and what comes.

    `FARCALL_GDB=1` in the environment does it from the start. `debug_map(False)` takes all back. Each piece of code
    costs some microseconds and a kilobyte while this is on, and more under gdb.

        farcall.debug_map()  # then, in gdb: backtrace
    """
    if on and not _debugger:
        _debugger.append(_Debugger())
        code_map.watch(_debugger[0])
    elif not on and _debugger:
        debugger = _debugger.pop()
        code_map.unwatch(debugger)
        debugger.close()


def _interface() -> tuple[int, Callable[[], object]]:
    """The address of the descriptor, and the function to call; made once."""
    if not _made:
        target = host_target()
        descriptor = _struct(DESCRIPTION).image(version=VERSION)
        nothing = Routine(FUNCTION, place(Signature(names.void, ()), target), (Return(None),))
        image = Image(
            target.cpu,
            {FUNCTION: lower(nothing, target, apart=True)},
            {DESCRIPTOR: Datum(descriptor, writable=True)},
            exports={FUNCTION: FUNCTION, DESCRIPTOR: DESCRIPTOR},
        )
        system = running()
        library = system.load_image(image_file(image))
        address = system.library_symbol(library, FUNCTION)
        function = seed.word_function(address, 0)  # by the seed: code may be watched from the first routine on
        seed.hold(function)  # needed to the very end, when code is freed
        _made.append((system.library_symbol(library, DESCRIPTOR), function))
    return _made[0]
