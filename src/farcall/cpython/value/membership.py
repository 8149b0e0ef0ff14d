"""Reading and writing members of records at an address: bit-fields and flexible array members too."""

from __future__ import annotations

from ...ctype import Array as ArrayType
from ...ctype import CType, Integer, Qualified, is_const, is_signed, natural, sizeof, unqualified
from ...ctype import Pointer as PointerType
from ..facts.host import host_target
from .access import read_at, write_at
from .base import Value, address, holder, peek, poke, view
from .classes import class_of, pointer_at
from .enum_members import member as enum_member
from .given import index_of, shown
from .keep import check_held, room_at
from .member import Member
from .numpy_scalar import truth_number

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["bit_limits", "flexible", "qualified_member", "read_member", "write_member"]


def read_member(member: Member, base: int, owner: object) -> Any:
    """The Python value of a member of the record at the address `base`."""
    if member.bits is None:
        return read_at(qualified_member(member), base + member.offset, owner)
    first, size, shift = member.place
    word = int.from_bytes(peek(base + first, size), member.order.name) >> shift
    word &= (1 << member.bits) - 1
    plain = natural(unqualified(member.ctype))
    if isinstance(plain, Integer) and plain.rank == "bool":
        return bool(word)
    if is_signed(plain, host_target().model) and word >> (member.bits - 1):
        word -= 1 << member.bits
    return enum_member(plain, word)


def qualified_member(member: Member) -> CType:
    """The type of a member, const where the member is."""
    if not member.const or is_const(member.ctype):
        return member.ctype
    return Qualified(member.ctype, frozenset({"const"}))


def write_member(member: Member, base: int, value: object, keeper: Any, where: str) -> None:
    """Store a Python value as a member of the record at the address `base`, const or not."""
    if member.flexible:
        _fill_flexible(member, base, value, keeper, where)
        return
    if member.bits is None:
        write_at(member.ctype, base + member.offset, value, keeper, where)
        return
    low, high = bit_limits(member)
    try:
        number = index_of(truth_number(value))
    except TypeError:
        if hasattr(type(value), "__index__"):  # which raised it
            raise
        raise TypeError(f"{where} must be an int for {member.ctype}, not {type(value).__name__}") from None
    check_held(keeper)
    if not low <= number <= high:
        raise OverflowError(
            f"{where}: {shown(number)} is out of range for {natural(member.ctype)} : {member.bits} ({low} to {high})"
        )
    first, size, shift = member.place
    mask = ((1 << member.bits) - 1) << shift
    word = int.from_bytes(peek(base + first, size), member.order.name)
    word = word & ~mask | (number << shift) & mask
    poke(base + first, word.to_bytes(size, member.order.name))


def _fill_flexible(member: Member, base: int, value: Any, keeper: Any, where: str) -> None:
    seen = flexible(member, base, holder(keeper) if isinstance(keeper, Value) else keeper)
    if isinstance(seen.__ctype__, PointerType):
        raise TypeError(f"{where}: how many items there are only C knows; write them one by one, or a slice of them")
    if len(value) > len(seen):
        raise ValueError(f"{where} has room for {len(seen)} items, {len(value)} were given; see farcall.new")
    write_at(type(seen).__ctype__, address(seen), value, keeper, where)


def bit_limits(member: Member) -> tuple[int, int]:
    """The least and the greatest value of a bit-field."""
    assert member.bits is not None
    plain = natural(unqualified(member.ctype))
    if isinstance(plain, Integer) and plain.rank == "bool":
        return 0, 1
    if is_signed(plain, host_target().model):
        return -(1 << (member.bits - 1)), (1 << (member.bits - 1)) - 1
    return 0, (1 << member.bits) - 1


def flexible(member: Member, base: int, owner: object) -> Any:
    """A flexible array member: an array of as many items as the record was made with. Of a record that C made, which
    alone knows how many there are, a pointer to the first, as C itself has it."""
    element: CType = unqualified(member.ctype).element  # type: ignore[attr-defined]
    if member.const and not is_const(element):
        element = Qualified(element, frozenset({"const"}))
    place, size = base + member.offset, sizeof(element, host_target().model)
    room = room_at(base, owner)
    if room is None:
        return pointer_at(PointerType(element), place, owner)
    count = max(0, room - member.offset) // size if size else 0
    return view(class_of(ArrayType(element, count)), place, owner)
