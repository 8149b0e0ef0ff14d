"""The structure of a type: what is left of it without its names.

Layouts, and where calling conventions put a value, depend on nothing else. Types of one structure have the same
structure, as an object: it is quickly compared and hashed.
"""

from __future__ import annotations

import weakref

from .types import Array, Complex, CType, Enum, Field, Pointer, Qualified, Record, Swapped, Vector

__all__ = ["Structure", "forget", "structure"]


class Structure:
    """What types of one structure have in common; equal to itself only."""

    __slots__ = ()


_POINTER = Structure()
_structures: dict[object, Structure] = {}
_of_records: weakref.WeakKeyDictionary[Record, Structure] = weakref.WeakKeyDictionary()


def structure(type: CType) -> Structure:
    """The structure of a type, its outermost qualifiers aside. An incomplete record has one of its own."""
    while isinstance(type, (Qualified, Swapped)):
        type = type.type
    if isinstance(type, Pointer):
        return _POINTER
    if isinstance(type, Record):
        return _of_record(type)
    if isinstance(type, Enum):
        return _shared((Enum, structure(type.underlying)))
    if isinstance(type, Array):
        return _shared((Array, structure(type.element), type.length))
    if isinstance(type, Complex):
        return _shared((Complex, structure(type.part)))
    if isinstance(type, Vector):
        return _shared((Vector, structure(type.lane), type.count))
    return _shared(type)  # a number or void: its name may say which it is


def forget() -> None:
    """Drop what is kept of records; for one that loses its members again."""
    _of_records.clear()


def _of_record(record: Record) -> Structure:
    if record.fields is None:
        return Structure()
    found = _of_records.get(record)
    if found is None:
        fields = tuple([_of_field(field) for field in record.fields])
        words = record.kind, record.pack, record.align, record.microsoft
        found = _of_records[record] = _shared((Record, words, fields))
    return found


def _of_field(field: Field) -> object:
    return structure(field.type), field.name is None, field.bits, field.align, field.packed


def _shared(key: object) -> Structure:
    found = _structures.get(key)
    return _structures.setdefault(key, Structure()) if found is None else found
