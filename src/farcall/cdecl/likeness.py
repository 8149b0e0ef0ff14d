"""Whether two declarations declare the same: C's compatible types, by representation."""

from __future__ import annotations

from ..ctype import (
    Array,
    CType,
    DataModel,
    Enum,
    Float,
    Function,
    Integer,
    Pointer,
    Qualified,
    Record,
    Vector,
    is_signed,
    names,
    sizeof,
    unqualified,
)

__all__ = ["alike", "alike_records"]


def alike(one: CType, other: CType, model: DataModel) -> bool:
    """Whether the types are compatible (C11 6.2.7): integers by width and signedness, records by identity,
    and records without a tag by their members, since each reading of a text makes them anew."""
    if one is other:
        return True
    if isinstance(one, Integer) and isinstance(other, Integer):
        return (
            sizeof(one, model) == sizeof(other, model)
            and is_signed(one, model) == is_signed(other, model)
            and (one.rank == "bool") == (other.rank == "bool")
        )
    if type(one) is not type(other):
        return False
    if isinstance(one, Pointer) and isinstance(other, Pointer):
        return alike(one.target, other.target, model)
    if isinstance(one, Qualified) and isinstance(other, Qualified):
        return one.qualifiers == other.qualifiers and alike(one.type, other.type, model)
    if isinstance(one, Array) and isinstance(other, Array):
        return one.length == other.length and alike(one.element, other.element, model)
    if isinstance(one, Vector) and isinstance(other, Vector):
        return one.count == other.count and alike(one.lane, other.lane, model)
    if isinstance(one, Enum) and isinstance(other, Enum):
        return one.tag == other.tag and one.constants == other.constants and one.underlying == other.underlying
    if isinstance(one, Function) and isinstance(other, Function):
        if not (one.prototyped and other.prototyped):
            return (one.convention or "cdecl") == (other.convention or "cdecl") and _alike_promoted(one, other, model)
        return (
            one.variadic == other.variadic
            and (one.convention or "cdecl") == (other.convention or "cdecl")  # where C has it, it is the target's own
            and len(one.parameters) == len(other.parameters)
            and alike(one.result, other.result, model)
            and all(alike(a.type, b.type, model) for a, b in zip(one.parameters, other.parameters, strict=True))
        )
    if isinstance(one, Record) and isinstance(other, Record):
        return one.tag is None and other.tag is None and alike_records(one, other, model)
    return one == other


def alike_records(one: Record, other: Record, model: DataModel) -> bool:
    """Whether two complete records have the same kind, members and layout attributes."""
    if one.fields is None or other.fields is None or len(one.fields) != len(other.fields):
        return False
    settings = [(r.kind, r.pack, r.align, r.microsoft) for r in (one, other)]
    return settings[0] == settings[1] and all(
        (a.name, a.bits, a.align, a.packed) == (b.name, b.bits, b.align, b.packed) and alike(a.type, b.type, model)
        for a, b in zip(one.fields, other.fields, strict=True)
    )


def _alike_promoted(one: Function, other: Function, model: DataModel) -> bool:
    """Whether a function without a prototype is compatible with the other: that one must take what promotion leaves
    as it is (C11 6.7.6.3 p15)."""
    return (
        alike(one.result, other.result, model)
        and not (one.variadic or other.variadic)
        and not any(_promotes(unqualified(p.type), model) for p in (*one.parameters, *other.parameters))
    )


def _promotes(type: CType, model: DataModel) -> bool:
    if isinstance(type, Float):
        return type in (names.float_, names.fp16)
    type = type.underlying if isinstance(type, Enum) else type
    return isinstance(type, Integer) and sizeof(type, model) < sizeof(names.int_, model)
