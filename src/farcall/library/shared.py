"""An open shared library: a handle of the dynamic linker, and what can be said about its symbols."""

from __future__ import annotations

import os
import sys

from farcall import seed
from farcall.errors import LibraryClosedError, LibraryError, SymbolError
from farcall.system import running

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Literal

    from farcall.system.interface import Exported, LibraryFile

    Kind = Literal["function", "variable"]

__all__ = ["SharedObject"]

PROCESS = "the running process"
MOST_SIMILAR = 5
C_INT = 31  # bits of a positive one


class SharedObject:
    """A shared library opened by path, file name ("libz.so.1") or short name ("z"), or the process for None.

    A path is what has a slash in it, or any `os.PathLike`. `flags` are those of the system's linker, the `os.RTLD_*` bits; None is
    its usual way: all names resolved at once and kept to the library.
    LibraryError says what was tried, and similar names. The library stays open until `close()`, also when
    this object is dropped: addresses from it may be in use where Python does not see it. Raises an auditing event
    `farcall.open` with the name.
    """

    __slots__ = ("__weakref__", "_files", "_handle", "_known", "_thread_local", "name", "path")

    name: str  # what it was opened by
    path: str  # the absolute path of the loaded file, "" for the process and where unknown

    def __init__(self, name: str | os.PathLike[str] | None, flags: int | None = None) -> None:
        system = running()
        flags = system.open_flags if flags is None else _checked_flags(flags)
        self._handle = 0
        self._files: dict[str, LibraryFile | None] = {}
        self._known: dict[tuple[str, Kind], int] = {}
        self._thread_local: set[str] = set()  # variables that are looked up each time
        if name is None:
            self.name = PROCESS
            sys.audit("farcall.open", None)
            self._handle = system.open_library(None, flags)
            self.path = ""
            return
        self.name = _checked_name(name)
        sys.audit("farcall.open", self.name)
        self._handle = _open(self.name, flags)
        loaded = system.library_path(self._handle)
        self.path = os.path.abspath(loaded) if loaded else ""

    @property
    def handle(self) -> int:
        """The dynamic linker's handle. LibraryClosedError after `close()`."""
        if not self._handle:
            raise LibraryClosedError(f"{self.name} is closed")
        return self._handle

    @property
    def c_library(self) -> str:
        """Whose errno its functions set, where a process may have several C libraries; "" for the one that Python uses."""
        return running().c_library(self.path) if self.path else ""

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return not self._handle

    def address(self, symbol: str, kind: Kind | None = None) -> int:
        """The address of a symbol of this library, or of one it needs.

        A variable that the main program has taken over (a copy relocation) is the one that all C code uses, the
        program's. With `kind` given, SymbolError also if the symbol is known to be the other kind: data called as a
        function crashes, and a function read as a variable yields its code. SymbolError with similar names
        if there is no such symbol, LibraryClosedError after `close()`.

        The address of a thread-local variable is that of the calling thread's, and lasts as long as the thread.
        """
        known = self._known.get((symbol, kind)) if kind is not None and self._handle else None
        if known is not None:
            return known
        handle = self.handle
        if not isinstance(symbol, str):
            raise TypeError(f"a symbol is a str, not {type(symbol).__name__}")
        if not symbol or "\0" in symbol:
            raise ValueError(f"a symbol is neither empty nor contains a NUL: {symbol!r}")
        address = running().library_symbol(handle, symbol)
        if not address:
            raise self._missing(symbol)
        if kind is None or symbol in self._thread_local:
            return address
        found = self._described(symbol, address)
        if found is not None:
            self._check_kind(symbol, found, kind)
            if found.is_thread_local:
                self._thread_local.add(symbol)
                return address
        elif not running().symbol_origin(address)[0]:  # in no file that is loaded: in the thread's own memory
            if kind == "function":
                raise SymbolError(f"{symbol!r} of {self.name} is thread-local data, not a function")
            return address
        if kind == "variable":
            address = self._taken_over(symbol, address)
        self._known[symbol, kind] = address  # a symbol of an open library stays where it is
        return address

    def stays(self, symbol: str) -> bool:
        """Whether a variable that was looked up lies where it does as long as the library is open: a thread's own does
        not."""
        return (symbol, "variable") in self._known

    def size(self, symbol: str) -> int:
        """How many bytes the library says that a symbol has; 0 where its file does not tell. SymbolError and
        LibraryClosedError as for `address`."""
        found = self._described(symbol, self.address(symbol))
        return found.size if found else 0

    def symbols(self) -> list[Exported]:
        """What the library itself exports, by name, default versions only; empty if its file is unreadable.

        For the running process: what the main program, the C library and Python export.
        """
        self.handle  # noqa: B018 - raises when closed
        found: dict[str, Exported] = {}
        for path in [self.path] if self.path else running().process_files():
            file = self._file(path)
            for symbol in file.symbols() if file else ():
                if symbol.default:
                    found.setdefault(symbol.name, symbol)
        return [found[name] for name in sorted(found)]

    def close(self) -> None:
        """Gives the library back to the linker, which unloads it when nobody else has it open. Repeatable."""
        handle, self._handle = self._handle, 0
        if handle:
            running().close_library(handle)

    def __enter__(self) -> SharedObject:
        self.handle  # noqa: B018 - raises when closed
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        place = f" at {self.path!r}" if self.path and self.path != self.name else ""
        name = self.name if self.name == PROCESS else repr(self.name)
        return f"<SharedObject {name}{place}{', closed' if self.closed else ''}>"

    # What the files say

    def _check_kind(self, symbol: str, found: Exported, kind: Kind) -> None:
        if kind == "function" and found.is_variable:
            size = f" of {found.size} bytes" if found.size else ""
            what = "thread-local data" if found.is_thread_local else "data"
            raise SymbolError(f"{symbol!r} of {self.name} is {what}{size}, not a function")
        if kind == "variable" and found.is_function:
            raise SymbolError(f"{symbol!r} of {self.name} is a function, not a variable")

    def _described(self, symbol: str, address: int) -> Exported | None:
        """The symbol's entry in the file that defines it, None where that is not known."""
        own = self._file(self.path) if self.path else None
        found = own.lookup(symbol) if own else None
        if found is None or found.is_forwarded:
            origin, nearest = running().symbol_origin(address)
            # The linker knows the main program by what it was called, which need not be a path.
            file = self._file(origin if running().is_path(origin) else running().program()) if origin else None
            if found is not None:  # which is called something else there
                return (file.lookup(nearest) if file else None) or found
            found = file.lookup(symbol) if file else None
            if file and found is None:
                # A program that is not position-independent lends its own address to a function it only calls.
                files = map(self._file, running().process_files())
                found = next((entry for file in files if file and (entry := file.lookup(symbol))), None)
        return found

    def _taken_over(self, symbol: str, address: int) -> int:
        """Where a variable at `address` in this library really is."""
        place = seed.symbol(symbol)
        origin = running().symbol_origin(place)[0] if place not in (0, address) else ""
        program = self._file(origin if running().is_path(origin) else running().program()) if origin else None
        found = program.lookup(symbol) if program else None
        if program is None or found is None or found.value not in program.copies:
            return address
        # The program names one of the names that the variable has in its library, `environ` being `__environ` too.
        return place if running().library_symbol(self.handle, program.copies[found.value]) == address else address

    def _file(self, path: str) -> LibraryFile | None:
        if path not in self._files:
            try:
                self._files[path] = running().library_file(path)
            except (
                OSError,
                ValueError,
            ):  # loaded from memory, deleted or replaced since: then it says nothing
                self._files[path] = None
        return self._files[path]

    def _missing(self, symbol: str) -> SymbolError:
        """The error for a symbol that is not there; similar names are looked for when it is shown."""
        message = f"{self.name} has no symbol {symbol!r}"
        bare, mark, _ = symbol.partition("@")
        if mark and bare and running().library_symbol(self.handle, bare):
            return SymbolError(f"{message}; what is behind '@' is not part of the name: ask for {bare!r}")
        return SymbolError(message, similar=lambda: self._similar(symbol))

    def _similar(self, symbol: str) -> str:
        """The end of a message: a C++ symbol of that name, or similar names."""
        names = [found.name for found in self.symbols()]
        mangled = [name for name in names if name.startswith(f"_Z{len(symbol)}{symbol}")]  # C++: Itanium ABI 5.1
        if mangled:
            return f"; it is C++, exported as {', '.join(mangled[:MOST_SIMILAR])}"
        from difflib import get_close_matches  # for an error only

        similar = get_close_matches(symbol, names, MOST_SIMILAR, 0.7)
        return f"; similar names: {', '.join(similar)}" if similar else ""


