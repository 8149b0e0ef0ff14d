"""The few machine-level acts the rest of farcall grows from.

`bootstrap` finds the first way into native code, which is three functions; all that is here is made of these and of what
C has. Only this room imports ctypes, and only where there is no other way. Addresses and handles are plain `int`, sizes
are bytes.

Nothing here checks that an address is right: a wrong one crashes the process.

The dynamic linker is called with the GIL held, as CPython's own import does: a library's constructor may want
the GIL, and a thread that waited for the linker's lock while holding it would then never get further.
"""

from __future__ import annotations

import os
import sys
from functools import partial

from farcall.errors import NullPointerError

from .bootstrap import find

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import BuiltinFunctionType
    from typing import Any

__all__ = [
    "BOOTSTRAP",
    "address_of",
    "call_object",
    "close_library",
    "drop",
    "hold",
    "library_path",
    "library_symbol",
    "make_builtin",
    "make_descriptor",
    "object_at",
    "open_library",
    "read",
    "symbol",
    "symbol_origin",
    "word_function",
    "write",
]

RTLD_DEFAULT = 0  # dlsym: the global scope, in the order of loading (POSIX; NULL on Linux and musl)
RTLD_DI_LINKMAP = 2  # dlinfo: the `struct link_map *` of a handle
PYBUF_SIMPLE = 0  # a contiguous buffer, read-only ones too
WORD = tuple.__itemsize__  # bytes of a pointer
#: Where the bytes of a `bytes` object start, from its address (Include/cpython/bytesobject.h): a NUL more is behind them.
BYTES = bytes.__basicsize__ - 1
#: CPython's Py_buffer (<pybuffer.h>; the layout is that of every version since 3.0), in pointers, of which the first is `buf`.
PY_BUFFER = 10 + 8 // WORD
#: Dl_info of dladdr (<dlfcn.h>): the file, its base, the symbol, its address. The head of `struct link_map` (<link.h>): the
#: base, the file.
DL_INFO, DLI_FNAME, DLI_SNAME, L_NAME = 4, 0, 2, 1
C_INT = 0xFFFFFFFF

#: How native code is called here; `kind` and `why` are for people.
BOOTSTRAP = find()
_words, _thing, _find = BOOTSTRAP.words, BOOTSTRAP.thing, BOOTSTRAP.dlsym


def _exported(name: bytes) -> int:
    """A function the running process exports. ImportError where it does not."""
    address = _words(_find, RTLD_DEFAULT, id(name) + BYTES)
    if not address:
        raise ImportError(f"this interpreter does not export {name.decode()}, which farcall needs")
    return address


_dlopen, _dlclose = _exported(b"dlopen"), _exported(b"dlclose")
_dlerror, _dladdr = _exported(b"dlerror"), _exported(b"dladdr")
_memmove = _exported(b"memmove")
_get_buffer, _release_buffer = _exported(b"PyObject_GetBuffer"), _exported(b"PyBuffer_Release")
_new_reference, _increase, _decrease = _exported(b"Py_NewRef"), _exported(b"Py_IncRef"), _exported(b"Py_DecRef")
_new_builtin = _exported(b"PyCFunction_NewEx")
_bytes_from, _bytes_from_text = _exported(b"PyBytes_FromStringAndSize"), _exported(b"PyBytes_FromString")


# Memory


def address_of(buffer: object) -> int:
    """The address of the first byte of any C-contiguous buffer, read-only ones included.

    The buffer is released at once: the caller keeps the object alive and unresized while it uses the address.
    TypeError if the object has no buffer, BufferError if it is not contiguous.
    """
    if type(buffer) is bytes:
        return id(buffer) + BYTES
    view = _room(PY_BUFFER)
    at = id(view) + BYTES
    _words(_get_buffer, id(buffer), at, PYBUF_SIMPLE)  # a failure raises
    address = _word(view, 0)
    _words(_release_buffer, at)
    return address


def _room(count: int) -> bytes:
    """Memory for C to write so many words into, which nobody else has."""
    return bytes(count * WORD)


def _word(room: bytes, number: int) -> int:
    return int.from_bytes(room[number * WORD : (number + 1) * WORD], sys.byteorder)


def read(address: int, size: int) -> bytes:
    """A copy of `size` bytes at `address`. ValueError if size is negative, NullPointerError for NULL."""
    _check_span(address, size)
    found: bytes = _thing(_bytes_from, address, size)
    return found


def c_string(address: int) -> bytes:
    """The bytes at `address` up to the first NUL. NullPointerError for NULL."""
    _check_span(address, 1)
    found: bytes = _thing(_bytes_from_text, address)
    return found


def write(address: int, data: bytes) -> None:
    """Copies `data` to `address`. NullPointerError for NULL."""
    _check_span(address, len(data))
    _words(_memmove, address, address_of(data), len(data))


def _check_span(address: int, size: int) -> None:
    if size < 0:
        raise ValueError(f"size must not be negative, not {size}")
    if address == 0 and size:
        raise NullPointerError(f"NULL cannot be read from or written to ({size} bytes)")


# The dynamic linker


def symbol(name: str) -> int:
    """The address of a symbol visible in the process (CPython's C API, libc), or 0 if there is none."""
    return library_symbol(RTLD_DEFAULT, name)


def open_library(path: str | None, flags: int) -> int:
    """dlopen: the handle of a library, of the running process for None. OSError with the linker's own text.

    `flags` are the `os.RTLD_*` bits. The handle is to be given to `close_library` once.
    """
    encoded = None if path is None else _encoded(path, "a library path")
    _words(_dlerror)
    handle = _words(_dlopen, 0 if encoded is None else id(encoded) + BYTES, flags)
    if not handle:
        raise _linker_error("dlopen")
    return handle


