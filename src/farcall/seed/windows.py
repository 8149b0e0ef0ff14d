"""The loader of Windows: what GetProcAddress finds, and the functions of kernel32 by which modules come and go.

A handle is the address at which a module lies. There is no one scope of names: what a process exports is looked for in
Python's own library, the C library that it uses, the system's, the program, and whatever else is loaded, in that order.
"""

from __future__ import annotations

import sys
from functools import lru_cache

from ..record import NamedTuple
from .entry import WORD, at, find_symbol, room, system_words, thing, whole, word, words

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "HEADER", "close_library", "exported", "library_path", "library_symbol", "module_of", "module_paths", "open_library",
    "symbol", "symbol_origin",
]  # fmt: skip

#: The C library of every CPython from 3.5 on (the Universal CRT), and where most of the system's functions are.
C_LIBRARY, SYSTEM = "ucrtbase.dll", "kernel32.dll"
#: Modules are loaded at multiples of this (the allocation granularity), and start with these two bytes.
STEP, MAGIC = 1 << 16, b"MZ"
#: Where a module keeps the offset of its header, and what that starts with ("MS-DOS Stub" and "Signature", PE Format).
HEADER, SIGNATURE = 0x3C, b"PE\0\0"
#: GetModuleHandleEx: the module is named by an address in it; its count is left as it is.
FROM_ADDRESS, UNCHANGED = 4, 2
#: What of a word is a BOOL or a DWORD: the upper half is anything.
DWORD = 0xFFFFFFFF
#: In characters: what most paths fit into, and the longest that there can be.
SHORT, LONGEST = 260, 1 << 15


class _Loader(NamedTuple):
    """The functions of the loader, the program's handle, and the modules that are asked first."""

    load: int
    free: int
    handle_of: int
    path_of: int
    modules: int
    process: int
    last_error: int
    explained: int
    program: int
    first: tuple[int, ...]


@lru_cache(maxsize=1)
def _loader() -> _Loader:
    python: int = getattr(sys, "dllhandle", 0)
    # The module that GetProcAddress itself lies in (kernel32, or kernelbase below it) exports the loader's other functions.
    base = _start(find_symbol, _in(python, b"PyBytes_FromStringAndSize"))
    handle_of = _in(base, b"GetModuleHandleExW")
    program = _handle(handle_of, None)
    first = (python, _handle(handle_of, C_LIBRARY), _handle(handle_of, SYSTEM), base, program)
    return _Loader(
        load=_in(base, b"LoadLibraryExW"),
        free=_in(base, b"FreeLibrary"),
        handle_of=handle_of,
        path_of=_in(base, b"GetModuleFileNameW"),
        modules=_in(base, b"K32EnumProcessModules") or _in(first[2], b"K32EnumProcessModules"),
        process=_in(base, b"GetCurrentProcess"),
        last_error=_in(base, b"GetLastError"),
        explained=_in(python, b"PyErr_SetExcFromWindowsErrWithFilenameObject"),
        program=program,
        first=tuple(handle for handle in first if handle),
    )


def _in(module: int, name: bytes) -> int:
    """What one module exports by a name; 0 if nothing."""
    return system_words(find_symbol, module, at(name)) if module else 0


def _start(address: int, bytes_from: int) -> int:
    """The module that an address belongs to, which lies in one piece: `bytes_from` makes bytes of what can be read."""
    start = address & -STEP
    while True:
        if thing(bytes_from, start, len(MAGIC)) == MAGIC:
            header = int.from_bytes(thing(bytes_from, start + HEADER, 4), sys.byteorder)
            if header < STEP and thing(bytes_from, start + header, len(SIGNATURE)) == SIGNATURE:
                return start
        start -= STEP


def _handle(handle_of: int, name: str | None) -> int:
    """The handle of a module that is there already, which stays; of the program for None; 0 if there is none."""
    found, encoded = room(1), None if name is None else _wide(name, "a module's name")
    known = system_words(handle_of, UNCHANGED, 0 if encoded is None else at(encoded), at(found))
    return word(found, 0) if known & DWORD else 0


def _wide(text: str, what: str) -> bytes:
    """A name as Windows reads it."""
    return whole(text, what).encode("utf-16-le", "surrogatepass") + b"\0\0"


