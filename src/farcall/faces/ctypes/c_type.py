"""The C type of a class of C data, which says how its values are passed."""

from __future__ import annotations

from typing import Any

from ...cpython.facts.host import host_target
from ...ctype import Array, CType, Field, Record, names
from ...ctype.layout import layout
from .shape import Shape, shape_of

__all__ = ["c_type"]


def c_type(cls: Any) -> CType:
    """The C type of a class. Raises TypeError for a struct whose members lie where no C compiler puts them."""
    shape = shape_of(cls)
    if shape.ctype is None:
        if shape.letter is not None:
            shape.ctype = shape.letter.ctype
        elif shape.dimensions:
            shape.ctype = Array(c_type(shape.proto), shape.length)
        elif shape.kind in ("struct", "union"):
            shape.ctype = _record(cls)
        else:
            shape.ctype = names.uintptr
    return shape.ctype


def _record(cls: Any) -> Record:
    shape = shape_of(cls)
    fields = []
    base = getattr(cls.__base__, "__shape__", None)
    if base is not None and base.size:
        fields.append(Field("base", c_type(cls.__base__)))
    for number, field in enumerate(shape.fields):
        bits = None if field.bits is None else field.bits
        fields.append(Field(f"f{number}", c_type(field.cls), bits))
    for align in (0, shape.align):
        made = Record(
            shape.kind, None, fields, name=cls.__name__, pack=shape.pack, align=align, microsoft=shape.microsoft
        )
        if _lies_as(made, shape):
            return made
    raise TypeError(f"{cls.__name__} cannot be passed by value: its members do not lie as C has them")


def _lies_as(record: Record, shape: Shape) -> bool:
    """Whether a C record has the size of a class, and its members where the class has them."""
    placed = layout(record, host_target().model)
    own = placed.members[len(placed.members) - len(shape.fields) :]
    return placed.size == shape.size and all(
        field.bits is not None or field.offset == member.offset for field, member in zip(shape.fields, own, strict=True)
    )
