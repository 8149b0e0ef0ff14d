"""Structs and unions as Python values: fields by attribute, construction by position and keyword."""

from __future__ import annotations

from typing import Any, ClassVar

from ... import seed
from ...ctype import CType, Layout, leaves
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ..host import host_target
from .base import Value, address, adopt, native

__all__ = ["Field", "Record", "Struct", "Union"]


@native
class Record(Value):
    """What structs and unions share. Two are equal if they are of one type and all members are equal."""

    __slots__ = ()
    __ctype__: ClassVar[RecordType]
    __layout__: ClassVar[Layout]
    __members__: ClassVar[tuple[str, ...]]
    __fields__: ClassVar[tuple[tuple[str, CType, int], ...]]

    def __init__(self, *args: object, **fields: object) -> None:
        names = self.__members__
        if len(args) > len(names):
            raise TypeError(f"{self.__ctype__} has {len(names)} fields, {len(args)} values were given")
        for name, value in zip(names, args, strict=False):
            if name in fields:
                raise TypeError(f"{self.__ctype__}: field {name!r} was given by position and by keyword")
            setattr(self, name, value)
        for name, value in fields.items():
            if name not in names:
                there = ", ".join(names) or "none"
                raise TypeError(f"{self.__ctype__} has no field {name!r}; there are: {there}")
            setattr(self, name, value)

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__members__)
        return f"{type(self).__name__}({fields})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or other.__ctype__ is not self.__ctype__:
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__members__)

    __hash__ = None  # type: ignore[assignment]  # it is mutable

    def __copy__(self) -> Any:
        made = type(self).__new__(type(self))
        seed.write(address(made), Record.__bytes__(self))
        adopt(made, address(made), self, self.__layout__.size)
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        self._refuse_pointers("copied deeply")
        return self.__copy__()

    def __bytes__(self) -> bytes:
        return seed.read(address(self), self.__layout__.size)

    def __reduce__(self) -> tuple[Any, ...]:
        self._refuse_pointers("pickled")
        raise TypeError(f"{self.__ctype__} cannot be pickled: its declaration is not known elsewhere")

    def _refuse_pointers(self, act: str) -> None:
        for leaf in leaves(self.__ctype__, host_target().model):
            if isinstance(leaf.type, PointerType):
                raise TypeError(f"{self.__ctype__} cannot be {act}: {leaf.path[1:]} is a pointer")


@native
class Struct(Record):
    """A C struct."""

    __slots__ = ()


@native
class Union(Record):
    """A C union: all members lie at the same place; construction takes at most one."""

    __slots__ = ()

    def __init__(self, *args: object, **fields: object) -> None:
        if len(args) + len(fields) > 1:
            raise TypeError(f"{self.__ctype__} holds one member at a time, {len(args) + len(fields)} were given")
        Record.__init__(self, *args, **fields)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Union) or other.__ctype__ is not self.__ctype__:
            return NotImplemented
        return bytes(self) == bytes(other)

    __hash__ = None  # type: ignore[assignment]


class Field:
    """A member that is more than a number: a struct, an array or a pointer, `offset` bytes in."""

    __slots__ = ("cls", "ctype", "name", "offset")

    def __init__(self, cls: type[Record], name: str, ctype: Any, offset: int) -> None:
        self.cls = cls
        self.name = name
        self.ctype = ctype
        self.offset = offset

    def __get__(self, value: Value | None, cls: type | None = None) -> Any:
        if value is None:
            return self
        self._check(value)
        from .classes import read_at

        return read_at(self.ctype, address(value) + self.offset, value)

    def __set__(self, value: Value, new: object) -> None:
        self._check(value)
        from .classes import write_at

        where = f"{self.cls.__ctype__}: field {self.name!r}"
        write_at(self.ctype, address(value) + self.offset, new, value, where)

    def __delete__(self, value: Value) -> None:
        raise TypeError("a C field cannot be deleted")

    def _check(self, value: object) -> None:
        if not isinstance(value, self.cls):
            raise TypeError(f"field {self.name!r} of {self.cls.__ctype__} is not one of {type(value).__name__}")

    def __repr__(self) -> str:
        from ...ctype import declare

        return f"<field {declare(self.ctype, self.name)} at {self.offset}>"


