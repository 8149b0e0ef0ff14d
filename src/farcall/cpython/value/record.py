"""Structs and unions as Python values: fields by attribute, construction by position and keyword."""

from __future__ import annotations

from typing import Any, ClassVar

from ...ctype import Layout, unqualified
from ...ctype import Record as RecordType
from .base import Value, address, native, peek
from .copying import copied, reduce, refuse_pointers
from .extent import extent
from .member import Member

__all__ = ["Record", "Struct", "Union", "fill_record"]


@native
class Record(Value):
    """What structs and unions share. Two are equal if they are of one type and all members are equal."""

    __slots__ = ()
    __ctype__: ClassVar[RecordType]
    __layout__: ClassVar[Layout]
    __members__: ClassVar[tuple[str, ...]]
    __fields__: ClassVar[tuple[Member, ...]]
    __named__: ClassVar[tuple[Member, ...]]  # with those that headers know by other names

    def __init__(self, /, *args: object, **fields: object) -> None:  # a member may be called self
        fill_record(self, args, fields)

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__members__)
        return f"{type(self).__name__}({fields})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or other.__ctype__ is not self.__ctype__:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__members__)

    __hash__ = None  # type: ignore[assignment]  # it is mutable

    def __copy__(self) -> Any:
        return copied(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        refuse_pointers(self, "copied deeply")
        return copied(self)

    def __bytes__(self) -> bytes:
        return peek(address(self), extent(self))

    def __reduce__(self) -> Any:
        return reduce(self)


@native
class Struct(Record):
    """A C struct."""

    __slots__ = ()


@native
class Union(Record):
    """A C union: all members lie at the same place; construction takes at most one."""

    __slots__ = ()

    def __init__(self, /, *args: object, **fields: object) -> None:
        if len(args) + len(fields) > 1:
            raise TypeError(f"{self.__ctype__} holds one member at a time, {len(args) + len(fields)} were given")
        fill_record(self, args, fields)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Union) or other.__ctype__ is not self.__ctype__:
            return NotImplemented
        return Record.__bytes__(self) == Record.__bytes__(other)

    __hash__ = None


def fill_record(record: Any, args: tuple[object, ...], fields: dict[str, object]) -> None:
    """The members of a new record, const ones too."""
    names, members, ctype = record.__members__, record.__fields__, unqualified(record.__ctype__)
    if len(args) > len(names):
        raise TypeError(f"{ctype} has {len(names)} fields, {len(args)} values were given")
    for member, value in zip(members, args, strict=False):
        if member.name in fields:
            raise TypeError(f"{ctype}: field {member.name!r} was given by position and by keyword")
        _write(record, member, value)
    for name, value in fields.items():
        if name in names:
            _write(record, members[names.index(name)], value)
            continue
        found = next((member for member in record.__named__ if member.name == name), None)
        if found is None:
            there = ", ".join(names) or "none"
            raise TypeError(f"{ctype} has no field {name!r}; there are: {there}")
        _write(record, found, value)


def _write(record: Any, member: Member, value: object) -> None:
    from .access import write_member

    write_member(member, address(record), value, record, f"{record.__ctype__}: field {member.name!r}")
