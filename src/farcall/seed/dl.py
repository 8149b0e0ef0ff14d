"""The dynamic linker of Unix: what `dlsym` finds, and the other functions of <dlfcn.h>, of whose names it finds them."""

from __future__ import annotations

import os

from .entry import WORD, at, find_symbol, room, thing, whole, word, words

__all__ = [
    "close_library", "exported", "library_path", "library_symbol", "open_library", "symbol", "symbol_origin",
]  # fmt: skip

RTLD_DEFAULT = 0  # dlsym: the global scope, in the order of loading (POSIX; NULL on Linux and musl)
RTLD_DI_LINKMAP = 2  # dlinfo: the `struct link_map *` of a handle
#: Dl_info of dladdr (<dlfcn.h>): the file, its base, the symbol, its address. The head of `struct link_map` (<link.h>): the
#: base, the file.
DL_INFO, DLI_FNAME, DLI_SNAME, L_NAME = 4, 0, 2, 1
C_INT = 0xFFFFFFFF


def exported(name: bytes) -> int:
    """A function the running process exports. ImportError where it does not."""
    address = words(find_symbol, RTLD_DEFAULT, at(name))
    if not address:
        raise ImportError(f"this interpreter does not export {name.decode()}, which farcall needs")
    return address


_dlopen, _dlclose = exported(b"dlopen"), exported(b"dlclose")
_dlerror, _dladdr = exported(b"dlerror"), exported(b"dladdr")
_bytes_from, _bytes_from_text = exported(b"PyBytes_FromStringAndSize"), exported(b"PyBytes_FromString")


def symbol(name: str) -> int:
    """The address of a symbol visible in the process (CPython's C API, libc), or 0 if there is none."""
    return library_symbol(RTLD_DEFAULT, name)


def open_library(path: str | None, flags: int) -> int:
    """dlopen: the handle of a library, of the running process for None. OSError with the linker's own text.

    `flags` are the `os.RTLD_*` bits. The handle is to be given to `close_library` once.
    """
    encoded = None if path is None else _encoded(path, "a library path")
    words(_dlerror)
    handle = words(_dlopen, 0 if encoded is None else at(encoded), flags)
    if not handle:
        raise _linker_error("dlopen")
    return handle


def library_symbol(handle: int, name: str) -> int:
    """dlsym: the address of a symbol in a library or one it needs, or 0 if there is none."""
    encoded = _encoded(name, "a symbol")
    address = words(find_symbol, handle, at(encoded))
    if not address:
        words(_dlerror)  # so that nobody takes our miss for theirs
    return address


def close_library(handle: int) -> None:
    """dlclose: gives the handle back. OSError with the linker's own text."""
    if words(_dlclose, handle) & C_INT:
        raise _linker_error("dlclose")


def library_path(handle: int) -> str:
    """The file a library was loaded from, as the linker names it; "" for the main program or when unknown."""
    dlinfo, found = symbol("dlinfo"), room(1)  # which not every C library has
    if not dlinfo or words(dlinfo, handle, RTLD_DI_LINKMAP, at(found)) & C_INT or not word(found, 0):
        return ""
    name: bytes = thing(_bytes_from, word(found, 0) + L_NAME * WORD, WORD)
    return _decoded(word(name, 0))


def symbol_origin(address: int) -> tuple[str, str]:
    """dladdr: the object file an address lies in and the nearest symbol at or below it ("" where unknown)."""
    info = room(DL_INFO)
    if not words(_dladdr, address, at(info)) & C_INT:
        return ("", "")
    return (_decoded(word(info, DLI_FNAME)), _decoded(word(info, DLI_SNAME)))


def _linker_error(act: str) -> OSError:
    """What the dynamic linker has to say."""
    return OSError(_decoded(words(_dlerror)) or f"{act} failed without a reason")


def _decoded(address: int) -> str:
    """The name at an address; "" at NULL."""
    return os.fsdecode(thing(_bytes_from_text, address)) if address else ""


def _encoded(text: str, what: str) -> bytes:
    """The bytes of a name."""
    return os.fsencode(whole(text, what))
