"""Reading and writing by C type at an address, and what generated code leaves to Python of members and items."""

from __future__ import annotations

import sys
from types import BuiltinFunctionType
from typing import Any, NoReturn

from ...ctype import Array as ArrayType
from ...ctype import CType, Integer, Qualified, is_const, is_modifiable, is_signed, sizeof, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...errors import FreedMemoryError, LibraryClosedError, NullPointerError
from ...stub.carrier import PointerKind, carrier
from ...stub.field import CLOSURE_CLASS
from ..facts.host import WORD, host_target
from .array import Array
from .base import (
    Keep,
    Value,
    address,
    adopt,
    alive,
    holder,
    keep,
    keeps,
    kept,
    lasts,
    peek,
    poke,
    qualified_type,
    room_at,
    target,
    view,
)
from .base import owner as base_owner
from .foreign import is_foreign
from .given import index_of, shown
from .member import Member
from .number import Number, read_number
from .numpy_scalar import truth_number
from .pointer import Pointer, place_of, pointer_at, target_keeper
from .scalar import Scalar
from .vector import Vector

__all__ = ["read_at", "read_member", "writable", "write_at", "write_member"]

#: The cell of a native descriptor in which the class of its values is kept.
CLASS = slice(CLOSURE_CLASS * WORD, (CLOSURE_CLASS + 1) * WORD)


def read_at(ctype: CType, place: int, owner: object) -> Any:
    """The Python value of the C value of type `ctype` at an address: a number, a str for `const char *`,
    a pointer object, or a view for structs, unions and arrays, which keeps `owner` alive."""
    from .classes import class_read

    if not place:
        raise NullPointerError(f"a {unqualified(ctype)} cannot be read at NULL")
    number = read_number(unqualified(ctype), place)
    if number is not None:
        return number
    seen = view(class_read(ctype), place, owner)
    ctype = unqualified(ctype)
    if isinstance(seen, Scalar):
        return seen.value
    if isinstance(seen, Number):  # a value, not a view: it does not follow the memory
        copy = type(seen).__new__(type(seen))
        poke(address(copy), peek(place, sizeof(ctype, host_target().model)))
        return copy.value
    if isinstance(seen, Pointer):
        target = int(seen)
        kind = carrier(ctype, host_target().model)
        if isinstance(kind, PointerKind) and kind.text:
            return Pointer.string(seen) if target else None
        assert isinstance(ctype, PointerType)
        held = kept(owner, place)
        same = isinstance(held, Pointer) and int(held) == target  # C may have stored another meanwhile
        return pointer_at(ctype, target, target_keeper(held) if same else owner)
    return seen


def refuse_unkept(ctype: CType, value: object, where: str) -> NoReturn:
    """Raise that what farcall makes for a pointer is not stored in memory that C owns: text, or of a callable a closure."""
    from .text import width_of

    if callable(value):
        way = "the closure made for a callable would be gone at once: make a farcall.Closure and keep it"
    else:
        target = unqualified(ctype.target) if isinstance(ctype, PointerType) else None
        word = str(target) if target is not None and width_of(target) > 1 else "char"
        way = f'text stored there would be gone at once: store a farcall.new("{word}[]", text), and keep that'
    raise TypeError(f"{where or ctype}: this memory is C's, and {way} for as long as C uses it")


def made_for_it(value: object) -> bool:
    """Whether what a pointer to the value needs is text, or a closure that farcall makes: nobody else keeps it. Values and
    buffers are their owner's to keep."""
    if isinstance(value, (str, bytes)):
        return True
    known = isinstance(value, (Value, BuiltinFunctionType)) or hasattr(type(value), "__farcall_address__")
    return callable(value) and not known and not is_foreign(value)


