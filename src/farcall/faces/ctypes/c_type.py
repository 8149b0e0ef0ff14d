"""The C type of a class of C data, which says how its values are passed."""

from __future__ import annotations

from typing import Any

from ...cpython.facts.host import host_target
from ...ctype import Array, CType, Field, Record, names, sizeof
from .shape import shape_of

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
    made = Record(shape.kind, None, fields, name=cls.__name__, pack=shape.pack)
    if sizeof(made, host_target().model) != shape.size:
        made = Record(shape.kind, None, fields, name=cls.__name__, pack=shape.pack, align=shape.align)
        if sizeof(made, host_target().model) != shape.size:
            raise TypeError(f"{cls.__name__} cannot be passed by value: its members do not lie as C has them")
    return made
