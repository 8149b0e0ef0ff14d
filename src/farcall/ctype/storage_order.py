"""Records whose numbers are in a byte order of their own: GCC's `scalar_storage_order`.

It is that of the record's fields that are numbers, and of those that are arrays of numbers. Pointers and vectors, and fields
that are records, are as they are without it (GCC manual, "Common Type Attributes").
"""

from __future__ import annotations

from ..errors import UnsupportedTypeError
from ..record import replace
from .byteorder import ByteOrder
from .layout import sizeof
from .model import DataModel
from .types import Array, Complex, CType, Enum, Field, Float, Integer, Qualified, Record, Swapped, natural

__all__ = ["in_machine_order", "in_order"]

#: Formats of `long double` that are a number of so many bytes; gcc, too, refuses the order of those that are not.
WHOLE = frozenset({"binary64", "binary128"})


def in_order(field: Field, order: ByteOrder, model: DataModel) -> Field:
    """A field of a record that has this byte order. Raises UnsupportedTypeError for a `long double` that has parts or
    padding."""
    if order == model.byteorder:
        return field
    return replace(field, type=_swapped(field.type, order, model, field.bits is not None))


def _swapped(type: CType, order: ByteOrder, model: DataModel, bits: bool = False) -> CType:
    """The type of a field. A number of one byte stays what it is, but a bit-field's place depends on the order."""
    if isinstance(type, Qualified):
        return Qualified(_swapped(type.type, order, model, bits), type.qualifiers)
    if isinstance(type, Array):
        return Array(_swapped(type.element, order, model), type.length)
    if not isinstance(type, (Integer, Enum, Float, Complex)) or (sizeof(type, model) == 1 and not bits):
        return type
    part = type.part if isinstance(type, Complex) else type
    if isinstance(part, Float) and part.format == "long" and model.long_double_format not in WHOLE:
        raise UnsupportedTypeError(f"{type} in {order} order is not a type of C on {model}")
    return Swapped(type, order)


def in_machine_order(type: CType) -> CType:
    """The same type with all numbers in the machine's byte order, in what it consists of too: what a convention passes does
    not depend on it."""
    if isinstance(type, Record):
        return _record(type)
    if isinstance(type, Qualified):
        inner = in_machine_order(type.type)
        return type if inner is type.type else Qualified(inner, type.qualifiers)
    if isinstance(type, Array):
        inner = in_machine_order(type.element)
        return type if inner is type.element else Array(inner, type.length)
    return natural(type)


def _record(record: Record) -> Record:
    if record.fields is None:
        return record
    found = record.found.get(in_machine_order)
    if found is None:
        found = ()  # nothing else: a record that knows itself would not go when nobody knows it
        fields = [replace(field, type=in_machine_order(field.type)) for field in record.fields]
        if any(field.type is not known.type for field, known in zip(fields, record.fields, strict=True)):
            found = Record(
                record.kind, record.tag, fields,
                name=record.name, pack=record.pack, align=record.align, microsoft=record.microsoft,
            )  # fmt: skip
        record.found[in_machine_order] = found
    return found if isinstance(found, Record) else record
