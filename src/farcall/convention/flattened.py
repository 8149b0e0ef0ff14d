"""A struct taken apart into its reals and integers, for conventions that pass one or two of them in a register each.

The psABIs of RISC-V and LoongArch say it alike: structs and arrays are flattened, unions never, what is empty is ignored.
"""

from __future__ import annotations

from ..ctype import Array, Complex, CType, DataModel, Enum, Float, Integer, Record, layout, sizeof, unqualified
from ..record import NamedTuple

__all__ = ["PARTS_LIMIT", "Part", "flattened"]

PARTS_LIMIT = 2  # of a struct in floating-point registers


class Part(NamedTuple):
    """A member of a flattened struct: bytes [offset, offset + size), a real or an integer."""

    offset: int
    size: int
    real: bool


def flattened(type: CType, model: DataModel, word: int, at: int = 0) -> list[Part] | None:
    """The parts of a type with its hierarchy flattened; None where it has others than reals and integers of at most `word`
    bytes, or more than PARTS_LIMIT."""
    type = unqualified(type)
    if isinstance(type, Array) and type.length is None:  # gcc and clang: flexible, so of no struct that is flattened
        return None
    size = sizeof(type, model)
    if not size:  # "empty structs or unions are ignored", "zero-length arrays are ignored"
        return []
    if isinstance(type, Float):
        return [Part(at, size, real=True)]
    if isinstance(type, (Integer, Enum)):
        return [Part(at, size, real=False)] if size <= word else None
    if isinstance(type, Complex):
        half = size // 2
        return [Part(at, half, real=True), Part(at + half, half, real=True)]
    found: list[Part] = []
    if isinstance(type, Array) and type.length:
        stride = size // type.length
        inner = (
            flattened(type.element, model, word, at + n * stride) for n in range(min(type.length, PARTS_LIMIT + 1))
        )
    elif isinstance(type, Record) and not type.is_union:  # "Unions are never flattened"
        inner = (
            flattened(member.field.type, model, word, at + member.offset)
            if member.field.bits is None
            else _bit_field(at + member.offset, member.bit_offset, member.field.bits, word)
            for member in layout(type, model).members
        )
    else:  # a pointer is no integer to gcc and clang; "vectors are treated as aggregates", but have no members
        return None
    for parts in inner:
        if parts is None or len(found) + len(parts) > PARTS_LIMIT:
            return None
        found += parts
    return found


def _bit_field(at: int, start: int, bits: int, word: int) -> list[Part] | None:
    """The bytes that a bit-field touches; a "zero-length bit-field" has none. gcc and clang: its width counts, not its
    type's."""
    if bits > 8 * word:
        return None
    first, end = at + start // 8, at + -(-(start + bits) // 8)
    return [Part(first, end - first, real=False)] if bits else []
