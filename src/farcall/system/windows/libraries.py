"""Opening libraries: the loader through the seed, images, and what files say."""

from __future__ import annotations

import os
import re

from ... import seed
from ...seed.windows import module_of, module_paths
from ..pe import PeFile
from .search import is_path

__all__ = [
    "c_library", "library_file", "load_image", "open_library", "process_files", "redirections", "symbol_origin",
]  # fmt: skip

#: C runtimes beside the Universal one: Windows' old one, which MinGW uses, and those of Visual C++ up to 2013.
RUNTIME = re.compile(r"msvcr(?:t|\d+)d?\.dll")
#: LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR: what a library needs is looked for beside it too. Only with a whole path.
BESIDE = 0x100
#: Of the flags, those that say where to search at all.
SEARCHES = 0x1F00


def open_library(name: str | None, flags: int) -> int:
    """LoadLibraryEx, with the `LOAD_*` bits. A path is made whole, so that no folder is searched for it."""
    if name is not None and is_path(name):
        name = os.path.abspath(name)
        flags |= BESIDE if flags & SEARCHES else 0
    return seed.open_library(name, flags)


def symbol_origin(address: int) -> tuple[str, str]:
    """The module's file, and of what that exports the nearest."""
    path, base = module_of(address)
    if not path:
        return ("", "")
    try:
        file = library_file(path)
    except (OSError, ValueError):
        return (path, "")
    below = [symbol for symbol in file.symbols() if not symbol.forward and symbol.value <= address - base]
    return (path, max(below, key=lambda symbol: symbol.value).name if below else "")


def process_files() -> list[str]:
    """All modules: Python's library, C's and the system's first."""
    return module_paths()


def library_file(path: str) -> PeFile:
    """What a PE file says."""
    return PeFile.read(path)


def c_library(path: str) -> str:
    """The C runtime that a file needs, or that it is; "" for the Universal C Runtime, and where it needs none."""
    name = os.path.basename(path).lower()
    if RUNTIME.fullmatch(name):
        return name
    try:
        needed = library_file(path).imports()
    except (OSError, ValueError):
        return ""
    return next((name for name in map(str.lower, needed) if RUNTIME.fullmatch(name)), "")


def load_image(data: bytes) -> int:
    """A file among the user's temporary ones, loaded from there: Windows has no files that are in memory only. It stays: what
    is loaded cannot be removed."""
    from tempfile import mkstemp

    descriptor, path = mkstemp(prefix="farcall-", suffix=".dll")
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    try:
        return seed.open_library(path, 0)
    except OSError:
        os.unlink(path)
        raise


def redirections(path: str) -> list[str]:
    """None: no file here stands for another."""
    return []
