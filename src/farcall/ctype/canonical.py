"""One record for each distinct struct and union of the process: of those that are declared identically, in whatever
library or text, one stands for all.

Identical is more than compatible: the same words for the same members, all the way down, so that nobody sees another's
spelling. A record that can still change by a later declaration, because an incomplete one can be reached from it, stands
for itself, and so does one that is somebody's own (`keep_apart`).
"""

from __future__ import annotations

import weakref

from ..record import replace
from .types import Array, CType, Field, Function, Parameter, Pointer, Qualified, Record

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["canonical", "keep_apart", "unfinished"]

#: Which record stands for a record; it is held weakly, and chosen anew when it is gone.
_chosen: weakref.WeakKeyDictionary[Record, weakref.ref[Record]] = weakref.WeakKeyDictionary()
#: Those that stand for others, by what is told at a glance.
_standing: dict[Any, list[weakref.ref[Record]]] = {}
#: Records that are like no other, and those from which no incomplete record can be reached.
_apart: weakref.WeakSet[Record] = weakref.WeakSet()
_finished: weakref.WeakSet[Record] = weakref.WeakSet()


def canonical(type: CType) -> CType:
    """The type with each record in it replaced by the one that stands for it; the type itself if that changes nothing."""
    if isinstance(type, Record):
        return _stand_in(type)
    if isinstance(type, Pointer):
        target = canonical(type.target)
        return type if target is type.target else Pointer(target)
    if isinstance(type, Qualified):
        plain = canonical(type.type)
        return type if plain is type.type else Qualified(plain, type.qualifiers)
    if isinstance(type, Array):
        element = canonical(type.element)
        return type if element is type.element else Array(element, type.length)
    if isinstance(type, Function):
        result, types = canonical(type.result), [canonical(p.type) for p in type.parameters]
        if result is type.result and all(t is p.type for t, p in zip(types, type.parameters, strict=True)):
            return type
        parameters = tuple(Parameter(p.name, t) for p, t in zip(type.parameters, types, strict=True))
        return replace(type, result=result, parameters=parameters)
    return type


def keep_apart(record: Record) -> None:
    """Have a record be like no other: its class is somebody's own."""
    _apart.add(record)
    _chosen[record] = weakref.ref(record)


def unfinished(type: CType) -> bool:
    """Whether a pointer, at any depth, points to an incomplete record, which a later declaration may complete."""
    while isinstance(type, (Pointer, Qualified, Array)):
        type = type.target if isinstance(type, Pointer) else type.type if isinstance(type, Qualified) else type.element
    return isinstance(type, Record) and type.fields is None


def _stand_in(record: Record) -> Record:
    reference = _chosen.get(record)
    found = reference() if reference is not None else None
    if found is not None:
        return found
    if record.fields is None:
        return record
    if not _is_finished(record):
        _chosen[record] = weakref.ref(record)
        return record
    key = _glance(record)
    for reference in tuple(_standing.get(key, ())):
        other = reference()
        if other is not None and _identical(record, other, set()):
            _chosen[record] = reference
            return other

    def drop(gone: weakref.ref[Record]) -> None:
        left = [r for r in _standing.pop(key, []) if r is not gone]
        if left:
            _standing[key] = left

    own = weakref.ref(record, drop)
    _standing.setdefault(key, []).append(own)
    _chosen[record] = own
    return record


def _glance(record: Record) -> Any:
    names = tuple(field.name for field in record.fields or ())
    return record.kind, record.tag, record.name, record.pack, record.align, record.microsoft, record.order, names


def _is_finished(record: Record) -> bool:
    """Whether every record that can be reached is complete; what is so stays so."""
    seen: dict[int, Record] = {}
    waiting: list[CType] = [record]
    while waiting:
        type = waiting.pop()
        if isinstance(type, Record):
            if id(type) in seen or type in _finished:
                continue
            if type.fields is None:
                return False
            seen[id(type)] = type
            waiting += [field.type for field in type.fields]
        elif isinstance(type, Function):
            waiting += [type.result, *(p.type for p in type.parameters)]
        elif isinstance(type, (Pointer, Qualified, Array)):
            inner = (
                type.target if isinstance(type, Pointer) else type.type if isinstance(type, Qualified) else type.element
            )
            waiting.append(inner)
    _finished.update(seen.values())
    return True


def _identical(one: CType, other: CType, assumed: set[tuple[int, int]]) -> bool:
    """Whether two types are declared with the same words; parameters' names aside."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, Record) and isinstance(other, Record):
        return _identical_records(one, other, assumed)
    if isinstance(one, Pointer) and isinstance(other, Pointer):
        return _identical(one.target, other.target, assumed)
    if isinstance(one, Qualified) and isinstance(other, Qualified):
        return one.qualifiers == other.qualifiers and _identical(one.type, other.type, assumed)
    if isinstance(one, Array) and isinstance(other, Array):
        return one.length == other.length and _identical(one.element, other.element, assumed)
    if isinstance(one, Function) and isinstance(other, Function):
        return (
            (one.variadic, one.convention, one.prototyped) == (other.variadic, other.convention, other.prototyped)
            and len(one.parameters) == len(other.parameters)
            and _identical(one.result, other.result, assumed)
            and all(_identical(a.type, b.type, assumed) for a, b in zip(one.parameters, other.parameters, strict=True))
        )
    return one == other


def _identical_records(one: Record, other: Record, assumed: set[tuple[int, int]]) -> bool:
    if one in _apart or other in _apart or _glance(one) != _glance(other):
        return False
    if one.fields is None or other.fields is None:
        return False
    pair = id(one), id(other)
    if pair in assumed:  # being compared: they point to themselves
        return True
    assumed.add(pair)
    return all(
        _words(a) == _words(b) and _identical(a.type, b.type, assumed)
        for a, b in zip(one.fields, other.fields, strict=True)
    )


def _words(field: Field) -> Any:
    return field.bits, field.align, field.packed