def write_at(ctype: CType, place: int, value: object, keeper: Value | Keep, where: str = "") -> None:
    """Store a Python value as a C value of type `ctype` at an address; `keeper` keeps what a pointer needs.
    `where` names the place in errors."""
    from .classes import class_of

    ctype = unqualified(ctype)
    if not place:
        raise NullPointerError(f"a {ctype} cannot be written at NULL")
    cls = class_of(ctype)
    size = sizeof(ctype, host_target().model)
    if issubclass(cls, Scalar):
        number = cls.__new__(cls)
        try:
            number.value = value
        except (TypeError, ValueError, OverflowError) as error:
            if not where:
                raise
            from ..callable.argument_errors import refuse_number

            refuse_number(ctype, value, where, error)
        check_held(keeper)
        poke(place, peek(address(number), size))
    elif issubclass(cls, Pointer):
        from ..callable.marshal import to_pointer

        pointer = to_pointer(ctype, value, where or f"a {ctype}")
        if made_for_it(value) and not lasts(keeper, place):
            refuse_unkept(ctype, value, where)
        check_held(keeper)
        poke(place, int(pointer).to_bytes(WORD, sys.byteorder))
        keep(keeper, place, pointer)
    else:
        from ..callable.marshal import to_instance

        made = to_instance(cls, value, where or f"a {ctype}")
        if made is not value and keeps(made) and not lasts(keeper, place):
            refuse_unkept(ctype, None, where)
        check_held(keeper)
        poke(place, peek(address(made), size))
        adopt(keeper, place, made, size)


def check_held(keeper: Value | Keep) -> None:
    """Raise if the memory that is about to be written is gone: what was to be stored there had to be converted, by
    Python code that may have freed the memory or closed the library it belongs to."""
    if isinstance(keeper, Keep):
        if getattr(keeper.owner, "closed", False):
            raise LibraryClosedError(f"{getattr(keeper.owner, 'name', 'the library')} was closed meanwhile")
    elif isinstance(keeper, Pointer):
        pointed = base_owner(keeper)
        if not alive(pointed):
            raise FreedMemoryError(f"{keeper!r} points to memory that was freed")
    else:
        address(keeper)


def read_member(member: Member, base: int, owner: object) -> Any:
    """The Python value of a member of the record at the address `base`."""
    if member.bits is None:
        return read_at(_qualified(member), base + member.offset, owner)
    first, size, shift = member.place
    word = int.from_bytes(peek(base + first, size), sys.byteorder) >> shift
    word &= (1 << member.bits) - 1
    plain = unqualified(member.ctype)
    if isinstance(plain, Integer) and plain.rank == "bool":
        return bool(word)
    if is_signed(plain, host_target().model) and word >> (member.bits - 1):
        word -= 1 << member.bits
    return word


def _qualified(member: Member) -> CType:
    if not member.const or is_const(member.ctype):
        return member.ctype
    return Qualified(member.ctype, frozenset({"const"}))


def writable(ctype: CType, where: str) -> None:
    """Raise TypeError if the whole of a value of type `ctype` cannot be assigned, since it or a part of it is const."""
    if is_const(ctype):
        raise TypeError(f"{where} is const: it cannot be set")
    if not is_modifiable(ctype):
        raise TypeError(f"{where} has const members: it cannot be set as a whole")


def write_member(member: Member, base: int, value: object, keeper: Value | Keep, where: str) -> None:
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
            f"{where}: {shown(number)} is out of range for {member.ctype} : {member.bits} ({low} to {high})"
        )
    first, size, shift = member.place
    mask = ((1 << member.bits) - 1) << shift
    word = int.from_bytes(peek(base + first, size), sys.byteorder)
    word = word & ~mask | (number << shift) & mask
    poke(base + first, word.to_bytes(size, sys.byteorder))


def _fill_flexible(member: Member, base: int, value: Any, keeper: Value | Keep, where: str) -> None:
    seen = flexible(member, base, holder(keeper) if isinstance(keeper, Value) else keeper)
    if isinstance(seen, Pointer):
        raise TypeError(f"{where}: how many items there are only C knows; write them one by one, or a slice of them")
    if len(value) > len(seen):
        raise ValueError(f"{where} has room for {len(seen)} items, {len(value)} were given; see farcall.new")
    write_at(type(seen).__ctype__, address(seen), value, keeper, where)


def bit_limits(member: Member) -> tuple[int, int]:
    """The least and the greatest value of a bit-field."""
    assert member.bits is not None
    plain = unqualified(member.ctype)
    if isinstance(plain, Integer) and plain.rank == "bool":
        return 0, 1
    if is_signed(plain, host_target().model):
        return -(1 << (member.bits - 1)), (1 << (member.bits - 1)) - 1
    return 0, (1 << member.bits) - 1


