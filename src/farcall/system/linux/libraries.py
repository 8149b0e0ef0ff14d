"""Opening libraries: the dynamic linker through the seed, images in memory, and what files say."""

from __future__ import annotations

import mmap
import os
from itertools import count

from ... import seed
from ..elf import ElfFile
from .machine import program

__all__ = ["c_library", "library_file", "load_image", "load_room", "open_library", "process_files"]

MFD_CLOEXEC = 1
#: One symbol of each library whose names a program takes for granted: C's and, where it is one, Python's.
EVERYDAY = ("printf", "Py_GetVersion")
_images = count()


def open_library(name: str | None, flags: int) -> int:
    """dlopen, with the `os.RTLD_*` bits. It wants to be told when names are resolved: at once, where nobody says."""
    when = flags & (os.RTLD_NOW | os.RTLD_LAZY) or os.RTLD_NOW
    try:
        return seed.open_library(name, flags | when)
    except OSError:
        if flags & os.RTLD_NOLOAD:  # for which the linker has no words
            raise OSError(f"{name}: not loaded, and RTLD_NOLOAD loads nothing") from None
        raise


def c_library(path: str) -> str:
    """ "": a process has one C library."""
    return ""


def process_files() -> list[str]:
    """The program, the C library and Python's. The linker knows the program by what it was called, which need not be a path."""
    origins = [seed.symbol_origin(seed.symbol(name))[0] for name in EVERYDAY]
    return [program(), *(origin for origin in origins if "/" in origin)]


def load_image(data: bytes) -> int:
    """A memfd opened by its name, under which a debugger finds it too: so its descriptor stays open.

    The dynamic linker takes a library of the same name for the same: where a program has closed the descriptor, a later one
    may have its number. So every name is another one, also than what the bootstrap's files have.
    """
    file = os.memfd_create("farcall-image", MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(file), "wb") as whole:
            whole.write(data)
        return _opened(file)
    except OSError:
        os.close(file)
        raise


def load_room(data: bytes) -> tuple[int, int]:
    """A library of which most is zeros, nothing of which anyone reads again: its handle, and the address of its "room"."""
    file = os.memfd_create("farcall-room", MFD_CLOEXEC)
    try:
        os.ftruncate(file, len(data))
        for at in range(0, len(data), mmap.PAGESIZE):
            page = data[at : at + mmap.PAGESIZE]
            if page.count(0) != len(page):
                os.pwrite(file, page, at)
        handle = _opened(file)
    finally:
        os.close(file)
    return handle, seed.library_symbol(handle, "room")


def _opened(file: int) -> int:
    """The library in a memfd, under a name that no other had or will have, in this interpreter or another of the process."""
    number = "".join("./" if bit == "1" else "/" for bit in f"{seed.INTERPRETER_NUMBER:b}")
    return open_library(f"/proc/{number}{os.getpid()}/{'./' * next(_images)}fd/{file}", os.RTLD_NOW)


def library_file(path: str) -> ElfFile:
    """An ELF file."""
    return ElfFile(path)
