"""What each thread has of farcall's own, at the same distance from the thread's pointer in all threads of the process.

A library of the seed's asks for it as C's `__thread` does in the initial-exec model of ELF's thread-local storage: the dynamic
linker makes room in every thread, those that run and those to come, and fills in how far from the thread's pointer that is; which
is then the same for all, or the library is not loaded. By the same means it says how far errno is, of which C libraries
have a function that gives the address: glibc exports the variable as well.

musl has no such room for libraries that are loaded later, and there may be none left: then generated code asks functions. The
library is never closed, as threads may come late to code that knows the place. Where it is loaded already, by a Python that has
ended in this process, it is found by its name.
"""

from __future__ import annotations

import os
import sys

__all__ = ["SONAME", "thread_places"]

#: The library's name: a path, so that it is looked for nowhere; where nothing can be.
SONAME = "/proc/self/farcall/thread-1"


def thread_places(errno: str) -> tuple[int, int] | None:
    """How far from the thread's pointer eight bytes of farcall's own are, zeros at first, and C's errno, of which the function
    called `errno` gives the address; both below 2 GiB either way. None where they are not at the same distance in all threads,
    or it is not known."""
    from .entry import BOOTSTRAP, WORD, words  # not loaded for the name alone

    if BOOTSTRAP.kind != "image":
        return None
    from .dl import library_symbol, symbol

    location, handle = symbol(errno), _library()
    if not location or not handle:
        return None
    from . import read

    pointer, places = library_symbol(handle, "pointer"), library_symbol(handle, "places")
    data = read(places, 2 * WORD)
    own, far = (int.from_bytes(data[at : at + WORD], sys.byteorder, signed=True) for at in (0, WORD))
    if (words(pointer) + far - words(location)) % (1 << 8 * WORD) or not all(abs(one) < 1 << 30 for one in (own, far)):
        return None  # of that name there is another variable, or none
    return own, far


def _library() -> int:
    """The library's handle; 0 where it cannot be loaded."""
    from .bootstrap import in_memory, program
    from .dl import open_library
    from .images import thread_of

    try:
        return open_library(SONAME, os.RTLD_NOW | os.RTLD_NOLOAD)
    except OSError:
        pass
    _, machine, bits = program()
    data = thread_of(machine, bits, sys.byteorder)
    if not data:
        return 0

    def load(path: str) -> int:
        return open_library(path, os.RTLD_NOW)

    try:
        handle: int = in_memory("farcall-thread", data, load)
    except (OSError, ImportError):
        return 0
    return handle
