"""The first native foothold: the few machine-level acts the rest of farcall grows from.

This is the only module that imports ctypes, and it uses ctypes for nothing but this list. It is swappable:
whatever offers the same functions may take its place. Addresses and handles are plain `int`, sizes are bytes.

Nothing here checks that an address is right: a wrong one crashes the process. The prototypes are farcall's
own, never the shared `ctypes.pythonapi.X` objects, whose `argtypes` belong to whoever sets them first.

The dynamic linker is called with the GIL held, as CPython's own import does: a library's constructor may want
the GIL, and a thread that waited for the linker's lock while holding it would then never get further.
"""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from farcall.errors import NullPointerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import BuiltinFunctionType

__all__ = [
    "address_of",
    "call_object",
    "close_library",
    "drop",
    "hold",
    "library_path",
    "library_symbol",
    "make_builtin",
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


class _Buffer(ctypes.Structure):
    """CPython's Py_buffer (<pybuffer.h>; the layout is that of every version since 3.0)."""

    _fields_ = (
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_void_p),
        ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    )


class _LinkMap(ctypes.Structure):
    """The public head of `struct link_map` (<link.h>)."""

    _fields_ = (("l_addr", ctypes.c_void_p), ("l_name", ctypes.c_char_p))


class _DlInfo(ctypes.Structure):
    """`Dl_info` of dladdr (<dlfcn.h>)."""

    _fields_ = (
        ("dli_fname", ctypes.c_char_p),
        ("dli_fbase", ctypes.c_void_p),
        ("dli_sname", ctypes.c_char_p),
        ("dli_saddr", ctypes.c_void_p),
    )


_process = ctypes.PyDLL(None)


def _exported(name: str, result: Any, *parameters: Any) -> Callable[..., Any]:
    """A function the running process exports, called with the GIL held and checked for a Python error."""
    function: Callable[..., Any] = ctypes.PYFUNCTYPE(result, *parameters)((name, _process))
    return function


