"""From what a user calls a library to what the dynamic linker can open: candidates in order, nothing opened.

A name with a slash is a path and stands for itself. A name with `.so` in it is a file name, which the linker
looks for itself; anything else is a short name, as after the compiler's `-l`: "z" means libz.so or the
highest libz.so.N. Sonames are preferred to paths, because the linker then picks the file for this processor.
The current directory is never searched.
"""

from __future__ import annotations

import os
import re
import sys

from ..similar import listed, similar
from .linker_cache import cached_libraries

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["candidates", "directories", "is_path", "known_libraries", "short_name", "similar_libraries"]

SYSTEM_DIRECTORIES = ("/usr/local/lib", "/lib", "/usr/lib")
#: Where systems without multiarch directories keep the libraries of programs of one width (FHS 3.0, 3.10).
WIDE_DIRECTORIES = ("/lib64", "/usr/lib64") if sys.maxsize > 1 << 32 else ("/lib32", "/usr/lib32")
#: What ends the name of a library's file, before its version: a pattern, which `re` compiles when it is first used.
FILE_NAME = r"\.so(?:\.|$)"


def candidates(name: str) -> Iterator[str]:
    """What to give to dlopen for a name, best first, each once."""
    seen: set[str] = set()
    for candidate in _candidates(name):
        if candidate not in seen:
            seen.add(candidate)
            yield candidate


def is_path(name: str) -> bool:
    """Whether the dynamic linker takes a name for a path (dlopen(3))."""
    return "/" in name


def is_file_name(name: str) -> bool:
    """Whether a name is that of a library's file."""
    return name.endswith(".so") or ".so." in name


def _candidates(name: str) -> Iterator[str]:
    if is_path(name):
        yield name
        return
    if is_file_name(name):
        file = name
        yield name
    else:
        file = f"lib{short_name(name)}.so"
    versioned = not file.endswith(".so")
    for directory in _environment_directories():
        yield from _in_directory(directory, file, versioned)
    yield file
    if not versioned:
        yield from _by_version(entry.soname for entry in cached_libraries() if entry.soname.startswith(file + "."))
    for directory in _system_directories():
        yield from _in_directory(directory, file, versioned)
    yield name


def short_name(name: str) -> str:
    """The name as after `-l`: "sqlite3" for "libsqlite3.so.0", "libsqlite3" and "sqlite3"."""
    base = re.split(FILE_NAME, os.path.basename(name), maxsplit=1)[0]
    return base[3:] if base.startswith("lib") and len(base) > 3 else base


def directories() -> list[str]:
    """Where libraries are looked for by file: LD_LIBRARY_PATH as it is now, then the system's directories."""
    return [*_environment_directories(), *_system_directories()]


def known_libraries() -> list[str]:
    """The file names of all libraries that could be found, sorted: the cache's and the directories'."""
    names = {entry.soname for entry in cached_libraries()}
    for directory in directories():
        names.update(name for name in listed(directory) if name.startswith("lib") and is_file_name(name))
    return sorted(names)


def similar_libraries(name: str) -> list[str]:
    """Names of existing libraries (files beside it for a path) that look like what was meant, best first."""
    return similar(name, known_libraries, is_file_name, short_name, _version_first)


def _version_first(file: str) -> tuple[bool, int]:
    """Of libz.so, libz.so.1 and libz.so.1.2.13 the middle one is the name a program should use."""
    return (file.endswith(".so"), len(file))


def _environment_directories() -> list[str]:
    """LD_LIBRARY_PATH, where the linker knows only what it was when the process started."""
    value = os.environ.get("LD_LIBRARY_PATH", "")
    return [directory or "." for directory in re.split("[:;]", value)] if value else []  # ld.so(8): "" is cwd


def _system_directories() -> list[str]:
    multiarch = getattr(sys.implementation, "_multiarch", "")
    local = [f"{directory}/{multiarch}" for directory in SYSTEM_DIRECTORIES] if multiarch else []
    everywhere = (*local, *SYSTEM_DIRECTORIES, *WIDE_DIRECTORIES)
    return [directory for directory in everywhere if os.path.isdir(directory)]


def _in_directory(directory: str, file: str, versioned: bool) -> Iterator[str]:
    """The paths of a library in one directory: the very file, then its versions."""
    path = os.path.join(directory, file)
    if os.path.lexists(path):
        yield path
    if not versioned:
        names = (name for name in listed(directory) if name.startswith(file + "."))
        for name in _by_version(names):
            yield os.path.join(directory, name)


def _by_version(names: Iterable[str]) -> list[str]:
    """File names, the highest version first; what is no version (libx.so.bak) last."""

    def rank(name: str) -> tuple[bool, list[int]]:
        parts = re.split(FILE_NAME, name, maxsplit=1)[-1].split(".")
        numbers = [int(part) for part in parts if part.isdecimal()]
        return (len(numbers) == len(parts), numbers)

    return sorted(sorted(set(names)), key=rank, reverse=True)
