"""From a type's layout to shapes: its bytes with their fields and padding, and its bit-fields bit by bit."""

from __future__ import annotations

from collections.abc import Iterable

from ..convention import Register, Target
from ..convention.register_size import register_size
from ..ctype import CType, Member, Record, alignof, layout, sizeof, unqualified
from ..record import replace
from .cell import value_cells
from .field import bit_bytes
from .shape import Box, Cell, Drawing, Value

__all__ = ["laid_out"]

BITS_OF_A_BYTE = 8


def laid_out(type: CType, target: Target, title: str = "") -> Drawing:
    """The drawing of a type in `target`'s memory: a struct's members, each of its own colour; a union once for each
    member; any other type as it is.

    Raises IncompleteTypeError for a type without members or length, UnsupportedTypeError for one without size.
    """
    plain = unqualified(type)
    size, align = sizeof(plain, target.model), alignof(plain, target.model)
    facts = (f"{_count(size, 'byte')}, aligned to {align}",)
    row = register_size(Register("", "general"), target.cpu) or target.model.pointer
    values: tuple[Value, ...]
    if isinstance(plain, Record):
        members = [one for one in layout(plain, target.model).members if one.field.bits is None or one.field.name]
        values = tuple(_member(index, one, target) for index, one in enumerate(members))
        boxes = (
            _union(values, members, size, row, target) if plain.is_union else _struct(plain, members, size, row, target)
        )
    else:
        values = (Value(0, "value", str(type), size, f"{_count(size, 'byte')}, aligned to {align}"),)
        cells = value_cells(plain, target.model, (0, size), 0, 0, "")
        cells = [cell if cell.label else replace(cell, fields=("value",), label="value") for cell in cells]
        boxes = [Box("value", "layout", size, row, tuple(cells))]
    return Drawing(title or str(type), target.name, target.model.name, values, tuple(boxes), facts)


def _member(index: int, member: Member, target: Target) -> Value:
    name, type = member.field.name or f"({member.field.type})", str(member.field.type)
    if member.field.bits is not None:
        first = BITS_OF_A_BYTE * member.offset + member.bit_offset
        byte, bit = divmod(first, BITS_OF_A_BYTE)
        rule = f"{_count(member.field.bits, 'bit')} from byte {byte}, bit {bit}, on"
        start, stop = bit_bytes(member)
        return Value(index, name, f"{type} : {member.field.bits}", stop - start, rule, way=(rule,))
    size = _size(member, target)
    rule = f"at byte {member.offset}, {_count(size, 'byte')}"
    return Value(index, name, type, size, rule, way=(rule,))


def _size(member: Member, target: Target) -> int:
    length = getattr(unqualified(member.field.type), "length", 0)
    return 0 if length is None else sizeof(member.field.type, target.model)  # a flexible array member has none


def _struct(record: Record, members: list[Member], size: int, row: int, target: Target) -> list[Box]:
    cells, index = [], 0
    extents = [_extent(member, target) for member in members]
    for cell in value_cells(record, target.model, (0, size), 0, 0, ""):
        while index < len(members) and extents[index][1] <= cell.start:  # members are in the order of memory
            index += 1
        if index < len(members) and extents[index][0] <= cell.start:
            cells.append(replace(cell, value=index, offset=cell.start - members[index].offset))
        else:
            cells.append(replace(cell, value=-1, offset=-1))
    whole = [Box("struct", "layout", size, row, tuple(cells))] if size else []
    return [*whole, *_bits(members)]


def _extent(member: Member, target: Target) -> tuple[int, int]:
    """A member's first byte, and the one behind its last."""
    if member.field.bits is not None:
        return bit_bytes(member)
    return member.offset, member.offset + _size(member, target)


def _union(values: tuple[Value, ...], members: list[Member], size: int, row: int, target: Target) -> list[Box]:
    """The same memory once for each member."""
    boxes = []
    for value, member in zip(values, members, strict=True):
        if not value.size:
            continue
        if member.field.bits is not None:
            label = f"{value.name}:{member.field.bits}"
            cells = [Cell(member.offset + member.bit_offset // 8, value.size, "value", value.index, 0, (label,), label)]
        else:
            name = member.field.name or ""
            cells = value_cells(member.field.type, target.model, (0, value.size), member.offset, value.index, name)
        at = cells[-1].stop
        if at < size:
            cells.append(
                Cell(at, size - at, "padding", label="padding", note="padding: bytes that this member does not have")
            )
        boxes.append(Box(f"as {value.name}", "layout", size, row, tuple(cells)))
    return [
        *boxes,
        *(box for value, one in zip(values, members, strict=True) for box in _bits([one], value.index)),
    ]


def _bits(members: list[Member], index: int = 0) -> Iterable[Box]:
    """The bytes that hold bit-fields, bit by bit, in the order of memory: a box for each run of them."""
    fields = []
    for number, member in enumerate(members, index):
        if member.field.bits is not None:
            fields.append((BITS_OF_A_BYTE * member.offset + member.bit_offset, number, member))
    run: list[tuple[int, int, Member]] = []
    for one in sorted(fields, key=lambda field: field[0]):
        if run and bit_bytes(one[2])[0] > bit_bytes(run[-1][2])[1]:
            yield _run(run)
            run = []
        run.append(one)
    if run:
        yield _run(run)


def _run(run: list[tuple[int, int, Member]]) -> Box:
    first, last = bit_bytes(run[0][2])[0], bit_bytes(run[-1][2])[1]
    cells, at = [], 0
    for bit, index, member in run:
        start = bit - BITS_OF_A_BYTE * first
        assert member.field.bits is not None
        if start > at:
            cells.append(Cell(at, start - at, "padding", label="padding", note="padding: bits that no field has"))
        label = f"{member.field.name}:{member.field.bits}"
        cells.append(Cell(start, member.field.bits, "value", index, 0, (label,), label))
        at = start + member.field.bits
    size = BITS_OF_A_BYTE * (last - first)
    if at < size:
        cells.append(Cell(at, size - at, "padding", label="padding", note="padding: bits that no field has"))
    return Box(f"bits from byte {first} on", "bits", size, BITS_OF_A_BYTE, tuple(cells))


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" + "s" * (number != 1)
