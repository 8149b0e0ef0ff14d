"""What a process has bound, to be left behind for the next when it ends."""

from __future__ import annotations

import atexit
import os
from importlib import import_module

from .early import ROOT, images

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .image import Image

__all__ = ["Note", "missing", "take"]

#: What makes images.
LEAVING = f"{ROOT}.build.leaving"
#: The most functions of a process, which are as many as the files of a library can have; and how often the same one counts.
MOST, COPIES = 1024, 4


class Note:
    """A function that was bound: the library as it was asked for, its file, the declaration, and what was made of these."""

    __slots__ = ("document", "function", "gil", "library", "name", "path", "text")

    def __init__(self, library: str, path: str, text: str, gil: str, name: str, function: Any, document: bytes) -> None:
        self.library, self.path, self.text, self.gil = library, path, text, gil
        self.name, self.function, self.document = name, function, document


_notes: list[Note] = []
_process: list[int] = []  # which one has taken notes first
_counts: dict[tuple[str, str, str], int] = {}


def take(library: str, path: str, text: str, gil: str, name: str, function: Any, document: bytes) -> None:
    """Note a function: see `cache.note`."""
    if not _process:
        _process.append(os.getpid())
        atexit.register(_leave)
    if len(_notes) >= MOST or not path or ("/" in library and not os.path.isabs(library)):
        return
    count = _counts.get((library, text, gil), 0)
    if count < COPIES:
        _counts[library, text, gil] = count + 1
        _notes.append(Note(library, path, text, gil, name, function, document))


def _leave() -> None:
    """Leave images of what was bound and is in none; another process's is that one's."""
    if [os.getpid()] != _process:
        return
    fresh = missing(_notes, lambda one: [image for image in images(one.library) if image.is_of(one.path)])
    if fresh:
        import_module(LEAVING).leave(fresh)


def missing(notes: Iterable[Note], had: Callable[[Note], Iterable[Image]]) -> list[Note]:
    """Those that images lack, as often as each was bound. `had` gives the images of a note's library, as that is now."""
    copies: dict[tuple[str, str, str], int] = {}
    fresh = []
    for one in notes:
        key = one.library, one.text, one.gil
        if key not in copies:
            copies[key] = sum(image.copies(one.text, one.gil) for image in had(one))
        copies[key] -= 1
        if copies[key] < 0 and one.document:
            fresh.append(one)
    return fresh
