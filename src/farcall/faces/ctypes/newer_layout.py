"""The layout of structs and unions from Python 3.14 on: the interpreter's own `ctypes._layout` says where members lie."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .member import CField, renumber
from .shape import Shape

__all__ = ["lay_out"]

#: The interpreter's module, as one of the package that this is the core of.
LAYOUT = "farcall.ctypes._layout"


def lay_out(cls: Any, made: Shape, fields: Any, base: Shape | None) -> None:
    """Give a class the members that `_fields_` asks for. Raises TypeError, ValueError or AttributeError for what cannot be."""
    parent = None if base is None else cls.__base__
    found = import_module(LAYOUT).get_layout(cls, fields, made.kind == "struct", parent)
    first = 0 if base is None else base.length
    members, points = [], base is not None and base.points
    for number, field in enumerate(found.fields):
        if not isinstance(field, CField):
            raise TypeError(f"fields must be of type CField, got {type(field).__name__}")
        if field.index != number:
            raise ValueError(f"field {field.name!r} index mismatch (expected {number}, got {field.index})")
        shape = field.cls.__shape__
        shape.final = True
        points |= shape.points
        # What is kept for it has a place beside what the members before it keep.
        renumber(field, first + number)
        members.append(field)
        type.__setattr__(cls, field.name, field)
    if made.final:
        raise AttributeError("Structure or union cannot contain itself")
    for name, value in (("align", found.align), ("size", found.size)):
        if not isinstance(value, int) or value < 0:
            raise ValueError(f"{name} must be a non-negative integer")
    made.fields, made.points, made.length = members, points, first + len(members)
    made.size, made.align, made.format = found.size, found.align, found.format_spec
    pack, layout = getattr(cls, "_pack_", None), getattr(cls, "_layout_", None)
    made.pack = int(pack or 0)
    made.microsoft = layout == "ms" or (layout is None and bool(pack))
