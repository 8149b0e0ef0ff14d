"""An image in this process: the functions that it has code of, and the cells by which their code knows the process."""

from __future__ import annotations

import marshal
import os
import sys

from farcall import seed

from .declared import BEHIND
from .place import FLAGS, identity, state_of_sources

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

__all__ = ["EXPORT", "LEADS", "Entry", "Image", "load"]

#: The symbol of an image: a table of words, which are the address of its index and that one's size, that of the cells which
#: all its code shares, and of each function that of its own cells and of its PyMethodDef; then, of each way in which builtins
#: are called, the same of what takes names, and where its code is.
EXPORT = "farcall_start"
FIRST, EACH = 3, 2
#: The link to the word that says where a function's code is.
LEADS = "leads"
WORD = tuple.__itemsize__


class Image:
    """What one file has. `library` is what the library is opened by, `path` the file that this was, `identity` what tells
    that file from others; `entries` has the functions that are still to be had, by their text and policy for the GIL, `values`
    constants by their text, `declared`, by key, the files that declarations were read from and the state of these."""

    __slots__ = (
        "_copies",
        "called",
        "declared",
        "entries",
        "identity",
        "library",
        "named",
        "opened",
        "path",
        "shared",
        "shared_names",
        "values",
    )

    def __init__(self, index: Mapping[str, Any], words: list[int]) -> None:
        self.library, self.opened = index["library"], index["opened"]
        self.path, self.identity = index["path"], tuple(index["identity"])
        self.shared, self.shared_names = words[0], index["shared"]
        self.entries: dict[tuple[str, str], list[Entry]] = {}
        rows = [words[at : at + EACH] for at in range(1, len(words), EACH)]
        for (text, gil, symbol, convention, own), (cells, method) in zip(index["entries"], rows, strict=False):
            entry = Entry(self, symbol, text, convention, own, cells, method)
            self.entries.setdefault((text, gil), []).append(entry)
        self.called, named = index["called"], rows[len(index["entries"]) :]
        self.named = {way: (own, *row) for (way, own), row in zip(index["named"].items(), named, strict=True)}
        self._copies = {key: len(found) for key, found in self.entries.items()}
        self._copies.update(dict.fromkeys(index["unfit"], sys.maxsize))
        self.values: dict[str, Any] = index["values"]
        self.declared: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for text, value in self.values.items():
            self._copies[text, ""] = sys.maxsize
            name, _, state = text.partition(BEHIND)
            if not name:
                self.declared.setdefault(value[0], []).append((value[1], state))

    def is_of(self, path: str) -> bool:
        """Whether this was made of a library's file, as it is now."""
        return os.path.abspath(path) == self.path and identity(path) == self.identity

    def copies(self, text: str, gil: str) -> int:
        """How often a function can be had from here in a process; more than ever where it is known that it cannot be."""
        return self._copies.get((text, gil), 0)

    def take_names(self, function: object, convention: int, call: int) -> None:
        """Have a builtin, which is called by such a convention, take arguments by name: the Python function at `call` does."""
        if self.called:
            place = id(function) + self.called
            own, cells, code = self.named[convention]
            (target,) = _words(place, 1)
            _fill(cells, own, {"target": target, "function": call})
            _put(place, code)

    def fill(self, names: Mapping[str, int]) -> None:
        """Have the code that all functions share know these addresses, by their links."""
        _fill(self.shared, self.shared_names, names)


class Entry:
    """The code of one function: the symbol that it calls, the declaration, and where its own cells and its PyMethodDef are."""

    __slots__ = ("cells", "convention", "image", "method", "own", "symbol", "text")

    def __init__(
        self,
        image: Image,
        symbol: str,
        text: str,
        convention: int,
        own: tuple[str, ...],
        cells: int,
        method: int,
    ) -> None:
        self.image, self.symbol, self.text = image, symbol, text
        self.convention, self.own, self.cells, self.method = convention, own, cells, method

    def free(self) -> None:
        """Nothing: the code stays as long as the process."""

    def leads(self) -> int:
        """Where the word is that says where the code is."""
        return _words(self.cells + self.own.index(LEADS) * WORD, 1)[0]

    def fill(self, own: Mapping[str, int]) -> None:
        """Have the code know the addresses of its own, by their links."""
        _fill(self.cells, self.own, own)


def _fill(cells: int, links: Iterable[str], addresses: Mapping[str, int]) -> None:
    """Write cells of these links, as far as there are addresses for them."""
    for number, link in enumerate(links):
        if link in addresses:
            _put(cells + number * WORD, addresses[link])


def _put(place: int, address: int) -> None:
    seed.write(place, address.to_bytes(WORD, sys.byteorder))


def load(path: str) -> Image | None:
    """The image in a file that is trusted, mapped for good; None where the dynamic linker does not take it, or farcall's sources
    are no longer as they were."""
    try:
        handle = seed.open_library(path, FLAGS)
    except OSError:
        return None
    table = seed.library_symbol(handle, EXPORT)
    index = marshal.loads(seed.read(*_words(table, 2))) if table else None
    if not index or state_of_sources(index["sources"]) != index["state"]:
        seed.close_library(handle)
        return None
    count = FIRST + EACH * (len(index["entries"]) + len(index["named"]))
    return Image(index, _words(table, count)[2:])


def _words(place: int, count: int) -> list[int]:
    data = seed.read(place, count * WORD)
    return [int.from_bytes(data[at : at + WORD], sys.byteorder) for at in range(0, len(data), WORD)]