def members_seen(value: Any) -> tuple[Member, ...]:
    """The members of a record, or of the record that a pointer points to; behind them those under other names."""
    from .classes import class_of

    if isinstance(value, Pointer):
        return class_of(value.__ctype__.target).__named__  # type: ignore[no-any-return]
    return value.__named__  # type: ignore[no-any-return]


def get_member(value: Any, index: int) -> Any:
    """A member of a record, or through a pointer to one, by its number. Its class is made known to the native
    descriptor, which then does without Python."""
    from .classes import class_read

    member = members_seen(value)[index]
    if isinstance(value, Pointer):
        base, owner = place_of(value), target_keeper(value, itself=True)
        if is_const(value.__ctype__.target):
            member = member._replace(const=True)
    else:
        base, owner = address(value), holder(value)
    if member.flexible:
        return flexible(member, base, owner)
    if member.bits is None and isinstance(unqualified(member.ctype), (RecordType, PointerType, ArrayType)):
        _teach(type(value), member.name, class_read(_qualified(member)))
    return read_member(member, base, owner)


def flexible(member: Member, base: int, owner: object) -> Any:
    """A flexible array member: an array of as many items as the record was made with. Of a record that C made, which
    alone knows how many there are, a pointer to the first, as C itself has it."""
    from .classes import class_of

    element: CType = unqualified(member.ctype).element  # type: ignore[attr-defined]
    if member.const and not is_const(element):
        element = Qualified(element, frozenset({"const"}))
    place, size = base + member.offset, sizeof(element, host_target().model)
    room = room_at(base, owner)
    if room is None:
        return pointer_at(PointerType(element), place, owner)
    count = max(0, room - member.offset) // size if size else 0
    return view(class_of(ArrayType(element, count)), place, owner)


def _teach(cls: Any, name: str, of: Any) -> None:
    """Fill the class cell of a native descriptor, on the class it belongs to."""
    for base in cls.__mro__:
        cells = getattr(vars(base).get("__native__"), "cells", {}).get(name)
        if cells is not None and any(cells[CLASS]):
            return
        if cells is not None:
            vars(base)["__native__"].things.append(of)
            cells[CLASS] = id(of).to_bytes(WORD, sys.byteorder)
            return


def set_member(value: Any, index: int, new: object) -> None:
    """Write a member of a record, or through a pointer to one, by its number."""
    from .classes import class_read

    if isinstance(value, Scalar):
        raise TypeError(f"this {qualified_type(value)} is const: it cannot be set")
    member = members_seen(value)[index]
    if _set_pointer(value, member, new):
        return
    if isinstance(value, Pointer):
        target, base = value.__ctype__.target, place_of(value)
        constant, keeper = is_const(target), value
        where = f"{unqualified(target)}: field {member.name!r}"
    else:
        base, keeper = address(value), value
        constant = value.__const__
        where = f"{value.__ctype__}: field {member.name!r}"
    if constant or member.const:
        raise TypeError(f"{where} is const: it cannot be set")
    writable(member.ctype, where)
    if member.bits is None and isinstance(unqualified(member.ctype), (RecordType, PointerType)):
        _teach(type(value), member.name, class_read(_qualified(member)))
    write_member(member, base, new, keeper, where)


def _set_pointer(value: Any, member: Member, new: object) -> bool:
    """Write a pointer of just the member's type, if that is what it is."""
    from .classes import class_of

    plain = unqualified(member.ctype)
    if not isinstance(plain, PointerType) or not issubclass(type(new), class_of(plain)):
        return False
    if member.const or value.__const__:
        return False
    if isinstance(value, Pointer):
        if is_const(value.__ctype__.target):
            return False
        place = place_of(value) + member.offset
    else:
        place = address(value) + member.offset
    poke(place, target(new).to_bytes(WORD, sys.byteorder))
    keep(value, place, new)
    return True


def get_item(value: Any, key: Any) -> Any:
    """An item of an array, a vector or a pointer."""
    kind = Array if isinstance(value, Array) else Vector if isinstance(value, Vector) else Pointer
    return kind.__getitem__(value, key)


def set_item(value: Any, key: Any, new: object) -> None:
    """Write an item of an array, a vector or a pointer."""
    kind = Array if isinstance(value, Array) else Vector if isinstance(value, Vector) else Pointer
    kind.__setitem__(value, key, new)
