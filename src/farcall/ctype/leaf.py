"""The one walk over an aggregate: every scalar in it, with its offset."""

from __future__ import annotations

from collections.abc import Iterator

from ..record import NamedTuple
from .layout import layout, sizeof, unqualified
from .model import DataModel
from .types import Array, Complex, CType, Record

__all__ = ["Leaf", "leaves"]


class Leaf(NamedTuple):
    """A scalar (integer, enum, float, pointer or vector) at `offset` bytes, reached by `path`."""

    offset: int
    type: CType
    path: str

    def __str__(self) -> str:
        return f"+{self.offset} {self.type} {self.path}"


def leaves(type: CType, model: DataModel, offset: int = 0, path: str = "") -> Iterator[Leaf]:
    """Every scalar of `type` in memory order; all members of a union, which overlap; a complex is two.

    A scalar type is its own single leaf. Flexible array members hold none.
    """
    type = unqualified(type)
    if isinstance(type, Record):
        for member in layout(type, model).members:
            step = f"{path}.{member.field.name}" if member.field.name else path
            yield from leaves(member.field.type, model, offset + member.offset, step)
    elif isinstance(type, Array):
        stride = sizeof(type.element, model)
        for index in range(type.length or 0):
            yield from leaves(type.element, model, offset + index * stride, f"{path}[{index}]")
    elif isinstance(type, Complex):
        yield Leaf(offset, type.part, path + ".real")
        yield Leaf(offset + sizeof(type.part, model), type.part, path + ".imag")
    else:
        yield Leaf(offset, type, path)
