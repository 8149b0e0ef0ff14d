"""The walk over a value that the oracle does by itself: every scalar in it, bit by bit."""

from __future__ import annotations

from collections.abc import Iterator

from farcall.ctype import LP64, Array, Complex, CType, DataModel, Float, Record, layout, sizeof, unqualified

__all__ = ["MODEL", "scalars"]

#: The data model of the gcc that is asked, where no other is named.
MODEL = LP64
X87_SIZE = 10  # the significant bytes of an x87 long double


def scalars(type: CType, at: int = 0, model: DataModel = MODEL) -> Iterator[tuple[range, CType, bool]]:
    """Every scalar of `type`: its bits, its type, and whether it is a bit-field. No unnamed bit-fields."""
    type = unqualified(type)
    if isinstance(type, Record):
        for member in layout(type, model).members:
            field, start = member.field, 8 * (at + member.offset) + member.bit_offset
            if field.bits is None:
                yield from scalars(field.type, at + member.offset, model)
            elif field.name is not None:
                yield range(start, start + field.bits), unqualified(field.type), True
    elif isinstance(type, Array):
        for index in range(type.length or 0):
            yield from scalars(type.element, at + index * sizeof(type.element, model), model)
    elif isinstance(type, Complex):
        yield from scalars(type.part, at, model)
        yield from scalars(type.part, at + sizeof(type.part, model), model)
    else:
        x87 = isinstance(type, Float) and type.format == "long" and model.long_double_format == "x87"
        yield range(8 * at, 8 * (at + (X87_SIZE if x87 else sizeof(type, model)))), type, False
