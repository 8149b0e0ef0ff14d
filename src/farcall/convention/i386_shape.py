"""What the conventions of 32-bit x86 ask of a type: where it may be passed, and how it lies on the stack."""

from __future__ import annotations

from functools import lru_cache

from ..ctype import (
    Array,
    Complex,
    CType,
    DataModel,
    Float,
    Integer,
    Record,
    Vector,
    alignof,
    sizeof,
    unqualified,
)
from ..errors import UnsupportedTypeError
from ..record import NamedTuple
from .i386_variant import AbiVariant
from .passable import shape_at, widening
from .remembered import SHAPES

__all__ = ["ADDRESS", "WORD", "Shape", "lone", "shape_of"]

WORD = 4
WIDE = 16  # alignments under this count for nothing on the stack
WIDEST = 64  # the largest vector in a register


class Shape(NamedTuple):
    """What the rules ask of an argument.

    `kind` says which registers it may use, and which it may use up: "integer" (a word at most), "wide" (an integer
    of two words), "record", "complex", "floating" (whatever leaves the general registers alone), "xmm" or "mm".
    `slot` and `align` are its bytes on the stack and their alignment there; `by_reference`: always.
    """

    size: int
    kind: str
    slot: int
    align: int
    extend: str = ""
    by_reference: bool = False


ADDRESS = Shape(WORD, "integer", WORD, WORD)


def shape_of(type: CType, model: DataModel, variant: AbiVariant, position: str) -> Shape:
    """The shape of a parameter's type; `position` is for the error's text.

    Raises UnsupportedTypeError for what C cannot pass (void, array, function) and for 128-bit integers, which no
    compiler has here; IncompleteTypeError for a record without members.
    """
    return shape_at(position, type, _shape, model, variant, nothing=None)


@lru_cache(SHAPES)
def _shape(type: CType, model: DataModel, variant: AbiVariant) -> Shape:
    size = sizeof(type, model)
    if _has_128(type):
        raise UnsupportedTypeError(f"{type}: there are no 128-bit integers on 32-bit x86")
    slot = -(-size // WORD) * WORD
    if isinstance(type, Vector):
        return _vector(type, size, slot, variant)
    if isinstance(type, Record):
        asked = variant.spilled_by_reference and _asked_align(type, model) > WORD
        return Shape(size, _record_kind(type, model, variant), slot, _record_align(type, model, variant), "", asked)
    if isinstance(type, Complex):
        return Shape(size, "complex", slot, WORD)
    if isinstance(type, Float):  # a double is aligned to 4 as all is, a binary128 to 16, as is Apple's long double
        align = alignof(type, model)
        return Shape(size, "floating", slot, min(align, variant.most_aligned) if align >= WIDE else WORD)
    if size > WORD:
        return Shape(size, "wide", slot, WORD)
    extend = widening(type, model, WORD)
    return Shape(size, "integer", slot, WORD, extend)


def _has_128(type: CType) -> bool:
    """Whether an integer of 128 bits is in a type; of a long array one element is enough to see."""
    type = unqualified(type)
    if isinstance(type, Array):
        return _has_128(type.element)
    if isinstance(type, Record):
        return any(_has_128(field.type) for field in type.fields or ())
    return isinstance(type, Integer) and type.rank == "128"


def _vector(type: Vector, size: int, slot: int, variant: AbiVariant) -> Shape:
    """§2.2.3: `__m64` in mm registers, `__m128`, `__m256` and `__m512` in xmm, ymm and zmm ones."""
    integers = isinstance(type.lane, Integer)
    if size < 8 and variant.tiny_vectors_general:
        return Shape(size, "floating", slot, WORD)
    if size == 8 and variant.m64_in_mmx:
        # A lone double is no vector to gcc, but a block of bytes.
        return Shape(size, "mm" if integers or type.count > 1 else "record", slot, WORD)
    if size <= 8 and (type.count == 1 or (integers and size == 8 and variant.m64_on_stack)):
        return Shape(size, "floating", slot, WORD)
    if size > WIDEST:
        return Shape(size, "floating", slot, slot)
    slot = max(slot, WIDE) if variant.wide_slots else slot
    return Shape(size, "xmm", slot, slot)


def _record_kind(record: Record, model: DataModel, variant: AbiVariant) -> str:
    inner = lone(record, model, variant)
    if variant.machine_modes:
        return "record" if inner is None else "floating"
    return "floating" if isinstance(inner, Float) and inner.format in ("binary32", "binary64") else "record"


def lone(type: CType, model: DataModel, variant: AbiVariant) -> CType | None:
    """The floating number or vector that is all there is in `type`; None if there is none."""
    type = unqualified(type)
    if isinstance(type, (Float, Complex)):
        return type
    if isinstance(type, Vector):
        floats = isinstance(type.lane, Float) and sizeof(type, model) == 8  # to gcc a block of bytes, as a member
        return None if floats and variant.machine_modes else type
    if isinstance(type, Array):
        return lone(type.element, model, variant) if type.length == 1 else None
    if not isinstance(type, Record) or (type.is_union and variant.machine_modes):
        return None
    unnamed = [field for field in type.fields or () if field.bits is not None and field.name is None]
    members = [field for field in type.fields or () if field not in unnamed and not _empty(field.type, model)]
    if len(members) != 1 or members[0].bits is not None:
        return None
    inner = lone(members[0].type, model, variant)
    return inner if inner is not None and sizeof(inner, model) == sizeof(type, model) else None


def _empty(type: CType, model: DataModel) -> bool:
    type = unqualified(type)
    return (isinstance(type, Array) and type.length is None) or sizeof(type, model) == 0


def _record_align(record: Record, model: DataModel, variant: AbiVariant) -> int:
    """A record's alignment on the stack: 4, unless a member in it has 16 or more of its own."""
    align = alignof(record, model)
    return min(align, variant.most_aligned) if align >= WIDE and _has_aligned(record, model, variant) else WORD


def _has_aligned(type: CType, model: DataModel, variant: AbiVariant) -> bool:
    type = unqualified(type)
    if isinstance(type, Array):
        return variant.members_aligned and _has_aligned(type.element, model, variant)
    if variant.members_aligned and alignof(type, model) < WIDE:
        return False
    if isinstance(type, Record):
        return any(_has_aligned(field.type, model, variant) for field in type.fields or ())
    # A long double is none of those, nor are two, however they are aligned in memory.
    if isinstance(type, Vector):
        return sizeof(type, model) == WIDE or variant.members_aligned
    return variant.members_aligned and isinstance(type, Float) and type.format != "long"


def _asked_align(record: Record, model: DataModel) -> int:
    """The largest alignment in a record that somebody asked for (`__declspec(align(n))`), in bytes."""
    fields = [field for field in record.fields or () if field.bits is None]
    return max((record.align, *(max(field.align, _declared_align(field.type, model)) for field in fields)))


def _declared_align(type: CType, model: DataModel) -> int:
    """The alignment of a member, where its type was declared with one: Microsoft's vectors are."""
    type = unqualified(type)
    if isinstance(type, Array):
        return _declared_align(type.element, model)
    if isinstance(type, Vector) or (isinstance(type, Record) and type.align):
        return alignof(type, model)
    return _asked_align(type, model) if isinstance(type, Record) else 0
