"""Whether two types are the same to C: the one answer for declarations, arguments, fields and pointers.

C11 6.2.7 is followed with two freedoms, both of them C's own in practice: integers are told apart by their width and
sign under the data model and not by the word that they were declared with (`uint32_t` and `unsigned int`; `long` and
`long long` where both have 64 bits), and types are compared as C compares those of two translation units, so that
structs declared twice are one type if tag and members agree. Names of typedefs and of parameters never matter.

Answers are remembered by the identity of the types; those that an incomplete record has a part in are not.
"""

from __future__ import annotations

from ..record import replace
from .facts import forget as forget_facts
from .layout import is_const, is_signed, layout, sizeof, unqualified
from .leaf import leaves
from .model import DataModel
from .structure import forget as forget_structures
from .types import (
    Array,
    Complex,
    CType,
    Enum,
    Float,
    Function,
    Integer,
    Parameter,
    Pointer,
    Qualified,
    Record,
    Swapped,
    Vector,
    Void,
)

__all__ = ["assignable", "callable_as", "compatible", "forget", "generic_function", "same_members", "same_scalars"]

#: How many answers are remembered.
MOST = 4096
#: The size of int in bytes, which narrower integers are promoted to (C11 6.5.2.2 p6), in all data models.
INT = 4

#: Answers with what they are about, by the identity of that: what is kept cannot be another under the same id.
_known: dict[tuple[int, int, int], tuple[CType, CType, DataModel, bool]] = {}


def compatible(one: CType, other: CType, model: DataModel) -> bool:
    """Whether two types are compatible (C11 6.2.7 p1). Qualifiers count (6.7.3 p10); an incomplete record is
    compatible with any of its tag."""
    if one is other:
        return True
    key = id(one), id(other), id(model)
    found = _known.get(key)
    if found is not None and found[0] is one and found[1] is other and found[2] is model:
        return found[3]
    question = _Question(model)
    answer = question.same(one, other)
    if question.final:
        if len(_known) >= MOST:
            _known.clear()
        _known[key] = one, other, model, answer
    return answer


def same_members(one: Record, other: Record, model: DataModel) -> bool:
    """Whether two complete records are of one kind and have the same members at the same places, tags aside."""
    if one.fields is None or other.fields is None:
        return False
    return _Question(model).members(one, other)


def assignable(given: Pointer, wanted: Pointer, model: DataModel) -> bool:
    """Whether a pointer may stand for another without a cast (C11 6.5.16.1 p1): compatible targets, or void on one
    side, and a target that is const stays so.

    More const is taken at every depth, where C asks for a cast below the first. Every function pointer stands for
    `void (*)(void)`, which is how C passes functions of any type (GLib's GCallback).
    """
    source, target = given.target, wanted.target
    if is_const(source) and not is_const(target):
        return False
    source, target = _bare(source), _bare(target)
    if isinstance(source, Void) or isinstance(target, Void):
        return True
    if isinstance(source, Function) and generic_function(target):
        return True
    if isinstance(source, Pointer) and isinstance(target, Pointer):
        if isinstance(unqualified(source.target), Void) != isinstance(unqualified(target.target), Void):
            return False  # `void **` is a pointer to a pointer of its own
        both_functions = isinstance(source.target, Function) and isinstance(target.target, Function)
        return compatible(source, target, model) if both_functions else assignable(source, target, model)
    return compatible(source, target, model)


def callable_as(given: Function, wanted: Function, model: DataModel) -> bool:
    """Whether a function may be called as one of another type. That is more than compatible by one freedom, which every
    comparator of `qsort` takes: where one of two types is `void *`, the other may be any pointer to data."""
    if len(given.parameters) != len(wanted.parameters):
        return compatible(given, wanted, model)
    results = _void_or(given.result, wanted.result)
    pairs = [_void_or(a.type, b.type) for a, b in zip(given.parameters, wanted.parameters, strict=True)]
    return compatible(
        replace(given, result=results[0], parameters=tuple(Parameter("", one) for one, _ in pairs)),
        replace(wanted, result=results[1], parameters=tuple(Parameter("", other) for _, other in pairs)),
        model,
    )


def _void_or(one: CType, other: CType) -> tuple[CType, CType]:
    """Two types; both as the second if they are pointers to data, and one to void."""
    first, second = unqualified(one), unqualified(other)
    if isinstance(first, Pointer) and isinstance(second, Pointer):
        targets = [unqualified(pointer.target) for pointer in (first, second)]
        if any(isinstance(t, Void) for t in targets) and not any(isinstance(t, Function) for t in targets):
            return second, second
    return one, other


def generic_function(type: CType) -> bool:
    """Whether it is `void (void)`, for whose pointers those of all functions stand."""
    return (
        isinstance(type, Function)
        and isinstance(type.result, Void)
        and not type.parameters
        and not type.variadic
        and _convention(type) == "cdecl"
    )


def same_scalars(one: CType, other: CType, model: DataModel) -> bool:
    """Whether two types have the same size, and the same kinds of numbers and pointers at the same places: what can be
    asked of a type that another library describes, in which neither tags nor signs need be C's."""
    one, other = unqualified(one), unqualified(other)
    if isinstance(one, (Void, Function)) or isinstance(other, (Void, Function)):
        return compatible(one, other, model)
    for type in (one, other):
        if isinstance(type, Record) and type.fields is None:
            return one is other
    return sizeof(one, model) == sizeof(other, model) and _scalars(one, model) == _scalars(other, model)


def forget() -> None:
    """Drop what is remembered of types; for a record that loses its members again."""
    _known.clear()
    forget_structures()
    forget_facts()


