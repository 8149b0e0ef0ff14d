"""The bytes of a value by the fields that they belong to.

It walks as `ctype.leaves` does, but only through the bytes that are asked for, and gives long arrays as one; bit-fields
have the bytes that hold their bits.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..ctype import Array, Complex, CType, DataModel, Member, Record, layout, leaves, sizeof, unqualified
from ..record import NamedTuple

__all__ = ["Span", "bit_bytes", "spans"]

#: More items of an array than these are one span.
MOST_ITEMS = 8


class Span(NamedTuple):
    """The bytes [start, stop) of a value. `paths` are the ways to the fields that they belong to (".x", "[3]", "" for the
    value itself); there are none for padding, and several where fields share bytes."""

    start: int
    stop: int
    paths: tuple[str, ...]


def spans(type: CType, model: DataModel, start: int, stop: int) -> tuple[Span, ...]:
    """The bytes [start, stop) of a value of `type`, each in one span, in order. Fields that overlap are one span."""
    found = sorted(
        ((max(first, start), min(last, stop), path) for first, last, path in _fields(type, model, start, stop)),
        key=lambda field: field[0],
    )
    made: list[Span] = []
    at = start
    for first, last, path in found:
        if made and first < at:  # it shares bytes with the one before
            before = made.pop()
            made.append(Span(before.start, max(before.stop, last), tuple(dict.fromkeys((*before.paths, path)))))
        else:
            if first > at:
                made.append(Span(at, first, ()))
            made.append(Span(first, last, (path,)))
        at = max(at, last)
    if at < stop:
        made.append(Span(at, stop, ()))
    return tuple(made)


def bit_bytes(member: Member) -> tuple[int, int]:
    """The first byte of a record that holds bits of a bit-field, and the one behind the last."""
    assert member.field.bits is not None
    last = member.bit_offset + member.field.bits - 1
    return member.offset + member.bit_offset // 8, member.offset + last // 8 + 1


def _fields(
    type: CType, model: DataModel, start: int, stop: int, at: int = 0, path: str = ""
) -> Iterator[tuple[int, int, str]]:
    """The fields of a value at `at` that have bytes in [start, stop): first byte, the one behind the last, the path."""
    type = unqualified(type)
    if isinstance(type, Record):
        for member in layout(type, model).members:
            step = f"{path}.{member.field.name}" if member.field.name else path
            if member.field.bits is None:
                yield from _fields(member.field.type, model, start, stop, at + member.offset, step)
            elif member.field.bits and member.field.name:
                first, last = bit_bytes(member)
                if at + first < stop and at + last > start:
                    yield at + first, at + last, f"{step}:{member.field.bits}"
    elif isinstance(type, Array):
        yield from _items(type, model, start, stop, at, path)
    elif isinstance(type, Complex):
        for leaf in leaves(type, model, at, path):
            yield from _fields(leaf.type, model, start, stop, leaf.offset, leaf.path)
    else:
        size = sizeof(type, model)
        if at < stop and at + size > start:
            yield at, at + size, path


def _items(type: Array, model: DataModel, start: int, stop: int, at: int, path: str) -> Iterator[tuple[int, int, str]]:
    stride = sizeof(type.element, model)
    if not stride or not type.length:  # no bytes; nor has a flexible array member any
        return
    first = max(0, (start - at) // stride)
    last = min(type.length, -(-(stop - at) // stride))
    if last - first > MOST_ITEMS or (stride == 1 and last - first > 1):
        yield at + first * stride, at + last * stride, f"{path}[{first}..{last - 1}]"
        return
    for index in range(first, last):
        yield from _fields(type.element, model, start, stop, at + index * stride, f"{path}[{index}]")