def _checked_flags(flags: int) -> int:
    if not isinstance(flags, int) or isinstance(flags, bool):
        raise TypeError(f"mode must be an int, flags of the system's linker, not {type(flags).__name__}")
    if not 0 <= flags < 1 << C_INT:
        raise ValueError(f"mode must be flags of the system's linker, not {flags}")
    return flags


def _checked_name(name: str | os.PathLike[str]) -> str:
    text = os.fspath(name) if isinstance(name, (str, os.PathLike)) else None
    if not isinstance(text, str):
        raise TypeError(f"a library is named by a str, an os.PathLike of str or None, not {type(name).__name__}")
    if not text:
        raise ValueError("a library's name cannot be empty; None opens the running process")
    if "\0" in text:
        raise ValueError(f"a library's name cannot contain a NUL: {text!r}")
    if not isinstance(name, str) and not running().is_path(text):
        return os.path.join(os.curdir, text)  # a path object says that it is a path
    return text


def _open(name: str, flags: int) -> int:
    """The handle for a name. LibraryError with every attempt."""
    system = running()

    if not name.strip("./") or (system.is_path(name) and os.path.isdir(name)):
        raise LibraryError(f"{name!r} is a directory, not a library")
    tried: list[str] = []
    seen: set[str] = set()
    sources = [system.candidates(name)]
    while sources:
        candidate = next(sources[-1], "")
        if not candidate:
            sources.pop()
        elif candidate not in seen:
            seen.add(candidate)
            try:
                return system.open_library(candidate, flags)
            except OSError as error:
                tried.append(str(error) if candidate in str(error) else f"{candidate}: {error}")
            if system.is_path(candidate):
                # The first library a linker script names is the one meant; the others are what it needs.
                sources.extend(system.candidates(target) for target in system.redirections(candidate)[:1])
    lines = [f"no library {name!r} could be opened; tried:", *(f"    {line}" for line in tried)]
    similar = [known for known in system.similar_libraries(name) if known not in seen]
    if similar:
        lines.append(f"similar names: {', '.join(similar)}")
    here = [file for file in (name, *seen) if not system.is_path(file) and os.path.isfile(file)]
    if here and not system.is_path(name):
        lines.append(f"a file of this name is in the current directory, which is not searched: say './{here[0]}'")
    elif not similar and not system.is_path(name):
        lines.append("it may not be installed; else give the path of its file")
    raise LibraryError("\n".join(lines))