def library_symbol(handle: int, name: str) -> int:
    """dlsym: the address of a symbol in a library or one it needs, or 0 if there is none."""
    encoded = _encoded(name, "a symbol")
    address = _words(_find, handle, id(encoded) + BYTES)
    if not address:
        _words(_dlerror)  # so that nobody takes our miss for theirs
    return address


def close_library(handle: int) -> None:
    """dlclose: gives the handle back. OSError with the linker's own text."""
    if _words(_dlclose, handle) & C_INT:
        raise _linker_error("dlclose")


def library_path(handle: int) -> str:
    """The file a library was loaded from, as the linker names it; "" for the main program or when unknown."""
    dlinfo, found = symbol("dlinfo"), _room(1)  # which not every C library has
    if not dlinfo or _words(dlinfo, handle, RTLD_DI_LINKMAP, id(found) + BYTES) & C_INT or not _word(found, 0):
        return ""
    name = int.from_bytes(read(_word(found, 0) + L_NAME * WORD, WORD), sys.byteorder)
    return _decoded(name)


def symbol_origin(address: int) -> tuple[str, str]:
    """dladdr: the object file an address lies in and the nearest symbol at or below it ("" where unknown)."""
    info = _room(DL_INFO)
    if not _words(_dladdr, address, id(info) + BYTES) & C_INT:
        return ("", "")
    return (_decoded(_word(info, DLI_FNAME)), _decoded(_word(info, DLI_SNAME)))


def _linker_error(act: str) -> OSError:
    """What the dynamic linker has to say."""
    return OSError(_decoded(_words(_dlerror)) or f"{act} failed without a reason")


def _decoded(address: int) -> str:
    """The name at an address; "" at NULL."""
    return os.fsdecode(c_string(address)) if address else ""


def _encoded(text: str, what: str) -> bytes:
    """The bytes of a name; ValueError where C would silently stop reading at a NUL."""
    if "\0" in text:
        raise ValueError(f"{what} cannot contain a NUL: {text!r}")
    return os.fsencode(text)


def word_function(address: int, count: int) -> Callable[..., int]:
    """The C function at an address, of `count` parameters, up to six, and a result that are words: each an `int` from 0 on
    that fits into a pointer. It is called with the GIL held. NullPointerError for NULL."""
    if address == 0:
        raise NullPointerError("NULL cannot be called")
    return partial(_words, address)


# Python objects


def object_at(address: int) -> object:
    """A new reference to the Python object at an address. NullPointerError for NULL."""
    if address == 0:
        raise NullPointerError("there is no Python object at NULL")
    found: object = _thing(_new_reference, address)
    return found


def hold(thing: object) -> None:
    """Takes a reference that outlives every Python variable, until `drop`: C is using the object."""
    _words(_increase, id(thing))


def drop(thing: object) -> None:
    """Gives back one reference taken by `hold`; more than were taken corrupt the interpreter."""
    _words(_decrease, id(thing))


def make_builtin(method_def: int, owner: object, module: object) -> BuiltinFunctionType:
    """A builtin from the PyMethodDef at an address; `owner` is its `__self__`, `module` its `__module__`.

    CPython keeps the address: the PyMethodDef, its strings and its code must live as long as the builtin,
    which is what `owner` is for.
    """
    if method_def == 0:
        raise NullPointerError("a builtin needs a PyMethodDef, not NULL")
    made: BuiltinFunctionType = _thing(_new_builtin, method_def, id(owner), id(module))
    return made


def make_descriptor(cls: type, getset: int) -> object:
    """A descriptor for instances of `cls` from the PyGetSetDef at an address, which must live as long as the class."""
    made: object = _thing(symbol("PyDescr_NewGetSet"), id(cls), getset)
    return made


def make_type(spec: int, bases: tuple[type, ...]) -> type:
    """A heap type from the PyType_Spec at an address, derived from `bases`; raises what CPython raises.

    CPython keeps the addresses in the spec's slots: they must live as long as the type and its instances.
    """
    made: type = _thing(symbol("PyType_FromSpecWithBases"), spec, id(bases))
    return made


def make_capsule(pointer: int, name: bytes, destructor: int, context: object) -> object:
    """A PyCapsule of a pointer; `context` is held until the destructor, a C function, gives it back. `name` must
    end in a NUL and be kept alive by `context`."""
    made: object = _thing(symbol("PyCapsule_New"), pointer, address_of(name), destructor)
    _words(symbol("PyCapsule_SetContext"), id(made), id(context))
    hold(context)
    return made


def call_object(address: int, *args: object) -> object:
    """Calls a C function of up to six `PyObject *` parameters and such a result with the GIL held; raises its Python
    error."""
    if address == 0:
        raise NullPointerError("NULL cannot be called")
    result: object = _thing(address, *map(id, args))
    return result


# Other libraries' functions


def ctypes_pointer(address: int) -> Any:
    """The address as ctypes passes it: a c_void_p. It is ctypes that asks for it."""
    import ctypes

    return ctypes.c_void_p(address)


def foreign_address(function: Any) -> int:
    """The address of a ctypes or cffi function. TypeError for anything else."""
    ctypes = sys.modules.get("ctypes")
    if ctypes is not None and isinstance(function, ctypes._CFuncPtr):
        return ctypes.cast(function, ctypes.c_void_p).value or 0
    cffi = sys.modules.get("_cffi_backend")
    if cffi is not None and isinstance(function, cffi.FFI.CData):
        return int(cffi.FFI().cast("uintptr_t", function))
    raise TypeError(f"{function!r} is not a C function")
