"""The AMD64 psABI's classes of eightbytes (1.0, §3.2.3, "Classification"): what sort of register each wants.

Labels such as "classification 5(c)" are the paragraphs of that section's numbered list for aggregates.
"""

from __future__ import annotations

from enum import Enum as Enumeration

from ..ctype import (
    Array,
    Complex,
    CType,
    DataModel,
    Enum,
    Float,
    Integer,
    Member,
    Pointer,
    Record,
    Vector,
    alignof,
    layout,
    sizeof,
    unqualified,
)
from ..errors import UnsupportedTypeError
from ..record import NamedTuple

__all__ = [
    "COMPLEX_X87",
    "EIGHTBYTE",
    "INTEGER",
    "IN_X87",
    "MEMORY",
    "NO_CLASS",
    "SSE",
    "SSEUP",
    "X87",
    "X87UP",
    "AbiVariant",
    "Class",
    "classify",
    "merge",
]

EIGHTBYTE = 8


class Class(Enumeration):
    """The class of an eightbyte (psABI §3.2.3, "Classification")."""

    NO_CLASS = "NO_CLASS"
    INTEGER = "INTEGER"
    SSE = "SSE"
    SSEUP = "SSEUP"
    X87 = "X87"
    X87UP = "X87UP"
    COMPLEX_X87 = "COMPLEX_X87"
    MEMORY = "MEMORY"

    def __str__(self) -> str:
        return self.value


class AbiVariant(NamedTuple):
    """Where the systems' compilers part, on what the psABI does not say, or said later.

    `lone_long_in_general`: a vector of 8 bytes with one integer lane (`__m64` is one) is INTEGER, not SSE.
    `lone_double_in_vector`: one with a lane of `double` is MEMORY all the same, but its result comes back in xmm0.
    `int128_lanes`: a vector of 16 bytes may have a lane of `__int128`, and a wider one of them is MEMORY; without it
    such vectors are refused. `int128_takes_last`: a `__int128` that goes to the stack while one general register is
    left takes that one too, so that no later argument is passed in it. `unaligned_members`: a record off its alignment
    is MEMORY (classification 1) even if it holds nothing but bit-fields. `variadic_on_stack`: in a variadic function
    the named vectors of over 16 bytes are on the stack too, not only those behind them. `half_long_double`: classification 5(b)
    does not hold; the upper half of a long double whose lower half is INTEGER, by a union, is SSE.
    """

    lone_long_in_general: bool = False
    lone_double_in_vector: bool = False
    int128_lanes: bool = False
    int128_takes_last: bool = False
    unaligned_members: bool = False
    variadic_on_stack: bool = False
    half_long_double: bool = False


class Part(NamedTuple):
    """A member, element or half `offset` bytes into an aggregate; for a bit-field, its bits from there on."""

    type: CType
    offset: int
    bits: range | None = None


NO_CLASS, INTEGER, SSE, SSEUP, X87, X87UP, COMPLEX_X87, MEMORY = Class
IN_X87 = frozenset((X87, X87UP, COMPLEX_X87))


def merge(one: Class, other: Class) -> Class:
    """The class of an eightbyte that two members share (classification 4)."""
    if one is other:  # (a)
        return one
    if one is NO_CLASS:  # (b)
        return other
    if other is NO_CLASS:
        return one
    if one is MEMORY or other is MEMORY:  # (c)
        return MEMORY
    if one is INTEGER or other is INTEGER:  # (d)
        return INTEGER
    if one in IN_X87 or other in IN_X87:  # (e)
        return MEMORY
    return SSE  # (f)


def classify(type: CType, model: DataModel, variant: AbiVariant) -> tuple[tuple[Class, ...], str]:
    """The class of each eightbyte of `type`, and "". A value that goes by memory: `((MEMORY,), why)`.

    Raises UnsupportedTypeError for what is no value of a size that the ABI knows (void, functions, vectors of
    odd sizes), IncompleteTypeError for a record without members.
    """
    classes, why = _classify(type, model, variant, 0)
    if variant.half_long_double:  # what 5(b) would have sent to memory
        classes = tuple(
            SSE if kind is X87UP and classes[index - 1] is not X87 else kind for index, kind in enumerate(classes)
        )
    return classes, why


