"""Libraries and functions that were opened before the rest of farcall was loaded; and when it is loaded, what becomes of them."""

from __future__ import annotations

import os
import sys
from _thread import RLock
from _weakref import ref

from farcall import seed

from .declared import key_of, named, state_of
from .image import Entry, Image, load
from .owner import Bound
from .place import FLAGS, directory, files, intact, private

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import BuiltinFunctionType
    from typing import Any, Protocol

    class Library(Protocol):
        """What `farcall.Library` is here."""

        def _wake(self) -> None: ...


__all__ = ["Early", "EarlyDeclared", "EarlyLibrary", "awake", "images", "opened"]

#: The package, and the first of its rooms that knows of Python's objects: once it is there, values and closures may be.
ROOT = __name__.partition(".")[0]
AFTER = f"{ROOT}.cpython"
#: Where what generated code asks Python for is named, and what it asks for before anything is loaded.
DESCRIPTION = f"{ROOT}.cpython.callable.function"
BY_NAME = f"{ROOT}.cpython.callable.by_name"
TABLE, ASKED = f"{ROOT}.cpython.link.table", ("refuse", "count", "convert", "real", "truth", "note_ndarray")
POLICIES = ("release", "hold")

#: The lock of each process: in a child of a fork, a thread that is not there any more could have its parent's.
_locks: dict[int, RLock] = {}
#: The images of this process, by library; libraries that were opened early.
_images: dict[str, list[Image]] = {}
_libraries: list[ref[Library]] = []
#: Where images are, once it is known: "" where there are none.
_place: list[str] = []


class EarlyLibrary:
    """An open library of which there are images: its handle, and the functions that were bound. `acts` is what was declared:
    it is read when the rest is loaded, and then in `results`, one after the other; `state` tells it from other declarations.
    `attributes` are functions that were bound by their names."""

    __slots__ = ("acts", "attributes", "functions", "gil", "handle", "images", "key", "name", "results", "state")

    def __init__(self, name: str, gil: str, found: list[Image], handle: int) -> None:
        self.name, self.gil, self.images, self.handle = name, gil, found, handle
        self.functions: list[Early] = []  # held: garbage has no weak references any more when finalizers call it
        self.key = self.state = ""
        self.acts: list[tuple[object, Mapping[str, Any]]] = []
        self.results: list[object] = []
        self.attributes: dict[str, BuiltinFunctionType] = {}

    def cdef(self, library: Library, text: object, headers: Mapping[str, Any]) -> EarlyDeclared | None:
        """What stands for what a text or headers declare; None where no image knows that it can be read, in the state that the
        headers are in now, or where it may declare anew what is bound already."""
        if (type(text) is str) is bool(headers):
            return None
        with _lock():
            key = "" if AFTER in sys.modules or self.functions else key_of(self.key, text, headers)
            candidates = [one for image in self.images for one in image.declared.get(key, ())] if key else []
            state = next((state for paths, state in candidates if state_of(key, paths) == state), "")
            if not state:
                return None
            self.key, self.state = key, state
            self.acts.append((text, headers))
            return EarlyDeclared(library, self, len(self.acts) - 1)

    def attribute(self, library: Library, name: str) -> tuple[Any] | None:
        """What a name is, of those that were declared: a function, or a constant; None where no image has it."""
        if not self.state:
            return None
        key = named(name, self.state)
        for image in self.images:
            if key in image.values:
                return (image.values[key],)
        with _lock():
            made = self.attributes.get(name) or self.function(library, name, self.gil)
            if made is None:
                return None
            self.attributes[name] = vars(library)[name] = made
            return (made,)

    def function(self, library: Library, text: object, gil: str) -> BuiltinFunctionType | None:
        """The builtin for a function that a text declares; None for one that there is no code of, or where all else is loaded
        already."""
        if type(text) is not str:
            return None
        if self.state or text.isidentifier():  # of what is declared
            text = named(text, self.state)
        with _lock():  # under which functions become what they are to be, when the rest is there
            entry = None if AFTER in sys.modules else self._entry(text, gil)
            address = seed.library_symbol(self.handle, entry.symbol) if entry is not None else 0
            if entry is None or not address:
                return None
            sys.audit("farcall.bind", entry.symbol, address)
            made = Early()
            made.name, made.library, made.slot, made.address, made.gil = entry.symbol, library, entry, address, gil
            entry.fill({"target": address, "self": id(made)})
            self.functions.append(made)
            function = seed.make_builtin(entry.method, made, "farcall")
            entry.image.take_names(function, entry.convention, id(_call_named))
            return function

    def alive(self) -> list[Early]:
        """The functions that are not yet what they are to be."""
        return [one for one in self.functions if type(one) is Early]

    def end(self) -> None:
        """All are."""
        self.functions.clear()

    def _entry(self, text: str, gil: str) -> Entry | None:
        for image in self.images:
            found = image.entries.get((text, gil))
            if found:
                return found.pop()  # a function has code of its own
        return None


