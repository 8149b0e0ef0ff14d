"""What generated code leaves to Python of members and items of values."""

from __future__ import annotations

import sys

from ...ctype import Array as ArrayType
from ...ctype import Complex as ComplexType
from ...ctype import CType, Enum, is_const, unfinished, unqualified
from ...ctype import Float as FloatType
from ...ctype import Integer as IntegerType
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...ctype import Vector as VectorType
from ...stub.field import CLOSURE_CLASS, CLOSURE_WRITER
from ...stub.slow_path.slice import READER
from ..facts.host import WORD
from .access import writable
from .array import Array
from .base import address, holder, owner, place_of, poke, qualified_type, target, target_keeper
from .classes import class_of, class_read
from .keep import keep
from .member import Member
from .membership import flexible, qualified_member, read_member, write_member
from .packed import number_reader
from .pointer import Pointer
from .scalar import Scalar
from .vector import Vector
from .writing import cells_of, learn, owner_of_cells

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["get_item", "get_member", "members_seen", "set_item", "set_member"]

#: The cells of a native descriptor in which the class of its values and the cells of their writer are kept.
CLASS = slice(CLOSURE_CLASS * WORD, (CLOSURE_CLASS + 1) * WORD)
WRITER = slice(CLOSURE_WRITER * WORD, (CLOSURE_WRITER + 1) * WORD)
#: The types of members whose values are instances, for a native descriptor to know.
SEEN = (RecordType, PointerType, ArrayType, VectorType, ComplexType, FloatType, IntegerType)


def members_seen(value: Any) -> tuple[Member, ...]:
    """The members of a record, or of the record that a pointer points to; behind them those under other names."""
    if isinstance(value, Pointer):
        return class_of(value.__ctype__.target).__named__  # type: ignore[no-any-return]
    return value.__named__  # type: ignore[no-any-return]


def get_member(value: Any, index: int) -> Any:
    """A member of a record, or through a pointer to one, by its number. Its class is made known to the native
    descriptor, which then does without Python."""
    member = members_seen(value)[index]
    if isinstance(value, Pointer):
        base, owner = place_of(value), target_keeper(value, itself=True)
        if is_const(value.__ctype__.target):
            member = member._replace(const=True)
    else:
        base, owner = address(value), holder(value)
    if member.flexible:
        return flexible(member, base, owner)
    if member.bits is None and isinstance(unqualified(member.ctype), SEEN):
        _teach(type(value), member.name, class_read(qualified_member(member)))
    return read_member(member, base, owner)


def _teach(cls: Any, name: str, of: Any, writer: int = 0) -> None:
    """Fill the class cell of a native descriptor, and that of the writer's cells, on the class it belongs to."""
    for base in cls.__mro__:
        native = vars(base).get("__native__")
        cells = getattr(native, "cells", {}).get(name)
        if cells is None:
            continue
        if not any(cells[CLASS]):
            native.things.append(of)
            cells[CLASS] = id(of).to_bytes(WORD, sys.byteorder)
        if writer and id(of).to_bytes(WORD, sys.byteorder) == cells[CLASS]:  # whose life is the cells'
            cells[WRITER] = writer.to_bytes(WORD, sys.byteorder)
        return


def set_member(value: Any, index: int, new: object) -> None:
    """Write a member of a record, or through a pointer to one, by its number."""
    if isinstance(value, Scalar):
        raise TypeError(f"this {qualified_type(value)} is const: it cannot be set")
    member = members_seen(value)[index]
    if _set_pointer(value, member, new):
        _teach(type(value), member.name, class_read(qualified_member(member)), cells_of(member.ctype))
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
    if member.bits is None and not member.flexible and isinstance(unqualified(member.ctype), SEEN):
        _teach(type(value), member.name, class_read(qualified_member(member)), cells_of(member.ctype))
    write_member(member, base, new, keeper, where)
    if member.bits is None:
        learn(member.ctype, new)


def _set_pointer(value: Any, member: Member, new: object) -> bool:
    """Write a pointer of just the member's type, if that is what it is."""
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
    keep(value, place, target(new), owner(new))
    return True


def get_item(value: Any, key: Any) -> Any:
    """An item of an array, a vector or a pointer."""
    kind = Array if isinstance(value, Array) else Vector if isinstance(value, Vector) else Pointer
    found = kind.__getitem__(value, key)
    if isinstance(key, slice):
        _teach_items(type(value), READER)
    return found


def set_item(value: Any, key: Any, new: object) -> None:
    """Write an item of an array, a vector or a pointer."""
    kind = Array if isinstance(value, Array) else Vector if isinstance(value, Vector) else Pointer
    _teach_items(type(value))
    kind.__setitem__(value, key, new)
    if isinstance(element := _element(value.__ctype__), PointerType) and not isinstance(key, slice):
        learn(element, new)


def _teach_items(cls: Any, which: int = 0) -> None:
    """Have the code of a class know how its items are written, or (READER) read."""
    native = next(vars(base)["__native__"] for base in cls.__mro__ if "__ctype__" in vars(base))
    word = slice(which * WORD, (which + 1) * WORD)
    if native.items is None or any(native.items[word]):
        return
    element = _element(cls.__ctype__)
    if which == READER:
        native.items[word] = number_reader(element).to_bytes(WORD, sys.byteorder)
    elif isinstance(element, (PointerType, Enum)) or (isinstance(element, SEEN) and not unfinished(element)):
        native.things.append(owner_of_cells(element))
        native.items[word] = cells_of(element).to_bytes(WORD, sys.byteorder)


def _element(ctype: Any) -> CType:
    """The type of the items of an array or a vector, or of what a pointer points to."""
    if isinstance(ctype, VectorType):
        return ctype.lane
    found: CType = ctype.target if isinstance(ctype, PointerType) else ctype.element
    return unqualified(found)
