"""Size, alignment and member offsets of C types for a data model, as pure functions."""

from __future__ import annotations

from ..errors import IncompleteTypeError, UnsupportedTypeError
from ..record import dataclass
from .bitfield import Item, microsoft, microsoft_union, sysv
from .model import DataModel
from .types import (
    Array,
    Complex,
    CType,
    Enum,
    Field,
    Float,
    Function,
    Integer,
    Pointer,
    Qualified,
    Record,
    Swapped,
    Vector,
    Void,
)

__all__ = [
    "Layout", "Member", "alignof", "is_const", "is_modifiable", "is_signed", "layout", "sizeof", "unqualified",
]  # fmt: skip

FIXED_RANKS = {
    "bool": 1, "char": 1, "short": 2, "int": 4, "long long": 8,
    "8": 1, "16": 2, "32": 4, "64": 8, "128": 16,
}  # fmt: skip
FLOAT_SIZES = {"binary16": 2, "bfloat16": 2, "binary32": 4, "binary64": 8, "binary128": 16}


@dataclass(frozen=True, slots=True)
class Member:
    """A field in its place: `offset` in bytes.

    A bit-field is the `field.bits` bits from bit `bit_offset` on, counted from the byte at `offset` in the
    order of memory: bit 0 is that byte's least significant bit on a little-endian machine, its most
    significant one on a big-endian machine. `offset` is aligned for the declared type where one unit of
    that type holds the field; where packing lets it straddle units, it is the first byte the field touches.
    Whoever accesses it touches only the bytes that hold its bits: the unit may reach beyond the record.
    """

    field: Field
    offset: int
    bit_offset: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """A record's size and alignment in bytes, and its members."""

    size: int
    align: int
    members: tuple[Member, ...]


def unqualified(type: CType) -> CType:
    """The type without its outermost qualifiers."""
    while isinstance(type, Qualified):
        type = type.type
    return type


def is_const(type: CType) -> bool:
    """Whether the type is const-qualified (an array is if its elements are: C11 6.7.3)."""
    if isinstance(type, Array):
        return is_const(type.element)
    return isinstance(type, Qualified) and ("const" in type.qualifiers or is_const(type.type))


def is_modifiable(type: CType) -> bool:
    """Whether C lets the whole of a value be assigned: it is not const, nor is any member of it, however deep (C11
    6.3.2.1 p1)."""
    if is_const(type):
        return False
    type = unqualified(type)
    while isinstance(type, Array):
        type = unqualified(type.element)
    if not isinstance(type, Record) or type.fields is None:
        return True
    found = type.found.get(is_modifiable)
    if found is None:
        found = type.found[is_modifiable] = all(is_modifiable(field.type) for field in type.fields)
    return found is True


def is_signed(type: CType, model: DataModel) -> bool:
    """Whether an integer or enum type is signed under `model`."""
    type = unqualified(type)
    if isinstance(type, Swapped):
        type = type.type
    if isinstance(type, Enum):
        type = type.underlying
    if not isinstance(type, Integer):
        raise TypeError(f"{type} is not an integer type")
    if type.signed is None:
        return model.wchar_signed if type.rank == "wchar" else model.char_signed
    return type.signed


def sizeof(type: CType, model: DataModel) -> int:
    """C's sizeof, in bytes.

    Raises IncompleteTypeError for a record without members and an array of unknown length,
    UnsupportedTypeError for void and functions, which have no size.
    """
    if isinstance(type, Integer):
        return _integer_size(type, model)
    if isinstance(type, Float):
        return model.long_double if type.format == "long" else FLOAT_SIZES[type.format]
    if isinstance(type, Pointer):
        return model.pointer
    if isinstance(type, (Qualified, Swapped)):
        return sizeof(type.type, model)
    if isinstance(type, Enum):
        return _integer_size(type.underlying, model)
    if isinstance(type, Record):
        return layout(type, model).size
    if isinstance(type, Array):
        if type.length is None:
            raise IncompleteTypeError(f"{type} has no length")
        return type.length * sizeof(type.element, model)
    if isinstance(type, Complex):
        return 2 * sizeof(type.part, model)
    if isinstance(type, Vector):
        return type.count * sizeof(type.lane, model)
    if isinstance(type, (Void, Function)):
        raise UnsupportedTypeError(f"{type} has no size")
    raise TypeError(f"not a C type: {type!r}")


