"""The members of records, as Python sees them: names, types, places; and the descriptors made of them."""

from __future__ import annotations

from typing import NamedTuple

from ...ctype import Array as ArrayType
from ...ctype import CType, Integer, is_const, is_signed, layout, sizeof, unqualified
from ...ctype import Record as RecordType
from ...ctype import Vector as VectorType
from ...stub.carrier import Carrier, InstanceKind, PointerKind, carrier
from ...stub.field import Bits
from ..facts.host import host_target
from ..link.native import Getset, closure, entry

__all__ = ["Member", "getset", "kind_of", "members_of"]


class Member(NamedTuple):
    """A member by name: its type, its offset in bytes, and of a bit-field its width and first bit, counted from the
    byte at `offset`. Members of an anonymous member count as the record's own."""

    name: str
    ctype: CType
    offset: int
    bits: int | None = None
    bit_offset: int = 0
    const: bool = False

    @property
    def flexible(self) -> bool:
        """Whether it is an array whose length the type does not tell."""
        plain = unqualified(self.ctype)
        return isinstance(plain, ArrayType) and plain.length is None

    @property
    def place(self) -> tuple[int, int, int]:
        """Of a bit-field: the first byte that holds its bits, how many do, and by how many bits it is shifted to the
        left in the number that they are."""
        assert self.bits is not None
        first, before = self.offset + self.bit_offset // 8, self.bit_offset % 8
        size = -(-(before + self.bits) // 8)
        return first, size, host_target().byteorder.shift_of_bits(8 * size, before, self.bits)


def members_of(record: RecordType, base: int = 0, const: bool = False) -> tuple[Member, ...]:
    """The members of a record by name, in C's order, those without a name left out."""
    found: list[Member] = []
    for member in layout(record, host_target().model).members:
        field, offset = member.field, base + member.offset
        readonly = const or is_const(field.type)
        inner = unqualified(field.type)
        if field.name:
            found.append(Member(field.name, field.type, offset, field.bits, member.bit_offset, readonly))
        elif isinstance(inner, RecordType):
            found += members_of(inner, offset, readonly)
    return tuple(found)


def kind_of(ctype: CType) -> tuple[str, Carrier | None]:
    """How generated code reads a value of this type: "number" or "text" with its carrier, "pointer", "view", or
    "ask": only Python can."""
    plain = unqualified(ctype)
    if isinstance(plain, ArrayType):
        return ("ask" if plain.length is None else "view"), None
    kind = carrier(plain, host_target().model)
    if isinstance(kind, PointerKind):
        return ("text", kind) if kind.text else ("pointer", None)
    if isinstance(kind, InstanceKind):
        return ("view" if isinstance(plain, (RecordType, VectorType)) else "ask"), None
    return "number", kind


def getset(member: Member, index: int, *, through: bool = False, const: bool = False) -> Getset:
    """The native descriptor of a member; with `through`, for pointers to the record; with `const`, one that refuses
    to be set."""
    name, ctype, offset, bits, _, _ = member
    const = const or member.const
    if bits is not None:
        return _bits(member, index, through, const)
    kind, detail = kind_of(ctype)
    size = 0 if member.flexible else sizeof(ctype, host_target().model)
    setter = entry("ask_setter")
    if kind in ("number", "text"):
        getter = entry("getter", detail, through)
        if kind == "number" and not const:
            setter = entry("setter", detail, through)
    elif kind == "pointer":
        getter = entry("pointer_getter", through)
        if not const:
            setter = entry("pointer_setter", through)
    elif kind == "view":
        getter = entry("view_getter", through)
        if not const and not isinstance(unqualified(ctype), ArrayType):
            setter = entry("block_setter", through)
    else:
        getter = entry("ask_getter")
    cells = closure(offset, index, size)
    return Getset(name, getter, setter, cells, f"{ctype} at offset {offset}.")


def _bits(member: Member, index: int, through: bool, const: bool) -> Getset:
    plain = unqualified(member.ctype)
    first, size, shift = member.place
    assert member.bits is not None
    unit = sizeof(plain, host_target().model)
    truth = isinstance(plain, Integer) and plain.rank == "bool"
    getter, setter = entry("ask_getter"), entry("ask_setter")
    if size <= 8 and unit <= 8:
        bits = Bits(size, shift, member.bits, is_signed(plain, host_target().model), unit, truth)
        getter = entry("bits_getter", bits, through)
        if not const:
            setter = entry("bits_setter", bits, through)
    doc = f"{member.ctype} : {member.bits} at bit {8 * first + shift}."
    return Getset(member.name, getter, setter, closure(first, index, size), doc)
