"""The members of records, as Python sees them: names, types, places; and the descriptors made of them."""

from __future__ import annotations

from ...ctype import Array as ArrayType
from ...ctype import (
    ByteOrder,
    CType,
    Enum,
    Integer,
    Swapped,
    is_const,
    is_modifiable,
    is_signed,
    layout,
    natural,
    sizeof,
    unqualified,
)
from ...ctype import Record as RecordType
from ...ctype import Vector as VectorType
from ...record import NamedTuple
from ...stub.carrier import Carrier, InstanceKind, ObjectKind, PointerKind, carrier
from ...stub.field import Bits
from ..facts.host import host_target
from ..link.native import Getset, closure, entry
from .enum_members import members_word

__all__ = ["NUMBERS", "Member", "aliases_of", "getset", "kind_of", "members_of"]


#: The kinds of values that are numbers in C and in Python.
NUMBERS = ("number", "member")


class Member(NamedTuple):
    """A member by name: its type, its offset in bytes, and of a bit-field its width and first bit, counted from the
    byte at `offset`. Members of an anonymous member count as the record's own. `flexible`: an array at the end whose
    length the type does not tell (C11 6.7.2.1 p18; `[0]` is GNU C's spelling)."""

    name: str
    ctype: CType
    offset: int
    bits: int | None = None
    bit_offset: int = 0
    const: bool = False
    flexible: bool = False

    @property
    def place(self) -> tuple[int, int, int]:
        """Of a bit-field: the first byte that holds its bits, how many do, and by how many bits it is shifted to the
        left in the number that they are."""
        assert self.bits is not None
        first, before = self.offset + self.bit_offset // 8, self.bit_offset % 8
        size = -(-(before + self.bits) // 8)
        return first, size, self.order.shift_of_bits(8 * size, before, self.bits)

    @property
    def order(self) -> ByteOrder:
        """The byte order of the number that the bytes of a bit-field are."""
        plain = unqualified(self.ctype)
        return plain.order if isinstance(plain, Swapped) else host_target().byteorder


def members_of(record: RecordType, base: int = 0, const: bool = False, ends: bool = True) -> tuple[Member, ...]:
    """The members of a record by name, in C's order, those without a name left out. `base` is where it begins, `const`
    whether it is const, `ends` whether it is the end, as a member of another."""
    found: list[Member] = []
    members = layout(record, host_target().model).members
    for index, member in enumerate(members):
        field, offset = member.field, base + member.offset
        readonly = const or is_const(field.type)
        inner = unqualified(field.type)
        last = ends and index == len(members) - 1 and not record.is_union
        if field.name:
            open_ended = last and isinstance(inner, ArrayType) and not inner.length
            row = Member(field.name, field.type, offset, field.bits, member.bit_offset, readonly, open_ended)
            found.append(row)
        elif isinstance(inner, RecordType):
            found += members_of(inner, offset, readonly, last)
    return tuple(found)


def aliases_of(record: RecordType) -> tuple[Member, ...]:
    """The members that have other names, under these; what leads to no member is left out."""
    if not record.aliases:
        return ()
    taken = {member.name for member in members_of(record)}
    found = (_at(record, name, path) for name, path in record.aliases.items() if name not in taken)
    return tuple(member for member in found if member is not None)


def _at(record: RecordType, name: str, path: tuple[str | int, ...]) -> Member | None:
    """The member at the end of a path, under another name."""
    outer: CType = record
    member = Member(name, record, 0)
    for step in path:
        plain, offset = unqualified(outer), member.offset
        if isinstance(plain, RecordType) and plain.fields is not None and isinstance(step, str):
            found = next((one for one in members_of(plain, offset, member.const) if one.name == step), None)
            if found is None:
                return None
            member = found._replace(name=name)
        elif isinstance(plain, ArrayType) and isinstance(step, int) and step < (plain.length or 0):
            stride = sizeof(plain.element, host_target().model)
            const = member.const or is_const(plain.element)
            member = Member(name, plain.element, offset + step * stride, const=const)
        else:
            return None
        outer = member.ctype
    return member


def kind_of(ctype: CType) -> tuple[str, Carrier | None]:
    """How generated code reads a value of this type: "number", "member" (of an enumeration), "text", "object" or "wide" with its
    carrier, "pointer", "view", "swapped", a number in the other byte order, with the
    carrier of the machine's, or "ask": only Python can."""
    plain = unqualified(ctype)
    if isinstance(plain, Swapped) and not isinstance(plain.type, Enum):
        number = carrier(plain.type, host_target().model)
        return ("ask", None) if isinstance(number, InstanceKind) else ("swapped", number)
    if isinstance(plain, ArrayType):
        return "view", None
    kind = carrier(plain, host_target().model)
    if isinstance(kind, PointerKind):
        return ("text", kind) if kind.text else ("pointer", None)
    if isinstance(kind, ObjectKind):
        return "object", kind
    if isinstance(kind, InstanceKind):
        if kind.gives_way:
            return "wide", kind
        return ("view" if isinstance(plain, (RecordType, VectorType)) else "ask"), None
    return ("member" if isinstance(plain, Enum) else "number"), kind


def getset(member: Member, index: int, *, through: bool = False, const: bool = False) -> Getset:
    """The native descriptor of a member; with `through`, for pointers to the record; with `const`, one that refuses
    to be set."""
    name, ctype, offset, bits = member.name, member.ctype, member.offset, member.bits
    const = const or member.const or not is_modifiable(ctype)
    if bits is not None:
        return _bits(member, index, through, const)
    kind, detail = ("ask", None) if member.flexible else kind_of(ctype)
    size = 0 if member.flexible else sizeof(ctype, host_target().model)
    setter = entry("ask_setter")
    if kind in ("number", "member", "text", "object", "wide"):
        getter = entry("member_getter" if kind == "member" else "getter", detail, through)
        if not const:
            setter = entry("setter", detail, through) if kind in NUMBERS else entry("pointer_setter", through)
    elif kind == "swapped":
        getter = entry("swapped_getter", detail, through)
        if not const:
            setter = entry("swapped_setter", detail, through)
    elif kind == "pointer":
        getter = entry("pointer_getter", through)
        if not const:
            setter = entry("pointer_setter", through)
    elif kind == "view":
        getter = entry("view_getter", through)
        if not const:
            setter = entry("block_setter", through)
    else:
        getter = entry("ask_getter")
        if not const and not member.flexible:
            setter = entry("pointer_setter", through)  # what a writer can
    cells = closure(offset, index, size, members_word(ctype) if kind == "member" else 0)
    return Getset(name, getter, setter, cells, f"{ctype} at offset {offset}.")


def _bits(member: Member, index: int, through: bool, const: bool) -> Getset:
    plain = unqualified(member.ctype)
    first, size, shift = member.place
    assert member.bits is not None
    swapped, plain = isinstance(plain, Swapped), natural(plain)
    unit = sizeof(plain, host_target().model)
    truth = isinstance(plain, Integer) and plain.rank == "bool"
    getter, setter, enumerated = entry("ask_getter"), entry("ask_setter"), isinstance(plain, Enum)
    if size <= 8 and unit <= 8:
        bits = Bits(size, shift, member.bits, is_signed(plain, host_target().model), unit, truth, enumerated, swapped)
        getter = entry("bits_getter", bits, through)
        if not const:
            setter = entry("bits_setter", bits, through)
    doc = f"{member.ctype} : {member.bits} at bit {8 * first + shift}."
    cells = closure(first, index, size, members_word(plain) if enumerated else 0)
    return Getset(member.name, getter, setter, cells, doc)
