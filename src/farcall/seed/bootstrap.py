"""The first way into native code: an extension module that comes with farcall, as bytes, else ctypes.

The interpreter's own import loads the module, from a file that is in memory only. Where the system has no such files, or
does not let them run, the file is written into a directory that only this user can enter, and removed again; where that
cannot run either, or for a CPU without a module, ctypes does the same. The environment's FARCALL_SEED may ask for `image`
or for `ctypes`, which is then all that is tried.
"""

from __future__ import annotations

import os
import sys
from itertools import count

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ExtensionFileLoader, ModuleSpec
    from typing import Any
else:  # of importlib.machinery, which loads more
    from _frozen_importlib import ModuleSpec
    from _frozen_importlib_external import ExtensionFileLoader

__all__ = ["IMAGE", "MODULES", "VARIABLE", "Bootstrap", "close_files", "find", "in_memory", "module_name", "program"]

VARIABLE = "FARCALL_SEED"
IMAGE, CTYPES = "image", "ctypes"
MFD_CLOEXEC = 1
#: The file of the program that runs.
PROGRAM = "/proc/self/exe"
_loads = count()
#: The files in memory: descriptor, and which file it is.
_files: list[tuple[int, tuple[int, int]]] = []
#: What a module can say of itself: nothing; from 3.12 on, that interpreters with a GIL of their own may load it; from
#: 3.13 on also that it needs no GIL. And how many words an object starts with: its count of references and its type;
#: more in free-threaded builds.
MODULES = (("plain", 2), ("interpreters", 2), ("threads", 2), ("threads", 4))
SINCE = {"threads": (3, 13), "interpreters": (3, 12), "plain": (3, 10)}


class Bootstrap:
    """How native code is called: see `native`, which says what the three functions do. `kind` is "image" or "ctypes", and
    `why` says how it was loaded, or why not another. `system_words` is `words` for the system's own functions."""

    __slots__ = ("dlsym", "kind", "system_words", "thing", "why", "words")

    def __init__(self, kind: str, why: str, words: Callable[..., int], thing: Callable[..., Any], dlsym: int) -> None:
        self.kind, self.why = kind, why
        self.words = self.system_words = words
        self.thing, self.dlsym = thing, dlsym


def find() -> Bootstrap:
    """The best that there is. ImportError, saying what was tried, where there is none; ValueError for a FARCALL_SEED that is
    neither of the two."""
    chosen, reasons = os.environ.get(VARIABLE, ""), []
    if chosen not in ("", IMAGE, CTYPES):
        raise ValueError(f"{VARIABLE} is {chosen!r}; it can be {IMAGE!r} or {CTYPES!r}")
    if chosen != CTYPES:
        for way, load in (("a file in memory", _from_memory), ("a private file", _from_file)):
            try:
                found = load(_image())
            except (OSError, ImportError) as error:
                reasons.append(f"{way}: {error}")
            else:
                return Bootstrap(IMAGE, f"an extension module from {way}", found.words, found.thing, found.dlsym())
    if chosen != IMAGE:
        try:
            from . import through_ctypes
        except ImportError as error:
            reasons.append(f"ctypes: {error}")
        else:
            why = f"{VARIABLE} asks for it" if chosen else "; ".join(reasons)
            found = Bootstrap(CTYPES, why, through_ctypes.words, through_ctypes.thing, through_ctypes.dlsym())
            found.system_words = through_ctypes.system_words
            return found
    raise ImportError(f"farcall finds no way into native code. {'; '.join(reasons)}")


def program() -> tuple[bytes, int, int]:
    """How the file of the program that runs begins, its e_machine, and its width in bits. ImportError where nothing here can be
    for it."""
    if sys.platform != "linux":
        raise ImportError(f"there is no module for {sys.platform}")
    try:
        with open(PROGRAM, "rb") as file:
            head = file.read(52)
    except OSError:
        with open(sys.executable, "rb") as file:
            head = file.read(52)
    if len(head) < 20 or head[:4] != b"\x7fELF":
        raise ImportError("the program that runs is no ELF file")
    return head, int.from_bytes(head[18:20], sys.byteorder), 32 * head[4]


def _image() -> bytes:
    """The file for the program that runs. ImportError where there is none for it."""
    from .images import DOUBTFUL, image_of

    head, machine, bits = program()
    found = image_of(machine, bits, sys.byteorder)
    if found is None:
        raise ImportError(f"there is no module for machine {machine} of {bits} bits in this byte order")
    if (machine, bits) in DOUBTFUL:
        from farcall.convention.cpu_names import ELF_MACHINES, cpu_of_elf, cpu_on  # which load more

        running = os.uname().machine
        if cpu_on(cpu_of_elf(head), running) != ELF_MACHINES[machine, bits]:
            raise ImportError(f"there is no module for this program on {running}")
    return found


def _from_memory(data: bytes) -> Any:
    """The module, from a memfd."""
    return in_memory("farcall-bootstrap", data, _loaded)


def in_memory(name: str, data: bytes, load: Callable[[str], Any]) -> Any:
    """What loading a file gives that is a memfd. Its descriptor stays open: debuggers look for the file by the name that it was
    loaded by.

    The dynamic linker takes what has the name of a library that it knows for that library, and a program may have closed a
    descriptor, which another file has then. So every name is another one.
    """
    if not hasattr(os, "memfd_create"):
        raise ImportError("this Python has none")
    descriptor = os.memfd_create(name, MFD_CLOEXEC)
    try:
        os.write(descriptor, data)
        found = load(f"/proc/{os.getpid()}/./{'./' * next(_loads)}fd/{descriptor}")
    except BaseException:
        os.close(descriptor)
        raise
    _files.append((descriptor, _identity(descriptor)))
    return found


def close_files() -> None:
    """Close the descriptors: for an interpreter that ends before the process does. Another module like these may be taken for
    the one that was loaded by the name that it has then, and may be it."""
    from contextlib import suppress

    while _files:
        descriptor, identity = _files.pop()
        with suppress(OSError):  # a program has closed it
            if _identity(descriptor) == identity:
                os.close(descriptor)


def _identity(descriptor: int) -> tuple[int, int]:
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino


def _from_file(data: bytes) -> Any:
    """The module, from a file that nobody else can have written, removed as soon as it is loaded."""
    from shutil import rmtree
    from tempfile import mkdtemp

    directory = mkdtemp(prefix="farcall-")  # for this user alone
    try:
        path = os.path.join(directory, "bootstrap.so")
        with open(path, "xb") as file:
            file.write(data)
        return _loaded(path)
    finally:
        rmtree(directory, ignore_errors=True)


def _loaded(path: str) -> Any:
    """What the interpreter's own import makes of the file."""
    name = _wanted()
    loader = ExtensionFileLoader(name, path)
    module = loader.create_module(ModuleSpec(name, loader, origin=path))
    loader.exec_module(module)
    return module


def module_name(slots: str, header: int) -> str:
    """The name of the module that says `slots` of itself, for a Python whose objects start with so many words."""
    return f"bootstrap_{slots}_{header}"


def _wanted() -> str:
    """The name for the Python that runs. ImportError where its objects start with what there is no module for."""
    slots = next(slots for slots, version in SINCE.items() if sys.version_info >= version)
    header, rest = divmod(object.__basicsize__, tuple.__itemsize__)
    if rest or (slots, header) not in MODULES:
        raise ImportError(f"objects start with {object.__basicsize__} bytes here, for which there is no module")
    return module_name(slots, header)
