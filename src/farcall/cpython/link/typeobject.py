"""Two fields of a type that PyType_Spec cannot set before 3.14: `tp_vectorcall`, and the flag that seals it.

CPython itself tells where they are: `type` is called through the pointer at its `tp_vectorcall_offset`, and a type's
flags are what `__flags__` says. `settable` checks both against live types; where they do not agree, types are called
through `tp_new` and `__init__`, and stay open.
"""

from __future__ import annotations

import sys
from functools import lru_cache

from ... import seed
from ...stub.interpreter import (
    TP_CALL,
    TP_DEALLOC,
    TP_FINALIZE,
    TP_FLAGS,
    TP_FREE,
    TP_HASH,
    TP_ITER,
    TP_RICHCOMPARE,
    TP_VECTORCALL_OFFSET,
)
from ...system import running
from ..facts.host import WORD
from .linker import linker

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "Unspecialised",
    "items_of",
    "seal",
    "set_call",
    "set_compare",
    "set_finalizer",
    "set_items",
    "set_iteration",
    "set_numbers",
    "set_vectorcall",
    "settable",
    "words_of",
]

#: Include/object.h: what is called has a vectorcall; attributes of the type cannot be set (3.10 on).
HAVE_VECTORCALL, IMMUTABLE = 1 << 11, 1 << 8
#: Include/object.h: instances are the collector's.
HAVE_GC = 1 << 14
#: Fields of PyTypeObject, of PyMappingMethods, and of PySequenceMethods (Include/cpython/object.h), in pointers; PyNumberMethods
#: begin with the sum and the difference.
TP_AS_NUMBER, TP_AS_SEQUENCE, TP_AS_MAPPING = 10, 11, 12
MP_SUBSCRIPT, MP_ASS_SUBSCRIPT, SQ_LENGTH, SQ_ITEM = 1, 2, 0, 3


@lru_cache(maxsize=1)
def settable() -> bool:
    """Whether both fields are where they are believed to be."""
    if not linker().facts.fast:
        return False
    if not all(_word(cls, _flags_at()) == cls.__flags__ for cls in (type, int, list, Exception)):
        return False
    at, size = _vectorcall_at(), int(type.__dict__["__basicsize__"].__get__(type))
    # type, list and dict have a vectorcall of their own on every version since 3.9; object has none
    return (
        bool(_word(type, _flags_at()) & HAVE_VECTORCALL)
        and 0 < at < size
        and running().symbol_origin(_word(list, at))[0] == running().symbol_origin(_word(dict, at))[0] != ""
        and _word(object, at) == 0
    )


def set_vectorcall(cls: type, address: int) -> None:
    """Have a call of the type run the C function at `address` (PEP 590). Subclasses do not inherit it."""
    seed.write(id(cls) + _vectorcall_at(), address.to_bytes(WORD, sys.byteorder))


def set_compare(cls: type, compare: int, hash: int) -> None:
    """Have instances be compared and hashed by these C functions. Subclasses do not inherit it."""
    _set(cls, TP_RICHCOMPARE, compare)
    _set(cls, TP_HASH, hash)


def set_call(cls: type, call: int) -> None:
    """Have a call of instances run this C function. Subclasses do not inherit it."""
    _set(cls, TP_CALL, call)


def set_iteration(cls: type, iterate: int) -> None:
    """Have iterators of instances be made by this C function. Subclasses do not inherit it."""
    _set(cls, TP_ITER, iterate)


def set_finalizer(cls: type, finalize: int) -> None:
    """Have this C function be called once before an instance is gone, in place of the class's `__del__` (PEP 442). Subclasses do
    not inherit it."""
    assert _word(cls, linker().facts.header + TP_FINALIZE * WORD), "what calls __del__ is there"
    _set(cls, TP_FINALIZE, finalize)


def free_plainly(cls: type, native: type, dealloc: int) -> None:
    """Have instances of a class that Python made, with no fields beside those of `native`, be no more the collector's than that
    one's are, and be freed by the C function `dealloc`. Subclasses do not inherit it."""
    header = linker().facts.header
    flags = (cls.__flags__ & ~HAVE_GC).to_bytes(WORD, sys.byteorder)
    seed.write(id(cls) + _flags_at(), flags)
    free = _word(native, header + TP_FREE * WORD)
    for field, word in ((TP_FREE, free), (TP_DEALLOC, dealloc)):
        _set(cls, field, word)


def set_numbers(cls: type, add: int, subtract: int) -> None:
    """Have these C functions be what adds and subtracts. Subclasses do not inherit it."""
    number = _word(cls, linker().facts.header + TP_AS_NUMBER * WORD)
    seed.write(number, b"".join(code.to_bytes(WORD, sys.byteorder) for code in (add, subtract)))


def set_items(cls: type, subscript: int, store: int, item: int, length: int = 0) -> None:
    """Have items of instances be read, written and counted by these C functions, with 0 as they were. Subclasses do not inherit
    it."""
    header = linker().facts.header
    mapping, sequence = (_word(cls, header + at * WORD) for at in (TP_AS_MAPPING, TP_AS_SEQUENCE))
    for place, code in (
        (mapping + MP_SUBSCRIPT * WORD, subscript),
        (mapping + MP_ASS_SUBSCRIPT * WORD, store),
        (sequence + SQ_ITEM * WORD, item),
        (sequence + SQ_LENGTH * WORD, length),
    ):
        if code:
            seed.write(place, code.to_bytes(WORD, sys.byteorder))


def items_of(cls: type) -> tuple[int, int]:
    """The C functions by which items of instances are read and written."""
    mapping = _word(cls, linker().facts.header + TP_AS_MAPPING * WORD)
    row = seed.read(mapping, 3 * WORD)
    read, write = (
        int.from_bytes(row[at * WORD : (at + 1) * WORD], sys.byteorder) for at in (MP_SUBSCRIPT, MP_ASS_SUBSCRIPT)
    )
    return read, write


class Unspecialised:
    """A method that CPython does not call past the slots of a class, as it does with plain functions (from 3.11 on)."""

    __slots__ = ("function",)

    def __init__(self, function: Any) -> None:
        self.function = function

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        return self.function if instance is None else self.function.__get__(instance, cls)


def words_of(descriptor: Any) -> tuple[int, ...]:
    """The words of the PyGetSetDef that a descriptor has (Include/descrobject.h), behind its type, name and qualified name."""
    at = int.from_bytes(seed.read(id(descriptor) + linker().facts.header + 3 * WORD, WORD), sys.byteorder)
    data = seed.read(at, 5 * WORD)
    return tuple([int.from_bytes(data[n : n + WORD], sys.byteorder) for n in range(0, 5 * WORD, WORD)])


def seal(cls: type) -> None:
    """Let no one set attributes of the type any more: CPython then calls it as it calls its own (from 3.11 on)."""
    if settable():
        seed.write(id(cls) + _flags_at(), (cls.__flags__ | IMMUTABLE).to_bytes(WORD, sys.byteorder))


def _set(cls: type, field: int, word: int) -> None:
    seed.write(id(cls) + linker().facts.header + field * WORD, word.to_bytes(WORD, sys.byteorder))


def _word(cls: type, at: int) -> int:
    return int.from_bytes(seed.read(id(cls) + at, WORD), sys.byteorder)


def _flags_at() -> int:
    return linker().facts.header + TP_FLAGS * WORD


def _vectorcall_at() -> int:
    return _word(type, linker().facts.header + TP_VECTORCALL_OFFSET * WORD)