def exported(name: bytes) -> int:
    """A function the running process exports. ImportError where it does not."""
    address = symbol(name.decode())
    if not address:
        raise ImportError(f"this interpreter does not export {name.decode()}, which farcall needs")
    return address


def symbol(name: str) -> int:
    """The address of a symbol that some module of the process exports (CPython's C API, C's), or 0 if none does. Of
    "module!name", that module's."""
    module, mark, plain = name.rpartition("!")
    if mark:
        handle = _handle(_loader().handle_of, module)
        encoded = _encoded(plain)
        return system_words(find_symbol, handle, at(encoded)) if handle else 0
    encoded = _encoded(name)
    for handles in (_loader().first, _modules()):
        for handle in handles:
            address = system_words(find_symbol, handle, at(encoded))
            if address:
                return address
    return 0


def _modules() -> Iterator[int]:
    """The handles of all modules of the process, as they are now."""
    loader, count = _loader(), 256
    while loader.modules:
        found, needed = room(count), room(1)
        if not system_words(loader.modules, system_words(loader.process), at(found), len(found), at(needed)) & DWORD:
            return
        loaded = (word(needed, 0) & DWORD) // WORD
        if loaded <= count:
            yield from [word(found, number) for number in range(loaded)]
            return
        count = loaded + 16


def open_library(path: str | None, flags: int) -> int:
    """LoadLibraryEx: the handle of a library, of the running process for None. OSError with the system's own text.

    `flags` are the `LOAD_*` bits. The handle is to be given to `close_library` once.
    """
    if path is None:
        return _loader().program
    encoded = _wide(path, "a library path")
    return system_words(_loader().load, at(encoded), 0, flags) or _refused(path)


def library_symbol(handle: int, name: str) -> int:
    """GetProcAddress: the address of a symbol that a library exports, of the process for the program's handle; 0 if there
    is none. "#12" is what has the ordinal 12."""
    if handle == _loader().program:
        return symbol(name)
    if name[:1] == "#" and name[1:].isdecimal():
        number = int(name[1:])
        return system_words(find_symbol, handle, number) if 0 < number < STEP else 0
    encoded = _encoded(name)
    return system_words(find_symbol, handle, at(encoded))


def close_library(handle: int) -> None:
    """FreeLibrary: gives the handle back. OSError with the system's own text."""
    loader = _loader()
    if handle != loader.program and not system_words(loader.free, handle) & DWORD:
        _refused(None)


def library_path(handle: int) -> str:
    """The file a library was loaded from; "" for the program's own or when unknown."""
    return "" if handle == _loader().program else _path(handle)


def _path(handle: int) -> str:
    size = SHORT
    while True:
        found = bytes(2 * size)
        length = system_words(_loader().path_of, handle, at(found), size) & DWORD
        if length < size or size >= LONGEST:
            return found[: 2 * length].decode("utf-16-le", "surrogatepass")
        size = min(4 * size, LONGEST)


def module_of(address: int) -> tuple[str, int]:
    """The file of the module that an address belongs to, and the module's handle; ("", 0) where there is none."""
    found = room(1)
    if not system_words(_loader().handle_of, FROM_ADDRESS | UNCHANGED, address, at(found)) & DWORD:
        return ("", 0)
    return (_path(word(found, 0)), word(found, 0))


def module_paths() -> list[str]:
    """The files of all modules of the process, in the order in which they are asked for symbols."""
    return [_path(handle) for handle in dict.fromkeys((*_loader().first, *_modules()))]


def symbol_origin(address: int) -> tuple[str, str]:
    """The file that an address belongs to; which symbol it is, the loader does not tell. ("", "") where unknown."""
    return (module_of(address)[0], "")


def _refused(path: str | None) -> int:
    """Raises what the system says of its last error."""
    loader = _loader()
    number = system_words(loader.last_error) & DWORD
    words(loader.explained, id(OSError), number, 0 if path is None else id(path))
    raise OSError(f"error {number} of the loader")


def _encoded(name: str) -> bytes:
    """The bytes of a symbol's name."""
    return whole(name, "a symbol").encode("utf-8", "surrogateescape")
