"""Structs and unions, as cffi's types: opaque first, completed by their members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...ctype import Array, Field, Integer, Record, Void, alignof, keep_apart, layout, sizeof, unqualified
from ...ctype import CType as C
from .types import MODEL, CType

__all__ = ["CField", "complete_struct_or_union", "new_struct_type", "new_union_type"]

#: Flags of `complete_struct_or_union`.
SF_PACKED = 0x08
#: Flags of fields: members of anonymous members after the first of a union are left out by initialisers.
BF_IGNORE_IN_CTOR = 1


class CField:
    """A member of a struct or union: `type`, `offset` in bytes, `bitshift` and `bitsize` (-1 where it is no bit-field) and
    `flags`."""

    __module__ = "_cffi_backend"
    __slots__ = ("bitshift", "bitsize", "flags", "offset", "type")

    def __init__(self, type: CType, offset: int, bitshift: int = -1, bitsize: int = -1, flags: int = 0) -> None:
        self.type, self.offset, self.bitshift, self.bitsize, self.flags = type, offset, bitshift, bitsize, flags


def new_struct_type(name: str) -> CType:
    """A struct without members yet."""
    return _record("struct", name)


def new_union_type(name: str) -> CType:
    """A union without members yet."""
    return _record("union", name)


def _record(kind: str, name: str) -> CType:
    tag = name.removeprefix(kind + " ")
    record = Record(kind, tag if tag != name else None, name=name)
    keep_apart(record)
    return CType(kind, kind, name, len(name), -1, -1, record)


def complete_struct_or_union(
    type: CType,
    fields: Sequence[Any],
    ignored: object = None,
    totalsize: int = -1,
    totalalignment: int = -1,
    sflags: int = 0,
    pack: int = 0,
) -> None:
    """Give a struct or union its members: each a name, a type, and of a bit-field the number of bits; then perhaps its offset.
    Raises TypeError for members that C does not have, KeyError for two of one name."""
    if type.kind not in ("struct", "union"):
        raise TypeError("first arg must be a non-initialized struct or union ctype")
    record: Any = type._type
    if record.fields is not None:
        raise TypeError("first arg must be a non-initialized struct or union ctype")
    rows = [(*row, -1, -1)[:4] if len(row) < 4 else tuple(row) for row in fields]
    names: set[str] = set()
    for index, (name, kind, bits, offset) in enumerate(rows):
        _check(type, name, kind, bits, placed=offset >= 0, last=index == len(rows) - 1)
        if name and name in names:
            raise KeyError(f"duplicate field name '{name}'")
        names.add(name)
    packed = bool(sflags & SF_PACKED)
    if any(offset >= 0 for *_, offset in rows) or totalsize >= 0:
        _complete_as_told(type, record, rows, totalsize, totalalignment)
    else:
        members = [_field(name, kind, bits, packed) for name, kind, bits, _ in rows]
        record.complete(members, pack=0 if packed else pack)
    _note(type, record, rows)


def _check(type: CType, name: str, kind: CType, bits: int, *, placed: bool, last: bool) -> None:
    """Raise TypeError for a member that cannot be. An array has no length at the end, or where its place is told."""
    where = f"field '{type.cname}.{name}'"
    if kind._size < 0 and not (kind.kind == "array" and (placed or (last and type.kind == "struct")) and bits < 0):
        raise TypeError(f"{where} has ctype '{kind.cname}' of unknown size")
    if bits >= 0:
        if kind._how not in ("signed", "unsigned", "bool", "char"):
            raise TypeError(f"{where} declared as '{kind.cname}' cannot be a bit field")
        if bits > 8 * kind._size:
            raise TypeError(
                f"bit field '{type.cname}.{name}' is declared '{kind.cname}:{bits}', which exceeds the width of the type"
            )
        if bits == 0 and name:
            raise TypeError(f"field '{type.cname}.{name}' is declared with :0")


def _field(name: str, kind: CType, bits: int, packed: bool) -> Field:
    return Field(name or None, kind._type, None if bits < 0 else bits, packed=packed and (bits < 0 or True))


def _complete_as_told(type: CType, record: Record, rows: list[Any], size: int, align: int) -> None:
    """Members where somebody else says that they are, with what lies between made up of bytes."""
    fields, end = [], 0
    byte = Integer("unsigned char", "char", False)
    for number, (name, kind, bits, offset) in enumerate(rows):
        if bits >= 0:
            fields.append(_field(name, kind, bits, False))
            continue
        if offset > end and type.kind == "struct":
            fields.append(_gap(offset - end, byte))
        if kind._size < 0 and number < len(rows) - 1:  # it is what lies up to the next
            fields.append(Field(name or None, Array(kind.item._type, 0), packed=True))
        else:
            fields.append(_field(name, kind, bits, True))
        end = max(offset, 0) + max(kind._size, 0)
    if size > end and type.kind == "struct":
        fields.append(_gap(size - end, byte))
    record.complete(fields, align=max(align, 0))
    placed = sizeof(record, MODEL)
    if size >= 0 and placed != size:
        raise TypeError(f"'{type.cname}' is declared with {size} bytes, and its members take {placed}")


def _gap(size: int, byte: C) -> Field:
    """Bytes without a name."""
    return Field(None, Record("struct", fields=[Field("\0", Array(byte, size), packed=True)]), packed=True)


def _note(type: CType, record: Record, rows: list[Any]) -> None:
    """Write down what is known of a type now."""
    placed = layout(record, MODEL)
    type._size, type._align = placed.size, placed.align
    found: dict[str, CField] = {}
    kinds = iter(rows)
    for member in placed.members:
        inner = unqualified(member.field.type)
        if isinstance(inner, Record) and member.field.name is None and [f.name for f in inner.fields or ()] == ["\0"]:
            continue
        name, kind, bits, _ = next(kinds)
        if not name and kind.kind in ("struct", "union") and bits < 0:
            later = type.kind == "union" and bool(found)
            for position, (inner_name, field) in enumerate((kind._fields or {}).items()):
                left = BF_IGNORE_IN_CTOR if later or field.flags or (kind.kind == "union" and position) else 0
                found[inner_name] = CField(
                    field.type, member.offset + field.offset, field.bitshift, field.bitsize, left
                )
        elif bits >= 0:
            if name:
                start = 8 * member.offset + member.bit_offset
                unit = 8 * kind._size
                offset = start // unit * kind._size
                shift = start - 8 * offset
                if shift + bits > unit:  # of a packed struct: across two units
                    offset, shift = start // 8, start % 8
                found[name] = CField(kind, offset, shift, bits)
        else:
            flags = BF_IGNORE_IN_CTOR if type.kind == "union" and found else 0
            open_ended = kind.kind == "array" and kind.length is None
            found[name] = CField(kind, member.offset, -2 if open_ended else -1, flags=flags)
        type._var = type._var or kind._var or (kind.kind == "array" and kind._size < 0)
    type._fields = found
    pointer = None if type._pointer is None else type._pointer()
    for one in (type, pointer, *(reference() for reference in type._dependents)):
        if one is not None:  # which was of something opaque
            one._cls = one._own = one._collected = one._sliced = one._plain = None
    if not isinstance(record, Void):
        alignof(record, MODEL)
