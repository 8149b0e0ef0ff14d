"""Where a member lies in a struct or union."""

from __future__ import annotations

from ..ctype import CType, DataModel, Record, layout, unqualified

__all__ = ["member"]


def member(record: Record, name: str, model: DataModel) -> tuple[int, CType] | None:
    """The offset, in bytes, and the type of a member, also of one inside members without a name (C11 6.7.2.1 p13);
    None where there is no such member."""
    for placed in layout(record, model).members:
        if placed.field.name == name:
            return placed.offset, placed.field.type
        inner = unqualified(placed.field.type)
        if placed.field.name is None and isinstance(inner, Record):
            found = member(inner, name, model)
            if found is not None:
                return placed.offset + found[0], found[1]
    return None
