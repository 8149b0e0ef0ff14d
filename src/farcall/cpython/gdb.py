"""Frames and names for gdb, through its interface for compilers at run time ("JIT Compilation Interface").

gdb does not ask libgcc. It looks for two symbols in the loaded libraries: a descriptor, which is the head of a list
of symbol files in memory, and a function, which is called whenever the list has changed and where gdb has a
breakpoint. No library here has them, so one is made, byte by byte, and loaded.
"""

from __future__ import annotations

import os
from struct import pack
from types import BuiltinFunctionType
from typing import NamedTuple

from .. import seed
from ..convention import Signature, place
from ..ctype import Function, names
from ..lower import lower
from ..lower.elf import shared_object, symbol_file
from ..lower.frames import eh_frame
from ..memory import exclusive
from ..recipe.step import Return, Routine
from . import atlas
from .cell import Cells, allocate, free
from .host import host_target

__all__ = ["debug_map"]

FUNCTION, DESCRIPTOR = "__jit_debug_register_code", "__jit_debug_descriptor"
#: struct jit_descriptor: version, action, the entry it is about, the first entry.
VERSION, ACTION, RELEVANT, FIRST, DESCRIPTOR_SIZE = 1, 4, 8, 16, 24
REGISTER, UNREGISTER = 1, 2
#: struct jit_code_entry: next, previous, the symbol file's address and size.
NEXT, PREVIOUS, FILE, FILE_SIZE, ENTRY_SIZE = 0, 8, 16, 24, 32
MFD_CLOEXEC = 1


class _Entry(NamedTuple):
    """An entry of the list, and the symbol file it points to."""

    cells: Cells
    file: bytes


class _Debugger:
    """The list that gdb reads; all of it changes under the memory's lock."""

    def __init__(self) -> None:
        self._descriptor, self._changed = _interface()
        self._entries: dict[int, _Entry] = {}  # by the address of the code, the newest last
        self._busy = False
        self._late: list[int] = []  # freed by a finalizer while the list was being changed

    def came(self, address: int, name: str, layout: atlas.Layout) -> None:
        if address in self._entries:  # told twice: by the start of watching, and when it came
            return
        frames = eh_frame(layout.cpu, layout.unwind, address, layout.size)
        file = symbol_file(layout.cpu, f"farcall:{name}", address, layout.size, frames)
        cells = allocate(ENTRY_SIZE)
        with exclusive():
            self._busy = True
            first = next(reversed(self._entries.values()), None)
            cells.put(0, pack("<QQQQ", first.cells.address if first else 0, 0, seed.address_of(file), len(file)))
            if first:
                first.cells.put_word(PREVIOUS, cells.address)
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
        following, previous = cells.word(NEXT), cells.word(PREVIOUS)
        if following:
            seed.write(following + PREVIOUS, pack("<Q", previous))
        if previous:
            seed.write(previous + NEXT, pack("<Q", following))
        newest = next(reversed(self._entries.values()), None)
        self._tell(UNREGISTER, cells.address, newest.cells.address if newest else 0)
        free(cells)

    def close(self) -> None:
        """Take back all."""
        with exclusive():
            for address in reversed(list(self._entries)):
                self.left(address)

    def _tell(self, action: int, relevant: int, first: int) -> None:
        seed.write(self._descriptor + ACTION, pack("<IQQ", action, relevant, first))
        self._changed()


_debugger: list[_Debugger] = []
_made: list[tuple[int, BuiltinFunctionType]] = []


def debug_map(on: bool = True) -> None:
    """Tell gdb of generated code: its names and its frames, of what there is and what comes.

    `FARCALL_GDB=1` in the environment does it from the start. `debug_map(False)` takes all back. Each piece of code
    costs some microseconds and a kilobyte while this is on, and more under gdb.
    """
    if on and not _debugger:
        _debugger.append(_Debugger())
        atlas.watch(_debugger[0])
    elif not on and _debugger:
        debugger = _debugger.pop()
        atlas.unwatch(debugger)
        debugger.close()


def _interface() -> tuple[int, BuiltinFunctionType]:
    """The address of the descriptor, and the function to call; made once."""
    if not _made:
        from . import marshal as _marshal  # noqa: F401  (generated code calls it)
        from .function import bind

        target = host_target()
        descriptor = pack("<IIQQ", VERSION, 0, 0, 0)
        nothing = lower(Routine("nothing", place(Signature(names.void, ()), target), (Return(None),)), target)
        image = shared_object(target.cpu, nothing.data, FUNCTION, descriptor, DESCRIPTOR)
        file = os.memfd_create("farcall-gdb", MFD_CLOEXEC)  # stays open: gdb opens it by its name
        os.write(file, image)
        library = seed.open_library(f"/proc/{os.getpid()}/fd/{file}", os.RTLD_NOW)
        address = seed.library_symbol(library, FUNCTION)
        function = bind(FUNCTION, Function(names.void, ()), address, gil="hold")
        seed.hold(function)  # needed to the very end, when code is freed
        _made.append((seed.library_symbol(library, DESCRIPTOR), function))
    return _made[0]
