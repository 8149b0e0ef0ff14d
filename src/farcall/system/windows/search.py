"""From what a user calls a library to what LoadLibraryEx can open: candidates in order, nothing opened.

A name with a slash, a backslash or a drive is a path and stands for itself. A name with an extension of libraries is a file
name, which the loader looks for itself; anything else is a short name: "sqlite3" means sqlite3.dll, or libsqlite3.dll as
MinGW has it, or the highest libsqlite3-N.dll. The current folder and PATH are never searched.
"""

from __future__ import annotations

import os
import re
import sys

from ..similar import listed, similar

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["candidates", "directories", "is_path", "known_libraries", "short_name", "similar_libraries"]

#: The extensions that files of libraries have.
FILE_NAME = re.compile(r"\.(?:dll|exe|drv|ocx|cpl|pyd)$", re.IGNORECASE)
#: MinGW's: libz.dll, zlib1.dll, libpng16-16.dll.
VERSION = re.compile(r"-(\d+)$")
#: What C programs call libraries that have no file here: all of C is in one.
C_LIBRARIES = {"c": "ucrtbase.dll", "m": "ucrtbase.dll"}


def candidates(name: str) -> Iterator[str]:
    """What to give to LoadLibraryEx for a name, best first, each once."""
    if is_path(name):
        yield name
        return
    if FILE_NAME.search(name):
        yield name
        return
    yield f"{name}.dll"
    yield f"lib{name}.dll"
    versions = []
    for directory in directories():
        for file in listed(directory):
            found = VERSION.search(os.path.splitext(file)[0])
            if found and short_name(file) == name.lower():
                versions.append((int(found[1]), os.path.join(directory, file)))
    yield from [path for _, path in sorted(versions, reverse=True)]
    if name in C_LIBRARIES:
        yield C_LIBRARIES[name]


def is_path(name: str) -> bool:
    """Whether LoadLibraryEx takes a name for a path."""
    return "/" in name or "\\" in name or name[1:2] == ":"


def short_name(name: str) -> str:
    """What people call it: "sqlite3" for "libsqlite3-0.dll", "SQLite3.dll" and "sqlite3"."""
    base = VERSION.sub("", FILE_NAME.sub("", re.split(r"[\\/]", name)[-1])).lower()
    return base[3:] if base.startswith("lib") and len(base) > 3 else base


def directories() -> list[str]:
    """Where libraries are looked for by file: the program's folder, then the system's. Those of `os.add_dll_directory` are
    the loader's affair, which does not tell them."""
    root = os.environ.get("SYSTEMROOT", r"C:\Windows")
    found = [os.path.dirname(sys.executable), os.path.join(root, "System32")]
    return [directory for directory in found if directory and os.path.isdir(directory)]


def known_libraries() -> list[str]:
    """The file names of all libraries that could be found, sorted."""
    return sorted({file for directory in directories() for file in listed(directory) if file.lower().endswith(".dll")})


def similar_libraries(name: str) -> list[str]:
    """Names of existing libraries (files beside it for a path) that look like what was meant, best first."""
    return similar(name, known_libraries, FILE_NAME.search, short_name, len)
