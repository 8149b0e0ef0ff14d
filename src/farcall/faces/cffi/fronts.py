"""`ffi.new`, `ffi.cast` and `ffi.string` in generated code, where an `FFI` knows the type already. What is known of a type is
written down when Python has answered for it once; what is unusual, Python answers always."""

from __future__ import annotations

import struct
from types import MethodType
from typing import Any

from ...cpython.facts.host import WORD
from ...cpython.link.front import front
from ...cpython.link.native import entry
from ...cpython.link.typeobject import settable
from ...stub.data_fronts import FIXED, MEMBERS, ONE, OPEN, SET, TEXT
from .buffer import from_buffer, memmove, seen_at
from .cast import cast
from .cdata import ADDRESSES, cdata_type, type_of
from .comparison import comparison
from .extent import known_text
from .items import READ, carrier_of
from .memory import ALIGNED, WITH_NUL, newp
from .release import gcp
from .text import string, unpack
from .types import CType

__all__ = ["set_ffi"]

#: The key of a dict of what is known under which the `FFI` is, which nobody else has.
OWNER = object()
#: What is known of the classes of which data get destructors.
_collected: dict[Any, bytes] = {}
#: What is known of the classes of which text is read.
_texts: dict[Any, bytes] = {}
#: The same of those whose bytes are copied, and whose items.
_moved: dict[Any, bytes] = {}
_unpacked: dict[Any, bytes] = {}
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
    for name, function in (("new", new), ("cast", cast_to), ("typeof", type_for), ("sizeof", size_for)):
        setattr(ffi, name, MethodType(function, {OWNER: ffi}))
    ffi.from_buffer = MethodType(buffer_of, {OWNER: ffi})
    ffi.string, ffi.gc = MethodType(text, _texts), MethodType(collect, _collected)
    ffi.unpack, ffi.memmove = MethodType(unpacked, _unpacked), MethodType(move, _moved)


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


@front("data_collect")
def collect(known: Any, cdata: Any, destructor: Any, size: int = 0) -> Any:
    """The same cdata, whose going calls `destructor(cdata)`; with None, that is called off."""
    made = gcp(cdata, destructor, size)
    if made is not None and type(cdata) not in known and made._ct_.kind in ADDRESSES:
        _know_collected(known, type(cdata), type(made))
    return made


@front("data_over")
def buffer_of(known: Any, cdecl: Any, python_buffer: Any = UNGIVEN, require_writable: bool = False) -> Any:
    """A cdata over the memory of an object, `char[]` if no type is given."""
    ffi, key = known[OWNER], cdecl
    if python_buffer is UNGIVEN:
        cdecl, key, python_buffer = ffi.BCharA, None, cdecl
    kind = ffi._typeof(cdecl) if isinstance(cdecl, str) else cdecl
    made = from_buffer(kind, python_buffer, require_writable)
    if key not in known and kind.kind == "array" and kind.item._size > 0:
        _know_array(known, key, kind)
    return made


def _type(known: Any, cdecl: Any) -> Any:
    return known[OWNER]._typeof(cdecl) if isinstance(cdecl, str) else cdecl


@front("data_move")
def move(known: Any, dest: Any, src: Any, n: int) -> None:
    """Copy `n` bytes between cdata and buffers, which may overlap."""
    memmove(dest, src, n)
    for cdata in (dest, src):
        kind = getattr(type(cdata), "_ct_", None)
        if kind.__class__ is CType and kind.kind in ("pointer", "array"):
            known[type(cdata)] = b""


@front("data_unpack")
def unpacked(known: Any, cdata: Any, length: int) -> Any:
    """So many items: bytes or str of characters, a list of others."""
    found, item = unpack(cdata, length), type_of(cdata).item
    if item._how in READ and type(cdata) not in known:
        code = 0 if item._how == "char" else entry("number_at", carrier_of(item))
        known[type(cdata)] = struct.pack("2P", code, item._size)
    return found


@front("data_recall")
def type_for(known: Any, cdecl: Any) -> Any:
    """The type that a text says, or the one of a cdata."""
    ffi = known[OWNER]
    found = type(ffi).typeof(ffi, cdecl)
    _remember(known, cdecl, found)
    return found


@front("data_recall")
def size_for(known: Any, cdecl: Any) -> Any:
    """The bytes of a cdata, or of values of a type."""
    ffi = known[OWNER]
    found = type(ffi).sizeof(ffi, cdecl)
    kind = _type(known, cdecl) if isinstance(cdecl, (str, CType)) else cdata_type(cdecl)
    if kind is not None and kind._size == found and not kind._var:
        _remember(known, cdecl, found)
    return found


def _remember(known: Any, thing: Any, found: Any) -> None:
    """Write down an answer for a text or a type, or for all cdata of a class."""
    if isinstance(thing, (str, CType)):
        known[thing] = found
    elif getattr(type(thing), "_ct_", None).__class__ is CType:  # not numbers, which have one class
        known[type(thing)] = found


def _know_collected(known: Any, cls: Any, made: Any) -> None:
    """Write down how data of a class get a destructor."""
    kind, word, length = made._ct_, WORD, 0
    if kind.kind == "array":
        if not hasattr(cls, "_length"):
            return
        length = cls.__basicsize__ - word
    known[cls] = struct.pack("4P", id(made), 0, made.__basicsize__ - 3 * word, length)


def _know_array(known: Any, key: Any, kind: CType) -> None:
    """Write down how arrays of a type are made over buffers."""
    size, at = kind.item._size, kind._own.__basicsize__ - WORD
    length = 0 if kind.length is None else id(kind.length)
    known[OWNER, key] = kind, kind.length, size  # which keeps them
    known[key] = struct.pack("6P", id(kind._own), size if not length else kind._size, at, length, seen_at(), id(size))


def _know(known: Any, cdecl: Any, kind: CType, cls: Any) -> None:
    """Write down how data of a type are made, where all that is to be said is their size."""
    item = kind.item
    if item._size <= 0 or item._align > ALIGNED or item._var or cls is not kind._own:
        return
    at, length, size = 0, FIRST, item._size
    if kind.kind == "pointer":
        how, size = SET if item._how in NUMBERS else ONE, size * 2 if item._how in WITH_NUL else size
        how = MEMBERS if item.kind in ("struct", "union") else how
    else:
        at = cls.__basicsize__ - WORD
        how = TEXT if item._how == "char" else OPEN
        if kind.length is not None:
            how, length, size = FIXED, kind.length, kind._size
    fields = getattr(item, "_fields", None) or {}
    names = tuple([name for name, field in fields.items() if not field.flags])
    known[OWNER, cdecl] = kind, length, fields, names  # which keeps them
    known[cdecl] = struct.pack("7P", id(cls), size, at, id(length), how, id(fields), id(names))
