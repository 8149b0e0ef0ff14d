"""Homogeneous aggregates: structs, unions, arrays and complex numbers that are made of one floating-point or vector type, which
several conventions pass in a register for each."""

from __future__ import annotations

from ..ctype import Array, Complex, CType, DataModel, Float, Record, Vector, layout, sizeof, unqualified
from ..record import NamedTuple

__all__ = ["Alike", "alike", "lone_part"]


class Alike(NamedTuple):
    """The one fundamental type that an aggregate is made of, its size and how many uniquely addressable ones; "" and
    0 of what is empty."""

    base: str
    size: int
    members: int


EMPTY = Alike("", 0, 0)


def alike(type: CType, model: DataModel, vectors: frozenset[int]) -> Alike | None:
    """What a homogeneous aggregate is made of; None for other types. `vectors` are the sizes of those that registers hold.

    AAPCS64 §5.9.5: "The test for homogeneity is applied after data layout is completed": padding ends it, packing alone
    does not.
    """
    type = unqualified(type)
    if isinstance(type, Float):
        format = model.long_double_format if type.format == "long" else type.format
        return Alike(format, sizeof(type, model), 1)
    if isinstance(type, Vector):  # "the type of the elements in the short vector does not form part of the test"
        size = sizeof(type, model)
        return Alike(f"vector of {size}", size, 1) if size in vectors else None
    if isinstance(type, Complex):
        part = alike(type.part, model, vectors)
        return part and part._replace(members=2)
    if isinstance(type, Array):
        if not type.length:  # gcc and clang: of no homogeneous aggregate, though it takes no room
            return None
        element = alike(type.element, model, vectors)
        found = element and element._replace(members=element.members * type.length)
    elif isinstance(type, Record):
        found = _members_alike(type, model, vectors)
    else:
        return None
    return found if found and found.size * found.members == sizeof(type, model) else None


def _members_alike(record: Record, model: DataModel, vectors: frozenset[int]) -> Alike | None:
    base, size, count = EMPTY
    for member in layout(record, model).members:
        if member.field.bits == 0:
            continue
        inner = None if member.field.bits else alike(member.field.type, model, vectors)
        if inner is None or (base and inner.base and inner.base != base):
            return None
        if inner.base:
            base, size = inner.base, inner.size
        count = max(count, inner.members) if record.is_union else count + inner.members
    return Alike(base, size, count)


def lone_part(type: CType, model: DataModel) -> CType | None:
    """The number or vector that a type is, or a struct's one member with all its bytes, or an array's one element; None for
    other aggregates. gcc has a struct in the mode of what this finds."""
    type, size = unqualified(type), sizeof(type, model)
    if isinstance(type, Array):
        return lone_part(type.element, model) if type.length == 1 else None
    if not isinstance(type, Record):
        return type
    members = [m.field for m in layout(type, model).members if m.field.bits != 0 and sizeof(m.field.type, model)]
    if type.is_union or len(members) != 1 or members[0].bits or sizeof(members[0].type, model) != size:
        return None
    return lone_part(members[0].type, model)
