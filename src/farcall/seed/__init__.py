"""The few machine-level acts the rest of farcall grows from.

`bootstrap` finds the first way into native code, which is three functions; all that is here is made of these and of what
C has. Only this room imports ctypes, and only where there is no other way. Addresses and handles are plain `int`, sizes
are bytes.

Nothing here checks that an address is right: a wrong one crashes the process.

The dynamic linker is called with the GIL held, as CPython's own import does: a library's constructor may want
the GIL, and a thread that waited for the linker's lock while holding it would then never get further.
"""

from __future__ import annotations

import sys

from farcall.errors import NullPointerError

from .bootstrap import close_files
from .entry import BOOTSTRAP, BYTES, WORD
from .entry import room as _room
from .entry import system_words as _system_words
from .entry import thing as _thing
from .entry import word as _word
from .entry import words as _words

if sys.platform == "win32":
    from .windows import close_library, exported, library_path, library_symbol, open_library, symbol, symbol_origin
else:
    from .dl import close_library, exported, library_path, library_symbol, open_library, symbol, symbol_origin

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import partial
    from types import BuiltinFunctionType
    from typing import Any
else:
    from _functools import partial  # of functools, which loads more

__all__ = [
    "BOOTSTRAP",
    "BYTES",
    "INTERPRETER",
    "INTERPRETER_NUMBER",
    "address_of",
    "call_object",
    "close_library",
    "drop",
    "hold",
    "library_path",
    "library_symbol",
    "make_builtin",
    "make_descriptor",
    "make_token",
    "object_at",
    "open_library",
    "read",
    "symbol",
    "symbol_origin",
    "system_function",
    "untrack",
    "word_function",
    "write",
]

PYBUF_SIMPLE = 0  # a contiguous buffer, read-only ones too
#: CPython's Py_buffer (<pybuffer.h>; the layout is that of every version since 3.0), in pointers, of which the first is `buf`.
PY_BUFFER = 10 + 8 // WORD

_memmove = exported(b"memmove")
_get_buffer, _release_buffer = exported(b"PyObject_GetBuffer"), exported(b"PyBuffer_Release")
_new_reference, _increase, _decrease = exported(b"Py_NewRef"), exported(b"Py_IncRef"), exported(b"Py_DecRef")
_new_builtin = exported(b"PyCFunction_NewEx")
_new_capsule, _set_context = exported(b"PyCapsule_New"), exported(b"PyCapsule_SetContext")
_untrack = exported(b"PyObject_GC_UnTrack")
_bytes_from, _bytes_from_text = exported(b"PyBytes_FromStringAndSize"), exported(b"PyBytes_FromString")


#: The interpreter that this module runs in, of those in the process: where its PyInterpreterState lies, and its number, which is
#: 0 in the main one and never used again.
INTERPRETER = _words(exported(b"PyInterpreterState_Get"))
# The number is wider than a word where words have four bytes, and WebAssembly calls nothing by another type than it has.
_is_main = _words(exported(b"PyInterpreterState_Main")) == INTERPRETER
INTERPRETER_NUMBER = 0 if _is_main else _words(exported(b"PyInterpreterState_GetID"), INTERPRETER)
if INTERPRETER_NUMBER:
    import atexit

    atexit.register(close_files)


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


def word_function(address: int, count: int) -> Callable[..., int]:
    """The C function at an address, of `count` parameters, up to six, and a result that are words: each an `int` from 0 on
    that fits into a pointer. It is called with the GIL held. NullPointerError for NULL."""
    if address == 0:
        raise NullPointerError("NULL cannot be called")
    return partial(_words, address)


def system_function(address: int, count: int) -> Callable[..., int]:
    """The same of a function of the system's own, which may be called otherwise than C's."""
    if address == 0:
        raise NullPointerError("NULL cannot be called")
    return partial(_system_words, address)


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


def untrack(thing: object) -> None:
    """Has the collector of garbage not see an object, nor what it holds: it goes when all have let go of it, and never as part
    of a cycle."""
    _words(_untrack, id(thing))


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
    made: object = _thing(_new_capsule, pointer, address_of(name), destructor)
    _words(_set_context, id(made), id(context))
    hold(context)
    return made


def make_token(destructor: int) -> object:
    """A PyCapsule whose end calls the C function at an address."""
    made: object = _thing(_new_capsule, destructor, 0, destructor)
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
