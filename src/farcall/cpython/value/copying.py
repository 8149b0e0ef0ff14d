"""Copies and pickles of values, by their bytes; in a pickle the declaration of their type goes with these.

A copy can be written also where the original is const. What pointers in it need is kept by the copy too; a pickle and a
deep copy of a pointer would mean nothing, so they are refused.
"""

from __future__ import annotations

from ...ctype import Array as ArrayType
from ...ctype import CType, Field, Function, sizeof, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ..facts.host import host_target
from .base import absorb, address, blank, memory, peek
from .block import zeroed
from .classes import class_of, plain_class
from .extent import extent, room_of
from .keep import adopt

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["copied", "reduce", "refuse_pointers"]


def copied(value: Any) -> Any:
    """A value of the same class with the same bytes, in memory of its own."""
    size = extent(value)
    made = _new(plain_class(type(value)), room_of(value))
    absorb(address(made), memory(address(value), size))
    adopt(made, address(made), value, size)
    return made


def refuse_pointers(value: Any, act: str) -> None:
    """Raise TypeError if the value holds a pointer, which means nothing elsewhere."""
    found = _pointer_in(value.__ctype__)
    if found is not None:
        raise TypeError(f"{value.__ctype__} cannot be {act}: {found[1:] or 'an item'} is a pointer")


def _pointer_in(ctype: CType) -> str | None:
    """The path to the first pointer in a type, ".member.member"; None if there is none. Of an array one item is looked at:
    they are all alike."""
    plain = unqualified(ctype)
    if isinstance(plain, (PointerType, Function)):
        return ""
    if isinstance(plain, ArrayType):
        return _pointer_in(plain.element)
    for field in (plain.fields or ()) if isinstance(plain, RecordType) else ():
        found = _pointer_in(field.type)
        if found is not None:
            return f".{field.name}{found}" if field.name else found
    return None


def reduce(value: Any) -> tuple[Any, ...]:
    """What pickle needs to make the value again: its type, described, and its bytes.

    A class written in Python is found by its name, as all classes are. A record's own class comes back as the one that
    is declared alike in the process that reads it.
    """
    refuse_pointers(value, "pickled")
    native: Any = next(base for base in type(value).__mro__ if "__ctype__" in vars(base))
    description, data = describe(value.__ctype__), peek(address(value), extent(value))
    if native is type(value):
        return rebuild, (description, data, room_of(value))
    return _refill, (plain_class(type(value)), data, getattr(value, "__dict__", None), description, room_of(value))


def rebuild(description: Any, data: bytes, room: int = 0) -> Any:
    """The value of a type and its bytes, of which there are `room` up to the last item of a flexible array member."""
    return _filled(class_of(restore(description)), data, room)


def _refill(cls: Any, data: bytes, attributes: dict[str, Any] | None, description: Any = None, room: int = 0) -> Any:
    """The instance of a class written in Python. ValueError if the class has other members than it had then."""
    if description is not None and describe(cls.__ctype__) != description:
        raise ValueError(f"{cls.__name__} has other members now than when this value of it was pickled")
    made = _filled(cls, data, room)
    if attributes:
        made.__dict__.update(attributes)
    return made


def _filled(cls: Any, data: bytes, room: int) -> Any:
    """A value with these bytes. ValueError if it takes more or fewer, as on a machine where the type has another size."""
    wanted = max(sizeof(cls.__ctype__, host_target().model), room)
    if len(data) != wanted or (room and not cls.__open_ended__):
        raise ValueError(f"{cls.__ctype__} takes {wanted} bytes, its pickle has {len(data)}")
    made = _new(cls, room)
    absorb(address(made), data)
    return made


def _new(cls: Any, room: int) -> Any:
    """A value of a class, all of whose bytes are written next."""
    plain = not room and "__native__" in vars(cls) and "__new__" not in vars(cls)  # farcall's own, and in its own block
    return blank(cls) if plain else zeroed(cls, room)


#: Records made from descriptions, so that each description stands for one type in a process.
_records: dict[Any, RecordType] = {}


def describe(ctype: CType) -> Any:
    """A type as plain, hashable, picklable data; records by all that they consist of."""
    plain = unqualified(ctype)
    if isinstance(plain, ArrayType):
        return ("array", describe(plain.element), plain.length)
    if not isinstance(plain, RecordType):
        return plain
    fields = tuple((f.name, describe(f.type), f.bits, f.align, f.packed) for f in plain.fields or ())
    others = tuple(sorted(plain.aliases.items()))
    found: Any = ("record", plain.kind, plain.tag, plain.name, fields, plain.pack, plain.align, plain.microsoft, others)
    found += (plain.order,) if plain.order is not None else ()
    _records.setdefault(found, plain)
    return found


def restore(description: Any) -> CType:
    """The type that `describe` described."""
    if not isinstance(description, tuple) or not description or description[0] not in ("array", "record"):
        return description  # type: ignore[no-any-return]
    if description[0] == "array":
        return ArrayType(restore(description[1]), description[2])
    found = _records.get(description)
    if found is None:
        _, kind, tag, name, fields, pack, align, microsoft, others, *order = description
        members = [Field(n, restore(t), bits, own, packed) for n, t, bits, own, packed in fields]
        found = RecordType(kind, tag, members, name=name, pack=pack, align=align, microsoft=microsoft)
        found.order = order[0] if order else None
        found.aliases.update(others)
        _records[description] = found
    return found
