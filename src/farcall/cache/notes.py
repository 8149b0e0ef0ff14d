"""What a process has bound, to be left behind for the next when it ends."""

from __future__ import annotations

import atexit
import os
import time
from importlib import import_module

from .early import ROOT, images

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .image import Image

__all__ = ["Note", "keep", "missing", "take"]

#: What makes images.
LEAVING = f"{ROOT}.build.leaving"
#: The most functions and constants of a process; and how often the same one counts.
MOST, COPIES = 4096, 4


class Note:
    """A function that was bound: the library as it was asked for, its file, the declaration, and what was made of these. Or a
    value, for which there is a text, and no function."""

    __slots__ = ("document", "function", "gil", "library", "name", "path", "text", "value")

    def __init__(
        self, library: str, path: str, text: str, gil: str, name: str, function: Any, document: bytes, value: Any = None
    ) -> None:
        self.library, self.path, self.text, self.gil = library, path, text, gil
        self.name, self.function, self.document, self.value = name, function, document, value

    @property
    def is_fresh(self) -> bool:
        """Whether it came from no image."""
        return bool(self.document) or self.function is None


_notes: list[Note] = []
_process: list[int] = []  # which one has taken notes first, and when: nanoseconds of the clock
_counts: dict[tuple[str, str, str], int] = {}


def take(library: str, path: str, text: str, gil: str, name: str, function: Any, document: bytes) -> None:
    """Note a function: see `cache.note`."""
    _take(Note(library, path, text, gil, name, function, document), COPIES)


def keep(library: str, path: str, text: str, value: Any) -> None:
    """Note a value: see `cache.keep`."""
    _take(Note(library, path, text, "", "", None, b"", value), 1)


def _take(one: Note, most: int) -> None:
    if not _process:
        _process.extend((os.getpid(), time.time_ns()))
        atexit.register(_leave)
    if len(_notes) >= MOST or not one.path or ("/" in one.library and not os.path.isabs(one.library)):
        return
    key = one.library, one.text, one.gil
    count = _counts.get(key, 0)
    if count < most:
        _counts[key] = count + 1
        _notes.append(one)


def _leave() -> None:
    """Leave images of what was bound and is in none; another process's is that one's."""
    process, since = _process
    if os.getpid() != process:
        return
    fresh = missing(_notes, lambda one: [image for image in images(one.library) if image.is_of(one.path)])
    if fresh:
        import_module(LEAVING).leave(fresh, since)


def missing(notes: Iterable[Note], had: Callable[[Note], Iterable[Image]]) -> list[Note]:
    """Those that images lack, as often as each was bound. `had` gives the images of a note's library, as that is now."""
    copies: dict[tuple[str, str, str], int] = {}
    fresh = []
    for one in notes:
        key = one.library, one.text, one.gil
        if key not in copies:
            copies[key] = sum(image.copies(one.text, one.gil) for image in had(one))
        copies[key] -= 1
        if copies[key] < 0 and one.is_fresh:
            fresh.append(one)
    return fresh
