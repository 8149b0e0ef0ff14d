"""One Python class for each C type, made when first asked for; and reading and writing by C type."""

from __future__ import annotations

import weakref
from typing import Any

from ... import seed
from ...ctype import Array as ArrayType
from ...ctype import Complex as ComplexType
from ...ctype import CType, Enum, Float, Function, Integer, Void, layout, sizeof, unqualified
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...ctype import Vector as VectorType
from ...errors import IncompleteTypeError, NullPointerError, UnsupportedTypeError
from ...recipe.carrier import Block, PointerTo, carrier
from ..host import host_target
from ..native import Getset, make_type
from .array import Array, is_byte
from .base import Keep, Value, address, adopt, keep, kept, view
from .number import Complex, Number, Precise, Wide
from .pointer import Pointer, pointer_at
from .record import Field, Struct, Union
from .scalar import Integral, Scalar
from .vector import Vector

__all__ = ["class_of", "read_at", "write_at"]

_classes: weakref.WeakValueDictionary[CType, Any] = weakref.WeakValueDictionary()


def class_of(ctype: CType) -> Any:
    """The class whose instances are values of `ctype`. Raises UnsupportedTypeError for void and functions,
    IncompleteTypeError for a record without members."""
    ctype = unqualified(ctype)
    made = _classes.get(ctype)
    if made is None:
        made = _classes.setdefault(ctype, _make(ctype))
    return made


def read_at(ctype: CType, place: int, owner: object) -> Any:
    """The Python value of the C value of type `ctype` at an address: a number, a str for `const char *`,
    a pointer object, or a view for structs, unions and arrays, which keeps `owner` alive."""
    ctype = unqualified(ctype)
    if not place:
        raise NullPointerError(f"a {ctype} cannot be read at NULL")
    seen = view(class_of(ctype), place, owner)
    if isinstance(seen, Scalar):
        return seen.value
    if isinstance(seen, Number):  # a value, not a view: it does not follow the memory
        copy = type(seen).__new__(type(seen))
        seed.write(address(copy), seed.read(place, sizeof(ctype, host_target().model)))
        return copy.value
    if isinstance(seen, Pointer):
        target = int(seen)
        kind = carrier(ctype, host_target().model)
        if isinstance(kind, PointerTo) and kind.text:
            return seen.string() if target else None
        assert isinstance(ctype, PointerType)
        held = kept(owner, place)
        same = isinstance(held, Pointer) and int(held) == target  # C may have stored another meanwhile
        return pointer_at(ctype, target, held if same else owner)
    return seen


def write_at(
    ctype: CType, place: int, value: object, holder: Value | Keep, where: str = ""
) -> None:
    """Store a Python value as a C value of type `ctype` at an address; `holder` keeps what a pointer needs.
    `where` names the place in errors."""
    ctype = unqualified(ctype)
    if not place:
        raise NullPointerError(f"a {ctype} cannot be written at NULL")
    cls = class_of(ctype)
    if issubclass(cls, Scalar):
        try:
            view(cls, place, None).value = value
        except (TypeError, OverflowError) as error:
            if not where:
                raise
            from ..marshal import raise_named

            raise_named(error, where)
    elif issubclass(cls, Pointer):
        from ..marshal import to_pointer

        pointer = to_pointer(ctype, value, where or f"a {ctype}")
        seed.write(place, int(pointer).to_bytes(8, "little"))
        keep(holder, place, pointer)
    else:
        from ..marshal import to_instance

        if isinstance(value, (bytes, bytearray)) and issubclass(cls, Array) and is_byte(cls.__ctype__.element):
            value = cls(value)
        made = to_instance(cls, value, where or f"a {ctype}")
        size = sizeof(ctype, host_target().model)
        seed.write(place, seed.read(address(made), size))
        adopt(holder, place, made, size)


def _make(ctype: CType) -> Any:
    name = str(ctype)
    size = 0 if isinstance(ctype, (Void, Function)) else sizeof(ctype, host_target().model)
    if isinstance(ctype, RecordType):
        return _make_record(ctype, size)
    if isinstance(ctype, PointerType):
        cls = make_type(name, (Pointer,), size, f"The C type {name}.")
    elif isinstance(ctype, ArrayType):
        if ctype.length is None:
            raise IncompleteTypeError(f"{ctype} has no length")
        cls = make_type(name, (Array,), size, f"The C type {name}.")
    elif isinstance(ctype, VectorType):
        cls = make_type(_python_name(name), (Vector,), size, f"The C type {name}.")
    elif isinstance(carrier(ctype, host_target().model), Block):
        base = Complex if isinstance(ctype, ComplexType) else Precise if isinstance(ctype, Float) else Wide
        cls = make_type(_python_name(name), (base,), size, f"The C type {name}.")
    elif isinstance(ctype, (Integer, Float, Enum)):
        kind = carrier(ctype, host_target().model)
        base = Scalar if isinstance(ctype, Float) else Integral
        value = Getset("value", kind, 0, f"The Python value of this {name}.")
        cls = make_type(_python_name(name), (base,), size, f"The C type {name}, in memory.", [value])
    else:
        raise UnsupportedTypeError(f"there are no values of type {ctype}")
    cls.__ctype__ = ctype  # type: ignore[attr-defined]
    return cls


def _make_record(ctype: RecordType, size: int) -> Any:
    model = host_target().model
    placed = layout(ctype, model)
    getsets, fields = [], {}
    members = tuple(_members(ctype, 0))
    for index, (name, type, offset) in enumerate(members):
        kind = None if isinstance(unqualified(type), ArrayType) else carrier(type, model)
        if kind is None or isinstance(kind, (Block, PointerTo)):
            fields[name] = (type, offset)
        else:
            getsets.append(Getset(name, kind, offset, f"{type} at offset {offset}.", index))
    label = ctype.tag or ctype.name or ctype.kind
    base = Union if ctype.is_union else Struct
    cls: Any = make_type(label, (base,), size, f"The C type {ctype}.", getsets)
    cls.__ctype__, cls.__layout__, cls.__fields__ = ctype, placed, members
    cls.__members__ = tuple(name for name, _, _ in members)
    for name, (type, offset) in fields.items():
        setattr(cls, name, Field(cls, name, type, offset))
    return cls


def _members(record: RecordType, base: int) -> list[tuple[str, CType, int]]:
    """(name, type, offset) of every member by name; those of an anonymous member count as the record's own."""
    found: list[tuple[str, CType, int]] = []
    for member in layout(record, host_target().model).members:
        field, offset = member.field, base + member.offset
        if field.bits is not None:
            raise UnsupportedTypeError(f"{record}: bit-field {field} is not supported yet")
        if field.name:
            found.append((field.name, field.type, offset))
        elif isinstance(unqualified(field.type), RecordType):
            found += _members(unqualified(field.type), offset)  # type: ignore[arg-type]
    return found


def _python_name(name: str) -> str:
    return name.replace(" ", "_")