def alignof(type: CType, model: DataModel) -> int:
    """The alignment, in bytes, that a member of `type` gets in a record (C's _Alignof for such a member)."""
    if isinstance(type, (Integer, Enum, Pointer)):
        return min(sizeof(type, model), model.scalar_align_limit)
    if isinstance(type, Float):
        if type.format == "long":
            return model.long_double_align
        if type.format == "binary128":  # where long double is no such number, aligned to its size
            return model.long_double_align if model.long_double_format == "binary128" else 16
        return min(sizeof(type, model), model.scalar_align_limit)
    if isinstance(type, (Qualified, Swapped)):
        return alignof(type.type, model)
    if isinstance(type, Record):
        return layout(type, model).align
    if isinstance(type, Array):
        return alignof(type.element, model)
    if isinstance(type, Complex):
        return alignof(type.part, model)
    if isinstance(type, Vector):
        size = sizeof(type, model)
        return min(size, model.vector_align_limit or size)
    if isinstance(type, (Void, Function)):
        raise UnsupportedTypeError(f"{type} has no alignment")
    raise TypeError(f"not a C type: {type!r}")


def layout(record: Record, model: DataModel) -> Layout:
    """Where each member lies. Raises IncompleteTypeError for a record without its members yet."""
    if record.fields is None:
        raise IncompleteTypeError(f"{record} is incomplete: its members are not declared")
    found = record.found.get(model)
    if found is None:
        found = record.found.setdefault(model, _layout(record, model))
    return found  # type: ignore[return-value]


def _integer_size(type: Integer, model: DataModel) -> int:
    if type.rank == "long":
        return model.long
    if type.rank == "pointer":
        return model.pointer
    if type.rank == "wchar":
        return model.wchar
    return FIXED_RANKS[type.rank]


def _layout(record: Record, model: DataModel) -> Layout:
    assert record.fields is not None
    items = [_item(record, position, model) for position in range(len(record.fields))]
    pack = 8 * record.pack
    if record.is_union and model.bit_fields == "microsoft":
        placed = microsoft_union(items, pack=pack)
    elif record.microsoft or model.bit_fields in ("microsoft", "ms_struct"):
        placed = microsoft(items, union=record.is_union, pack=pack)
    else:
        aapcs = model.bit_fields == "aapcs"
        dense = 8 * model.largest_align if model.bit_fields == "dense" else 0
        placed = sysv(items, union=record.is_union, pack=pack, anonymous_align=aapcs, dense=dense)
    align = max(placed.align // 8, record.align, _least(record, model))
    size = -(-placed.end // 8)
    members = tuple(
        Member(field, position // 8) if field.bits is None else _bit_member(field, position, item)
        for field, position, item in zip(record.fields, placed.positions, items, strict=True)
    )
    return Layout(-(-size // align) * align, align, members)


def _least(record: Record, model: DataModel) -> int:
    """What a record is aligned to at least, where the model has that. "Packed structures don't need to have minimum size"
    (GCC): those with the attribute, all of whose members then are."""
    if model.record_align == 1:
        return 1
    fields = record.fields or ()
    if fields and all(field.packed for field in fields):
        return 1
    return min(model.record_align, record.pack or model.record_align)


def _item(record: Record, position: int, model: DataModel) -> Item:
    assert record.fields is not None
    field = record.fields[position]
    if isinstance(field.type, Array) and field.type.length is None:
        if position != len(record.fields) - 1:
            raise IncompleteTypeError(f"{record}: {field} must be the last member")
        size = 0  # a flexible array member takes no room (C11 6.7.2.1 p18)
    else:
        size = sizeof(field.type, model)
    align = alignof(field.type, model)
    if record.microsoft:
        align = max(align, _microsoft_align(field.type, model))
    if field.bits is not None and not 0 <= field.bits <= 8 * size:
        raise UnsupportedTypeError(f"{record}: {field} is wider than its type")
    return Item(8 * size, 8 * align, field.bits, 8 * field.align, field.packed, field.name is not None)


def _microsoft_align(type: CType, model: DataModel) -> int:
    """Microsoft aligns members to their type's own alignment, also where System V lowers it."""
    type = unqualified(type)
    while isinstance(type, Array):
        type = unqualified(type.element)
    type = type.type if isinstance(type, Swapped) else type
    if isinstance(type, Complex):
        type = type.part
    natural = isinstance(type, (Integer, Enum)) or (isinstance(type, Float) and type.format != "long")
    return sizeof(type, model) if natural else 1


def _bit_member(field: Field, position: int, item: Item) -> Member:
    assert item.width is not None
    start = position // item.align * item.align
    if position + item.width > start + item.size:
        start = position // 8 * 8
    return Member(field, start // 8, position - start)
