"""Enumerations: the values of the constants, and the integer type that GCC gives the enum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ctype import DataModel, Enum, Integer, names, sizeof

if TYPE_CHECKING:
    from .builder import Builder
    from .syntax import Node

__all__ = ["enumeration"]

#: Candidates for the underlying type, in order (GCC manual, "Structures, unions, enumerations, and bit-fields
#: implementation"; with `packed` or -fshort-enums the smallest one that holds the values).
USUAL = (names.uint, names.int_, names.ulong, names.long, names.ulonglong, names.longlong)
PACKED = (names.uchar, names.schar, names.ushort, names.short, *USUAL)


def enumeration(builder: Builder, node: Node) -> Enum:
    """The type of an enum specifier; its constants are declared on the way."""
    tag = node.name
    if node.values is None:
        known = builder.draft.tag("enum", tag)
        if not isinstance(known, Enum):
            other = builder.draft.other_kind("enum", tag)
            builder.fail(node, f"{other} {tag} is not an enum" if other else f"enum {tag} is not declared")
        return known
    if tag and builder.draft.other_kind("enum", tag):
        builder.fail(node, f"{tag!r} is already the tag of a {builder.draft.other_kind('enum', tag)}")
    constants: list[tuple[str, int]] = []
    value = -1
    for item in node.values.enumerators:
        value = value + 1 if item.value is None else builder.constant(item.value)
        if not -(1 << 63) <= value < 1 << 64:
            builder.fail(item, f"{item.name} = {value} is too large for any integer type")
        if any(name == item.name for name, _ in constants):
            builder.fail(item, f"{item.name!r} is declared twice")
        constants.append((item.name, value))
        # Known at once: the next value may use it.
        builder.accept(item, builder.draft.add_constant(item.name, value))
    packed = any(a.name == "packed" for a in builder.notes(node).attributes)
    underlying = _underlying([v for _, v in constants], PACKED if packed else USUAL, builder.model)
    if underlying is None:
        builder.fail(node, "no integer type holds all values of this enum")
    enum = Enum(tag, underlying, tuple(constants))
    builder.accept(node, builder.draft.add_enum(enum))
    return enum


def _underlying(values: list[int], candidates: tuple[Integer, ...], model: DataModel) -> Integer | None:
    low, high = min(values), max(values)
    for type in candidates:
        bits = 8 * sizeof(type, model)
        if type.signed and low < 0 and -(1 << (bits - 1)) <= low and high < 1 << (bits - 1):
            return type
        if not type.signed and low >= 0 and high < 1 << bits:
            return type
    return None