_dlopen = _exported("dlopen", ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
_dlsym = _exported("dlsym", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)
_dlclose = _exported("dlclose", ctypes.c_int, ctypes.c_void_p)
_dlerror = _exported("dlerror", ctypes.c_char_p)
_dladdr = _exported("dladdr", ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_get_buffer = _exported("PyObject_GetBuffer", ctypes.c_int, ctypes.py_object, ctypes.POINTER(_Buffer), ctypes.c_int)
_release_buffer = _exported("PyBuffer_Release", None, ctypes.POINTER(_Buffer))
_increase = _exported("Py_IncRef", None, ctypes.py_object)
_decrease = _exported("Py_DecRef", None, ctypes.py_object)
_new_capsule = _exported("PyCapsule_New", ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_set_context = _exported("PyCapsule_SetContext", ctypes.c_int, ctypes.py_object, ctypes.c_void_p)
_new_type = _exported("PyType_FromSpecWithBases", ctypes.py_object, ctypes.c_void_p, ctypes.py_object)
_new_builtin = _exported("PyCFunction_NewEx", ctypes.py_object, ctypes.c_void_p, ctypes.py_object, ctypes.py_object)


# Memory


def address_of(buffer: object) -> int:
    """The address of the first byte of any C-contiguous buffer, read-only ones included.

    The buffer is released at once: the caller keeps the object alive and unresized while it uses the address.
    TypeError if the object has no buffer, BufferError if it is not contiguous.
    """
    view = _Buffer()
    _get_buffer(buffer, view, PYBUF_SIMPLE)  # a failure raises: the GIL-holding prototype checks for it
    address: int = view.buf or 0
    _release_buffer(view)
    return address


def read(address: int, size: int) -> bytes:
    """A copy of `size` bytes at `address`. ValueError if size is negative, NullPointerError for NULL."""
    _check_span(address, size)
    return ctypes.string_at(address, size) if size else b""


def c_string(address: int) -> bytes:
    """The bytes at `address` up to the first NUL. NullPointerError for NULL."""
    _check_span(address, 1)
    return ctypes.string_at(address)


def write(address: int, data: bytes) -> None:
    """Copies `data` to `address`. NullPointerError for NULL."""
    _check_span(address, len(data))
    ctypes.memmove(address, data, len(data))


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
    _dlerror()
    handle: int | None = _dlopen(encoded, flags)
    if not handle:
        raise OSError(os.fsdecode(_dlerror() or b"dlopen failed without a reason"))
    return handle


def library_symbol(handle: int, name: str) -> int:
    """dlsym: the address of a symbol in a library or one it needs, or 0 if there is none."""
    address: int | None = _dlsym(handle, _encoded(name, "a symbol"))
    if not address:
        _dlerror()  # so that nobody takes our miss for theirs
    return address or 0


def close_library(handle: int) -> None:
    """dlclose: gives the handle back. OSError with the linker's own text."""
    if _dlclose(handle):
        raise OSError(os.fsdecode(_dlerror() or b"dlclose failed without a reason"))


def library_path(handle: int) -> str:
    """The file a library was loaded from, as the linker names it; "" for the main program or when unknown."""
    dlinfo = _dlinfo()
    if dlinfo is None:
        return ""
    found = ctypes.POINTER(_LinkMap)()
    if dlinfo(handle, RTLD_DI_LINKMAP, ctypes.byref(found)) != 0 or not found:
        return ""
    return os.fsdecode(found.contents.l_name or b"")


def symbol_origin(address: int) -> tuple[str, str]:
    """dladdr: the object file an address lies in and the nearest symbol at or below it ("" where unknown)."""
    info = _DlInfo()
    if not _dladdr(address, ctypes.byref(info)):
        return ("", "")
    return (os.fsdecode(info.dli_fname or b""), os.fsdecode(info.dli_sname or b""))


@cache
def _dlinfo() -> Callable[..., Any] | None:
    """dlinfo, which not every C library has."""
    if not symbol("dlinfo"):
        return None
    return _exported("dlinfo", ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


def _encoded(text: str, what: str) -> bytes:
    """The bytes of a name; ValueError where C would silently stop reading at a NUL."""
    if "\0" in text:
        raise ValueError(f"{what} cannot contain a NUL: {text!r}")
    return os.fsencode(text)


def word_function(address: int, count: int) -> Callable[..., int]:
    """The C function at an address, of `count` parameters and a result that are words: each an `int` from 0 on that
    fits into a pointer. It is called with the GIL held. NullPointerError for NULL."""
    if address == 0:
        raise NullPointerError("NULL cannot be called")
    function: Callable[..., int] = _word_prototype(count)(address)
    return function


@cache
def _word_prototype(count: int) -> Callable[[int], Callable[..., int]]:
    return ctypes.PYFUNCTYPE(ctypes.c_size_t, *([ctypes.c_size_t] * count))


# Python objects


def object_at(address: int) -> object:
    """A new reference to the Python object at an address. NullPointerError for NULL."""
    if address == 0:
        raise NullPointerError("there is no Python object at NULL")
    found: object = ctypes.cast(address, ctypes.py_object).value
    return found


def hold(thing: object) -> None:
    """Takes a reference that outlives every Python variable, until `drop`: C is using the object."""
    _increase(thing)


def drop(thing: object) -> None:
    """Gives back one reference taken by `hold`; more than were taken corrupt the interpreter."""
    _decrease(thing)


def make_builtin(method_def: int, owner: object, module: object) -> BuiltinFunctionType:
    """A builtin from the PyMethodDef at an address; `owner` is its `__self__`, `module` its `__module__`.

    CPython keeps the address: the PyMethodDef, its strings and its code must live as long as the builtin,
    which is what `owner` is for.
    """
    if method_def == 0:
        raise NullPointerError("a builtin needs a PyMethodDef, not NULL")
    made: BuiltinFunctionType = _new_builtin(method_def, owner, module)
    return made


def make_type(spec: int, bases: tuple[type, ...]) -> type:
    """A heap type from the PyType_Spec at an address, derived from `bases`; raises what CPython raises.

    CPython keeps the addresses in the spec's slots: they must live as long as the type and its instances.
    """
    made: type = _new_type(spec, bases)
    return made


def make_capsule(pointer: int, name: bytes, destructor: int, context: object) -> object:
    """A PyCapsule of a pointer; `context` is held until the destructor, a C function, gives it back. `name` must
    end in a NUL and be kept alive by `context`."""
    made = _new_capsule(pointer, name, destructor)
    _set_context(made, id(context))
    _increase(context)
    return made


def ctypes_pointer(address: int) -> Any:
    """The address as ctypes passes it: a c_void_p."""
    return ctypes.c_void_p(address)


def foreign_address(function: Any) -> int:
    """The address of a ctypes or cffi function. TypeError for anything else."""
    if isinstance(function, ctypes._CFuncPtr):  # type: ignore[attr-defined]
        return ctypes.cast(function, ctypes.c_void_p).value or 0
    cffi = sys.modules.get("_cffi_backend")
    if cffi is not None and isinstance(function, cffi.FFI.CData):
        return int(cffi.FFI().cast("uintptr_t", function))
    raise TypeError(f"{function!r} is not a C function")


def call_object(address: int, *args: object) -> object:
    """Calls a C function of `PyObject *` parameters and result with the GIL held; raises its Python error."""
    if address == 0:
        raise NullPointerError("NULL cannot be called")
    result: object = _object_prototype(len(args))(address)(*args)
    return result


@cache
def _object_prototype(count: int) -> Callable[[int], Callable[..., Any]]:
    return ctypes.PYFUNCTYPE(ctypes.py_object, *([ctypes.py_object] * count))
