"""What a value tells others of itself through the buffer protocol: format, shape and strides (PEP 3118).

Formats give every offset by explicit padding, with standard sizes and the byte order, so that NumPy makes the
same structured dtype of them. Pointers are shown as the integers they are. What PEP 3118 has no word for shows as
bytes (unions, wide numbers), or not at all (bit-fields, which are padding).
"""

from __future__ import annotations

import struct

from ...ctype import Array as ArrayType
from ...ctype import Complex as ComplexType
from ...ctype import CType, Enum, Float, Integer, Swapped, is_signed, layout, sizeof, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...ctype import Vector as VectorType
from ...stub.class_facts import EXPORTED
from ..facts.host import ORDER, host_target
from ..link.native import Kept
from .base import Lease, address, holder, owner
from .extent import extent
from .keep import Keep

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["exported", "format_of", "shape_of"]

SIGNED, UNSIGNED = {1: "b", 2: "h", 4: "i", 8: "q"}, {1: "B", 2: "H", 4: "I", 8: "Q"}
#: What stands before the code of a number in this machine's byte order.
PREFIX = ORDER.format
FLOATS = {"binary16": "e", "binary32": "f", "binary64": "d"}


def format_of(ctype: CType) -> str:
    """The format of one item of this type, `<d` or `T{<i:a:4x<d:b:}`."""
    plain = unqualified(ctype)
    model = host_target().model
    if isinstance(plain, RecordType):
        return _record(plain)
    if isinstance(plain, (ArrayType, VectorType)):
        element, shape = shape_of(plain)
        return f"({','.join(map(str, shape))}){format_of(element)}"
    if isinstance(plain, PointerType):
        return PREFIX + UNSIGNED[model.pointer]
    if isinstance(plain, Swapped):
        own = format_of(plain.type)
        return plain.order.format + own[1:] if own.startswith(PREFIX) else own
    size = sizeof(plain, model)
    if isinstance(plain, Enum):
        plain = plain.underlying
    if isinstance(plain, Integer):
        if plain.rank == "bool":
            return "?"
        if plain.rank == "char" and plain.signed is None:
            return "c"
        if size in SIGNED:
            return PREFIX + (SIGNED if is_signed(plain, model) else UNSIGNED)[size]
    if isinstance(plain, Float):
        if plain.format in FLOATS:
            return PREFIX + FLOATS[plain.format]
        if plain.format == "long":
            return "g" if size > 8 else PREFIX + "d"
    if isinstance(plain, ComplexType):
        return "Zg" if plain.part.format == "long" and size > 16 else PREFIX + "Z" + format_of(plain.part)[-1]
    return f"({size})B"


def shape_of(ctype: CType) -> tuple[CType, tuple[int, ...]]:
    """The type of the items of an array of arrays, and its dimensions."""
    shape: list[int] = []
    plain = unqualified(ctype)
    while True:
        if isinstance(plain, ArrayType):
            shape.append(plain.length or 0)
            plain = unqualified(plain.element)
        elif isinstance(plain, VectorType):
            shape.append(plain.count)
            plain = plain.lane
        else:
            return plain, tuple(shape)


def _record(record: RecordType, whole: int = 0) -> str:
    """The format of a struct; `whole` is the size of one that was made with items of its flexible array member."""
    placed = layout(record, host_target().model)
    size = max(placed.size, whole)
    if record.is_union:
        return f"({placed.size})B"
    text, end = [], 0
    for member in placed.members:
        field = member.field
        plain = unqualified(field.type)
        if whole and member is placed.members[-1] and isinstance(plain, ArrayType) and not plain.length:
            count = (whole - member.offset) // sizeof(plain.element, host_target().model)
            plain = ArrayType(plain.element, count)
        if field.bits is not None or (isinstance(plain, ArrayType) and plain.length is None):
            continue
        text.append(_padding(member.offset - end))
        end = member.offset + sizeof(plain, host_target().model)
        if field.name:
            text.append(f"{format_of(plain)}:{field.name}:")
        elif isinstance(plain, RecordType) and not plain.is_union:
            text.append(format_of(plain)[2:-1])  # an anonymous struct's members are the record's own
        else:
            text.append(_padding(end - member.offset))
    text.append(_padding(size - end))
    return f"T{{{''.join(text)}}}"


def _padding(size: int) -> str:
    return "" if size <= 0 else "x" if size == 1 else f"{size}x"


def exported(value: Any) -> int:
    """The address of a Py_buffer for values of this one's class, whose `buf` and `obj` are still to be filled in; of a
    record with items of a flexible array member, and of bytes that no type counts, one of its own."""
    described = getattr(type(value), "__exported__", None)
    if described is not None:  # a class that describes its values itself
        return int(described(value))
    native: Any = next(base for base in type(value).__mro__ if "__ctype__" in vars(base))
    if native.__open_ended__ and (size := extent(value)) != native.__layout__.size:
        return _of_its_own(value, native, size)
    kept = vars(native)["__native__"]
    if not kept.exported:
        kept.exported = _describe(native, kept)
        if not native.__open_ended__:
            kept.know(EXPORTED, kept.exported)
    return int(kept.exported)


def _of_its_own(value: Any, native: Any, size: int) -> int:
    found = holder(value)
    keep = owner(found) if isinstance(found, Lease) else found
    assert isinstance(keep, Keep)  # who knows how many items there are
    kept = keep.exported.get((address(value), native))
    if kept is None:
        kept = keep.exported[address(value), native] = Kept()
        kept.exported = _describe(native, kept, size)
    return int(kept.exported)


def _describe(native: Any, kept: Any, whole: int = 0) -> int:
    ctype = native.__ctype__
    element, shape = shape_of(ctype)
    if whole and shape:  # bytes that the type does not tell the number of
        shape = (whole,)
    text = _record(element, whole) if whole and isinstance(element, RecordType) else format_of(element)
    if text[0] == PREFIX and text[1:] in "bBhHiIqQefd":
        text = text[1:]  # in the machine's own sizes the same, which is what memoryview knows how to read
    whole = whole or sizeof(ctype, host_target().model)
    size = whole if not shape else sizeof(element, host_target().model)
    if text.startswith("("):  # an item of plain bytes
        shape, size, text = (*shape, size), 1, "B"
    strides: list[int] = []
    step = size
    for length in reversed(shape):
        strides.insert(0, step)
        step *= length
    count = len(shape)
    at = kept.text(text)
    lengths = kept.add(struct.pack(f"{max(count, 1)}n", *(shape or (0,))))
    steps = kept.add(struct.pack(f"{max(count, 1)}n", *(strides or (0,))))
    readonly = bool(getattr(native, "__const__", False))
    row = struct.pack(
        "PPnniiPPPPP", 0, 0, whole, size, readonly, count, at, lengths if count else 0, steps if count else 0, 0, 0
    )
    return int(kept.add(row))