class EarlyDeclared:
    """What `cdef` returns before anything is read: it reads when it is asked."""

    __slots__ = ("_early", "_library", "_number")

    def __init__(self, library: Library, early: EarlyLibrary, number: int) -> None:
        self._library, self._early, self._number = library, early, number

    def _read(self) -> Any:
        awake()
        self._library._wake()
        return self._early.results[self._number]

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(self._read())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._read(), name)

    def __getitem__(self, index: Any) -> Any:
        return self._read()[index]

    def __iter__(self) -> Any:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __eq__(self, other: object) -> Any:
        return self._read() == other

    def __hash__(self) -> int:
        return hash(self._read())

    def __repr__(self) -> str:
        return repr(self._read())

    def __dir__(self) -> list[str]:
        return dir(self._read())

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._read().__reduce_ex__(protocol)


class Early(Bound):
    """What a function is before there are descriptions. It becomes one when anything is asked of it."""

    #: As of a description: CPython names functions by it.
    __qualname__ = "function"
    __slots__ = ()

    name: str
    library: Library
    slot: Entry
    address: int
    gil: str

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        described: type = _module(DESCRIPTION).Description
        return described

    def __getattr__(self, name: str) -> Any:
        _woken(self)
        return getattr(self, name)

    def __repr__(self) -> str:
        _woken(self)
        return repr(self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        _woken(self)
        return self.__reduce_ex__(protocol)


Early.__name__ = "Description"  # which builtins show; its own would be there until the function is woken


def _module(name: str) -> Any:
    """A module, loaded where it is not: `importlib` would be loaded for it."""
    __import__(name)
    return sys.modules[name]


def _lock() -> RLock:
    return _locks.setdefault(os.getpid(), RLock())


def _woken(function: Early) -> None:
    """Have it be a description. ImportError where farcall cannot be loaded any more."""
    awake()
    if type(function) is Early:
        with _lock():
            function.library._wake()
    if type(function) is Early:
        raise ImportError(f"{function.name}: farcall can no longer be loaded")


def opened(library: Library, name: object, gil: object) -> EarlyLibrary | None:
    """A library, as far as images have what is asked of it; None where everything has to be loaded for it. Raises an auditing
    event `farcall.open` with the name."""
    if type(name) is not str or gil not in POLICIES or AFTER in sys.modules:
        return None
    found = images(name)
    if not found:
        return None
    sys.audit("farcall.open", name)
    try:
        handle = seed.open_library(found[0].opened, FLAGS)
    except OSError:
        return None
    path = seed.library_path(handle)
    fit = [image for image in found if image.is_of(path)]
    if not fit:
        seed.close_library(handle)
        return None
    assert isinstance(gil, str)
    _libraries.append(ref(library))
    return EarlyLibrary(name, gil, fit, handle)


def images(name: str) -> list[Image]:
    """The images of a library that fit this process, which wants some (`place.wanted`); loaded once."""
    found = _images.get(name)
    if found is None:
        with _lock():
            found = _images.get(name)
            if found is None:
                found = _images[name] = [*_loaded(name)]
    return found


def _loaded(name: str) -> list[Image]:
    if not _place:
        place = directory()
        _place.append(private(place) if place else "")
    made = []
    if _place[0]:
        for path in files(_place[0], name):
            image = load(path) if intact(path) else None
            if image is not None and image.library == name:
                image.fill({f"python:{asked}": id(ask) for asked, ask in _ASK.items()})
                made.append(image)
    return made


def awake() -> None:
    """Have every early library and function become what they are when all of farcall is loaded. Does nothing where there are
    none."""
    if not _libraries:
        return
    with _lock():
        for library in [made() for made in _libraries]:
            if library is not None:
                library._wake()
        _libraries.clear()


def _call_named(*arguments: Any) -> Any:
    """What calls with named arguments come to: see `cpython.callable.by_name`."""
    return _module(BY_NAME).call_named(*arguments)


def _asking(name: str) -> Callable[..., Any]:
    """What generated code calls for help before there is any."""

    def ask(*arguments: Any) -> Any:
        awake()
        table = _module(TABLE)
        return table.late(table.PYTHON[name])(*arguments)

    return ask


_ASK = {name: _asking(name) for name in ASKED}
for _kept in (*_ASK.values(), _call_named):
    seed.hold(_kept)  # for good: finalizers may call when this module is gone
