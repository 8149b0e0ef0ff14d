"""`ffi.new`, `ffi.cast` and `ffi.string` in generated code, where an `FFI` knows the type already. What is known of a type is
written down when Python has answered for it once; what is unusual, Python answers always."""

from __future__ import annotations

import struct
from types import MethodType
from typing import Any

from ...cpython.facts.host import WORD
from ...cpython.link.front import front
from ...cpython.link.typeobject import settable
from ...stub.data_fronts import FIXED, ONE, OPEN, SET, TEXT
from .buffer import from_buffer, memmove
from .cast import cast
from .cdata import ADDRESSES
from .comparison import comparison
from .extent import known_text
from .memory import ALIGNED, WITH_NUL, newp
from .release import gcp
from .text import string, unpack
from .types import CType

__all__ = ["set_ffi"]

#: The key of a dict of what is known under which the `FFI` is.
OWNER = None
#: What is known of the classes of which text is read.
_texts: dict[Any, bytes] = {}
#: How items are read that are set as they are made.
NUMBERS = frozenset({"signed", "unsigned", "float", "pointer", "char"})
#: Where `from_buffer` is given no type.
UNGIVEN = object()
#: The number of the first item.
FIRST = 0


def set_ffi(ffi: Any) -> None:
    """Give a new `FFI` its own functions, which cffi's class has as methods; one derived from it keeps those."""
    if type(ffi).__mro__[1] is not object or not settable():
        return
    for name, function in (("new", new), ("cast", cast_to)):
        setattr(ffi, name, MethodType(function, {OWNER: ffi}))
    ffi.from_buffer = MethodType(buffer_of, ffi)
    ffi.string, ffi.gc, ffi.unpack, ffi.memmove = MethodType(text, _texts), gcp, unpack, memmove


@front("data_make")
def new(known: Any, cdecl: Any, init: Any = None) -> Any:
    """New memory for a pointer or array type, which the cdata owns: zeros, or what `init` says."""
    kind = _type(known, cdecl)
    made = newp(kind, init)
    if cdecl not in known:
        _know(known, cdecl, kind, type(made))
    return made


@front("data_cast")
def cast_to(known: Any, cdecl: Any, source: Any) -> Any:
    """A value as another type, as C casts it."""
    kind = _type(known, cdecl)
    made = cast(kind, source)
    if cdecl not in known and kind.kind in ADDRESSES and type(made) is kind._cls:
        known[cdecl] = struct.pack("2P", id(kind._cls), comparison())
        known[OWNER, id(kind)] = kind
    return made


@front("data_string")
def text(known: Any, cdata: Any, maxlen: int = -1) -> Any:
    """The text at a pointer or in an array, up to the first NUL; the name of an enumerator."""
    known_text(known, cdata)
    return string(cdata, maxlen)


def buffer_of(ffi: Any, cdecl: Any, python_buffer: Any = UNGIVEN, require_writable: bool = False) -> Any:
    """A cdata over the memory of an object, `char[]` if no type is given."""
    if python_buffer is UNGIVEN:
        return from_buffer(ffi.BCharA, cdecl, require_writable)
    return from_buffer(ffi._typeof(cdecl) if isinstance(cdecl, str) else cdecl, python_buffer, require_writable)


def _type(known: Any, cdecl: Any) -> Any:
    return known[OWNER]._typeof(cdecl) if isinstance(cdecl, str) else cdecl


def _know(known: Any, cdecl: Any, kind: CType, cls: Any) -> None:
    """Write down how data of a type are made, where all that is to be said is their size."""
    item = kind.item
    if item._size <= 0 or item._align > ALIGNED or item._var or cls is not kind._own:
        return
    at, length, size = 0, FIRST, item._size
    if kind.kind == "pointer":
        how, size = SET if item._how in NUMBERS else ONE, size * 2 if item._how in WITH_NUL else size
    else:
        at = cls.__basicsize__ - WORD
        how = TEXT if item._how == "char" else OPEN
        if kind.length is not None:
            how, length, size = FIXED, kind.length, kind._size
    known[OWNER, id(kind)] = kind, length  # which keeps them
    known[cdecl] = struct.pack("5P", id(cls), size, at, id(length), how)