def _classify(type: CType, model: DataModel, variant: AbiVariant, offset: int) -> tuple[tuple[Class, ...], str]:
    """The same for a member that lies at `offset` in the whole: the classes of the eightbytes it touches."""
    type = unqualified(type)
    parts = _parts(type, model)
    if (parts is None or variant.unaligned_members) and offset % alignof(type, model):  # classification 1
        return (MEMORY,), f"unaligned {type}, §3.2.3 classification 1"
    if parts is None:
        return _classify_scalar(type, model, variant)
    size = sizeof(type, model)
    if size > 8 * EIGHTBYTE:  # classification 1
        return (MEMORY,), "over 64 bytes, §3.2.3 classification 1"
    first = offset // EIGHTBYTE
    classes = [NO_CLASS] * (-(-(offset + size) // EIGHTBYTE) - first if size else 0)
    # "Each field of an object is classified recursively" (4). Merging is not associative, so a member is
    # finished, its rules 5 included, before it is merged; a walk over the leaves would not do.
    for part in parts:
        at = offset + part.offset
        if part.bits is None:
            inner, why = _classify(part.type, model, variant, at)
            if why:
                return (MEMORY,), why
        else:  # bits are INTEGER wherever they lie, and never unaligned
            last = at + (part.bits.stop - 1) // 8
            at += part.bits.start // 8
            inner = (INTEGER,) * (last // EIGHTBYTE - at // EIGHTBYTE + 1)
        for index, kind in enumerate(inner, at // EIGHTBYTE - first):
            classes[index] = merge(classes[index], kind)
    return _after_merging(tuple(classes), variant)


def _parts(type: CType, model: DataModel) -> list[Part] | None:
    """What an aggregate is made of; None for a type with a class of its own.

    A bit-field without a name counts, as storage, in gcc and in clang since 24; one of width 0 does not.
    """
    if isinstance(type, Record):
        return [_part(m) for m in layout(type, model).members if m.field.bits != 0 and not _is_flexible(m.field.type)]
    if isinstance(type, Array):
        stride = sizeof(type.element, model)
        return [Part(type.element, index * stride) for index in range(type.length or 0)]
    if isinstance(type, Complex) and not (type.part.format == "long" and model.long_double_format == "x87"):
        return [Part(type.part, 0), Part(type.part, sizeof(type.part, model))]  # a struct of the two
    return None


def _part(member: Member) -> Part:
    bits = member.field.bits
    return Part(
        member.field.type,
        member.offset,
        None if bits is None else range(member.bit_offset, member.bit_offset + bits),
    )


def _is_flexible(type: CType) -> bool:
    return isinstance(type, Array) and type.length is None


def _after_merging(classes: tuple[Class, ...], variant: AbiVariant) -> tuple[tuple[Class, ...], str]:
    if MEMORY in classes:  # classification 5(a)
        return (MEMORY,), "by its members, §3.2.3 classification 5(a)"
    for index, kind in enumerate(classes):
        if variant.half_long_double:
            break
        if kind is X87UP and (index == 0 or classes[index - 1] is not X87):  # classification 5(b)
            return (MEMORY,), "half a long double, §3.2.3 classification 5(b)"
    if len(classes) > 2 and (classes[0] is not SSE or any(kind is not SSEUP for kind in classes[1:])):
        return (MEMORY,), "over 16 bytes, §3.2.3 classification 5(c)"
    return tuple(
        SSE if kind is SSEUP and (index == 0 or classes[index - 1] not in (SSE, SSEUP)) else kind
        for index, kind in enumerate(classes)  # classification 5(d)
    ), ""


def _classify_scalar(type: CType, model: DataModel, variant: AbiVariant) -> tuple[tuple[Class, ...], str]:
    """The classes of a basic type (§3.2.3, the list before the aggregates)."""
    if isinstance(type, (Integer, Enum, Pointer)):
        eightbytes = -(-sizeof(type, model) // EIGHTBYTE)
        return (INTEGER,) * eightbytes, ""  # __int128 is two, as a struct of two longs
    if isinstance(type, Complex):  # of long double; the others are structs
        return (COMPLEX_X87,), ""
    if isinstance(type, Float):
        size = sizeof(type, model)
        if type.format == "long" and model.long_double_format == "x87":
            return (X87, X87UP), ""
        return (SSE, SSEUP)[: -(-size // EIGHTBYTE)], ""
    if isinstance(type, Vector):
        return _classify_vector(type, sizeof(type, model), sizeof(type.lane, model), variant)
    raise UnsupportedTypeError(f"{type} cannot be passed by value")


def _classify_vector(type: Vector, size: int, lane: int, variant: AbiVariant) -> tuple[tuple[Class, ...], str]:
    """The classes of `__m64`, `__m128`, `__m256` and `__m512`, and of what compilers make like them."""
    if size > 8 * EIGHTBYTE:
        return (MEMORY,), "over 64 bytes, §3.2.3 classification 1"
    if size == lane == 8:
        if isinstance(type.lane, Float):
            return (MEMORY,), "one lane of double is no __m64, as gcc and clang have it"
        return (INTEGER if variant.lone_long_in_general else SSE,), ""
    if size not in (8, 16, 32, 64):
        raise UnsupportedTypeError(f"{type}: x86-64 has no vectors of {size} bytes")
    if lane == 16 and isinstance(type.lane, Integer):
        if not variant.int128_lanes:
            raise UnsupportedTypeError(f"{type}: this system's compilers have no one way to pass lanes of __int128")
        if size > 16:
            return (MEMORY,), "lanes of __int128 over 16 bytes, as gcc and clang have it"
    return (SSE,) + (SSEUP,) * (size // EIGHTBYTE - 1), ""
