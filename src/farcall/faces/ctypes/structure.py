"""Structs and unions: their metaclasses, which lay out `_fields_` when they are set."""

from __future__ import annotations

from typing import Any

from .data import CData
from .field import BitField, field_of
from .layout import Layout
from .member import NEWER, CField
from .metatype import DataType
from .newer_layout import lay_out
from .shape import MISSING, Shape

__all__ = ["Structure", "Union"]


class RecordType(DataType):
    """What the metaclasses of structs and unions share."""

    _kind = "struct"

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any], **named: Any) -> Any:
        cls: Any = super().__new__(mcs, name, bases, space, **named)
        if CData in bases or "_abstract_" in space:
            return cls
        base = getattr(cls.__base__, "__shape__", None)
        if base is None:
            made = Shape(mcs._kind, 0, 1)
        else:
            made = Shape(mcs._kind, base.size, base.align, base.length, format=base.format, points=base.points)
        made.pack = 0 if base is None else base.pack
        type.__setattr__(cls, "__shape__", made)
        if "_fields_" in space:
            cls._fields_ = space["_fields_"]  # through the metaclass, which may be derived
        elif base is not None:
            base.final = True
        return cls

    def __setattr__(cls, name: str, value: Any) -> None:
        if name == "_fields_":
            cls._lay_out(value)
        super().__setattr__(name, value)

    def _lay_out(cls: Any, fields: Any) -> None:
        """Give the class its members. Raises TypeError, ValueError or AttributeError for what cannot be members."""
        made = vars(cls).get("__shape__")
        if made is None:
            raise TypeError("ctypes state is not initialized")
        if made.final:
            raise AttributeError("_fields_ is final")
        base = getattr(cls.__base__, "__shape__", None)
        if NEWER:
            lay_out(cls, made, fields, base)
        else:
            if not hasattr(fields, "__len__") or not hasattr(fields, "__getitem__"):
                raise TypeError("'_fields_' must be a sequence of pairs")
            layout = Layout(cls, made)
            for number in range(len(fields)):
                layout.add(number, fields[number])
            if made.final:
                raise AttributeError("Structure or union cannot contain itself")
            layout.finish()
        made.final = True
        type.__setattr__(cls, "__parts__", (*cls.__base__.__parts__, *[field.name for field in made.fields]))
        _name_anonymous(cls)


def _name_anonymous(cls: Any) -> None:
    """Have the members of anonymous members be the record's own."""
    anonymous = getattr(cls, "_anonymous_", MISSING)
    if anonymous is MISSING:
        return
    if not hasattr(anonymous, "__len__") or not hasattr(anonymous, "__getitem__"):
        raise TypeError("_anonymous_ must be a sequence")
    for name in anonymous:
        field = getattr(cls, name)
        if not isinstance(field, CField):
            raise AttributeError(f"'{name}' is specified in _anonymous_ but not in _fields_")
        field.is_anonymous = True  # type: ignore[misc]
        _adopt(cls, field.cls, field.index, field.offset)


def _adopt(cls: Any, inner: Any, index: int, offset: int) -> None:
    """Give a class the members of another that lies at an offset of it."""
    for pair in inner._fields_:
        name = pair[0]
        found = getattr(inner, name)
        if not isinstance(found, CField):
            raise TypeError("unexpected type")
        if name in getattr(inner, "_anonymous_", ()):
            _adopt(cls, found.cls, found.index + index, found.offset + offset)
            continue
        if found.bits is None:
            moved: Any = field_of(name, found.cls, found.index + index, found.offset + offset)
        else:
            moved = BitField(name, found.cls, found.index + index, found.offset + offset, found.bits, found.bit_offset)
        moved.is_anonymous = found.is_anonymous
        type.__setattr__(cls, name, moved)


class PyCStructType(RecordType):
    """The metaclass of structs."""

    __module__ = "_ctypes"


class UnionType(RecordType):
    """The metaclass of unions."""

    __module__ = "_ctypes"
    _kind = "union"


class Structure(CData, metaclass=PyCStructType):
    """Structure base class"""

    __module__ = "_ctypes"
    __slots__ = ()

    def _begin_(self, *args: Any, **named: Any) -> None:
        if args:
            count = _fill(self, type(self), args, named, 0)
            if count < len(args):
                raise TypeError("too many initializers")
        for name, value in named.items():
            setattr(self, name, value)


class Union(CData, metaclass=UnionType):
    """Union base class"""

    __module__ = "_ctypes"
    __slots__ = ()

    _begin_ = Structure._begin_


def _fill(self: Any, cls: Any, args: tuple[Any, ...], named: dict[str, Any], index: int) -> int:
    """Set members in order, those of the class that this one is derived from first; gives how many are known."""
    if getattr(cls.__base__, "__shape__", None) is not None:
        index = _fill(self, cls.__base__, args, named, index)
    fields = vars(cls).get("_fields_")
    if fields is None:
        return index
    for pair in fields:
        if index >= len(args):
            break
        if pair[0] in named:
            raise TypeError(f"duplicate values for field {pair[0]!r}")
        setattr(self, pair[0], args[index])
        index += 1
    return index