class _Question:
    """A comparison under way. `final` says that no later declaration can change the answer."""

    def __init__(self, model: DataModel) -> None:
        self.model = model
        self.final = True
        self.assumed: set[tuple[int, int]] = set()  # pairs of records being compared: they may point to themselves

    def same(self, one: CType, other: CType) -> bool:
        """Whether the types are compatible."""
        if one is other:
            return True
        if isinstance(one, (Integer, Enum)) and isinstance(other, (Integer, Enum)):
            return self._integers(one, other)
        if type(one) is not type(other):
            return False
        if isinstance(one, Record) and isinstance(other, Record):
            return self._records(one, other)
        if isinstance(one, Pointer) and isinstance(other, Pointer):
            return self.same(one.target, other.target)  # 6.7.6.1 p2
        if isinstance(one, Qualified) and isinstance(other, Qualified):
            return one.qualifiers == other.qualifiers and self.same(one.type, other.type)
        if isinstance(one, Array) and isinstance(other, Array):  # 6.7.6.2 p6
            fit = one.length == other.length or None in (one.length, other.length)
            return fit and self.same(one.element, other.element)
        if isinstance(one, Function) and isinstance(other, Function):
            return self._functions(one, other)
        if isinstance(one, Float) and isinstance(other, Float):
            return one.format == other.format
        if isinstance(one, Complex) and isinstance(other, Complex):
            return self.same(one.part, other.part)
        if isinstance(one, Swapped) and isinstance(other, Swapped):
            return one.order == other.order and self.same(one.type, other.type)
        if isinstance(one, Vector) and isinstance(other, Vector):
            return one.count == other.count and self.same(one.lane, other.lane)
        return one == other

    def _integers(self, one: Integer | Enum, other: Integer | Enum) -> bool:
        if isinstance(one, Enum) and isinstance(other, Enum):
            if one.tag != other.tag:
                return False
            if one.constants and other.constants and dict(one.constants) != dict(other.constants):
                return False
        one = one.underlying if isinstance(one, Enum) else one  # 6.7.2.2 p4
        other = other.underlying if isinstance(other, Enum) else other
        return _number(one, self.model) == _number(other, self.model)

    def _functions(self, one: Function, other: Function) -> bool:
        if _convention(one) != _convention(other) or not self.same(one.result, other.result):
            return False
        if one.prototyped and other.prototyped:
            return (
                one.variadic == other.variadic
                and len(one.parameters) == len(other.parameters)
                and all(
                    self.same(_parameter(a.type), _parameter(b.type))
                    for a, b in zip(one.parameters, other.parameters, strict=True)
                )
            )
        told = one if one.prototyped else other  # 6.7.6.3 p15: promoted arguments are what `f()` is called with
        return not told.variadic and all(_kept_as_promoted(p.type, self.model) for p in told.parameters)

    def _records(self, one: Record, other: Record) -> bool:
        if one.kind != other.kind or one.tag != other.tag:
            return False
        if one.tag is None and None not in (one.name, other.name) and one.name != other.name:
            return False  # two types without a tag are two, and known by their typedefs
        if one.fields is None or other.fields is None:
            self.final = False
            return True
        return self.members(one, other)

    def members(self, one: Record, other: Record) -> bool:
        """Whether complete records have the same members; in a union in any order."""
        pair = id(one), id(other)
        if pair in self.assumed:
            return True
        self.assumed.add(pair)
        if one.kind != other.kind:
            return False
        placed, there = layout(one, self.model), layout(other, self.model)
        if (placed.size, placed.align, len(placed.members)) != (there.size, there.align, len(there.members)):
            return False
        mine, others = placed.members, there.members
        if one.is_union and all(member.field.name for member in (*mine, *others)):
            mine, others = (tuple(sorted(m, key=lambda member: str(member.field.name))) for m in (mine, others))
        return all(
            (a.field.name, a.field.bits, a.offset, a.bit_offset) == (b.field.name, b.field.bits, b.offset, b.bit_offset)
            and self.same(a.field.type, b.field.type)
            for a, b in zip(mine, others, strict=True)
        )


def _number(type: Integer, model: DataModel) -> tuple[int, bool, str]:
    """What tells an integer type apart: its size, its sign, and whether it is `_Bool` or plain `char`, which are types of
    their own (6.2.5 p15)."""
    own = type.rank if type.rank == "bool" or (type.rank == "char" and type.signed is None) else ""
    return sizeof(type, model), is_signed(type, model), own


def _kept_as_promoted(type: CType, model: DataModel) -> bool:
    """Whether a parameter has the type that an argument for it is promoted to."""
    plain = unqualified(type)
    if isinstance(plain, Integer):
        return sizeof(plain, model) >= INT
    return not (isinstance(plain, Float) and plain.format == "binary32")


def _convention(type: Function) -> str:
    return type.convention or "cdecl"  # where C has that word, it is the target's own


def _parameter(type: CType) -> CType:
    return unqualified(type)  # 6.7.6.3 p15: each parameter is taken as having the unqualified version


def _bare(type: CType) -> CType:
    """A target without its own qualifiers, which for an array are its elements' (6.7.3 p9)."""
    type = unqualified(type)
    return Array(_bare(type.element), type.length) if isinstance(type, Array) and is_const(type) else type


def _scalars(type: CType, model: DataModel) -> list[tuple[int, int, str]]:
    return [(leaf.offset, sizeof(leaf.type, model), _family(leaf.type)) for leaf in leaves(type, model)]


def _family(type: CType) -> str:
    if isinstance(type, Swapped):
        return f"{type.order} {_family(type.type)}"
    return "Integer" if isinstance(type, Enum) else type.__class__.__name__
