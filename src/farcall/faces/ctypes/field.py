"""The members of structs and unions: descriptors that read and write them."""

from __future__ import annotations

from functools import cache
from typing import Any

from ...cpython.value.base import address, peek, poke
from ...stub.data_text import CELLS, LENGTH
from .data import CData, reads_as
from .letters import WIDE, WIDE_TEXT
from .member import CField, FieldType, member_class, member_of, read_member, set_cell, value_member, write_member
from .shape import Shape, shape_of
from .view import view_member

__all__ = ["BitField", "CField", "field_of"]

#: Letters of simple types that bit-fields may have.
BITS = "bBhHiIlLqQ?"
#: The most bits that a bit-field may have, and lie behind its type's first.
MOST = 255


class DataField(CField):
    """A member that Python reads and writes: C data of any kind."""

    __slots__ = ("bit_offset", "bits", "cls", "index", "is_anonymous", "length", "letter", "name", "place")

    def __init__(
        self, name: str, cls: Any, index: int, offset: int, bits: int | None = None, bit_offset: int = 0
    ) -> None:
        self.name, self.cls, self.index, self.place = name, cls, index, offset
        self.bits, self.bit_offset = bits, bit_offset
        self.length, self.letter, self.is_anonymous = shape_of(cls).size, reads_as(cls), False

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        letter = self.letter
        if letter is None or not isinstance(instance, CData):
            return read_member(self, instance)
        return letter.take(letter.unpack(peek(address(instance) + self.place, letter.size))[0])

    def __set__(self, instance: Any, value: Any) -> None:
        write_member(self, instance, value)

    def __delete__(self, instance: Any) -> None:
        raise TypeError("can't delete attribute")


class BitField(DataField):
    """One of so many bits, from `bit_offset` on of the number that its type has there."""

    __slots__ = ()

    def _number(self, instance: Any) -> tuple[int, Any]:
        if not isinstance(instance, CData):
            raise TypeError("not a ctype instance")
        letter = shape_of(self.cls).letter
        assert letter is not None
        place = address(instance) + self.place
        return place, letter

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        place, letter = self._number(instance)
        assert self.bits is not None
        number = letter.unpack(peek(place, letter.size))[0] >> self.bit_offset & (1 << self.bits) - 1
        if letter.code.islower() and number >> self.bits - 1:
            number -= 1 << self.bits
        return letter.take(number)

    def __set__(self, instance: Any, value: Any) -> None:
        place, letter = self._number(instance)
        assert self.bits is not None
        mask = (1 << self.bits) - 1 << self.bit_offset
        before = letter.unpack(peek(place, letter.size))[0]
        number = before & ~mask | letter.give(value)[0] << self.bit_offset & mask
        whole = 1 << 8 * letter.size
        number %= whole
        if letter.code.islower() and number >= whole >> 1:
            number -= whole
        poke(place, letter.pack(number))


class WideTextField(DataField):
    """An array of wide characters: its value is their text."""

    __slots__ = ()

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        if not isinstance(instance, CData):
            raise TypeError("not a ctype instance")
        data = peek(address(instance) + self.place, self.length)
        return data.decode(WIDE_TEXT, "surrogatepass").partition("\0")[0]

    def __set__(self, instance: Any, value: Any) -> None:
        write_text(self, instance, value)


def write_text(member: Any, instance: Any, *given: Any) -> None:
    """Set a member that is an array of characters, or refuse to delete it. Raises TypeError or ValueError for what is no text, or
    too long."""
    if not given or isinstance(given[0], CData) or not isinstance(instance, CData):
        write_member(member, instance, *given)
        return
    wide, value, length = isinstance(member, WideTextField), given[0], member.length
    if wide:
        if not isinstance(value, str):
            raise TypeError(f"unicode string expected instead of {type(value).__name__} instance")
        data, end = value.encode(WIDE_TEXT, "surrogatepass"), bytes(WIDE)
        if len(data) > length:
            raise ValueError(f"string too long ({len(data) // WIDE}, maximum length {length // WIDE})")
    else:
        if not isinstance(value, bytes):
            raise TypeError(f"expected bytes, {type(value).__name__} found")
        data, end = value.partition(b"\0")[0], b"\0"
        if len(data) > length:
            raise ValueError(f"bytes too long ({len(data)}, maximum length {length})")
    poke(address(instance) + member.place, data + end if len(data) < length else data)


def _read_text(member: Any, instance: Any) -> bytes:
    if not isinstance(instance, CData):
        raise TypeError("not a ctype instance")
    return peek(address(instance) + member.place, member.length).partition(b"\0")[0]


@cache
def _text_class() -> Any:
    return member_class(CELLS, ("characters_get", "member"), ("characters_set", "member"), _read_text, write_text)


def field_of(name: str, cls: Any, index: int, offset: int) -> Any:
    """The descriptor of a member that is no bit-field."""
    letter, shape = reads_as(cls), shape_of(cls)
    if letter is not None:
        return value_member(name, cls, letter, index, offset) or DataField(name, cls, index, offset)
    item = shape_of(shape.proto).letter if shape.kind == "array" else None
    if item is not None and item.code == "u":
        return WideTextField(name, cls, index, offset)
    if item is not None and item.code == "c" and shape.size:
        made = member_of(_text_class(), name, cls, None, index, offset)
        set_cell(made, LENGTH, shape.size)
        return made
    return view_member(name, cls, index, offset)


def _made(
    name: str,
    type: Any,
    byte_size: int,
    byte_offset: int,
    index: int,
    _internal_use: bool = False,
    bit_size: int | None = None,
    bit_offset: int | None = None,
) -> Any:
    """A member as the interpreter's own `ctypes._layout` makes it, which is the only one to. Raises TypeError, ValueError."""
    if not _internal_use:
        raise TypeError(f"cannot create '{CField.__module__}.CField' instances")
    if not isinstance(name, str):
        raise TypeError(f"CField() argument 'name' must be str, not {name.__class__.__name__}")
    if byte_size < 0:
        raise ValueError(f"byte size of field {name!r} must not be negative, got {byte_size}")
    if byte_offset < 0:
        raise ValueError(f"byte offset of field {name!r} must not be negative, got {byte_offset}")
    shape = getattr(type, "__shape__", None)
    if not isinstance(shape, Shape):
        raise TypeError(f"type of field {name!r} must be a C type")
    if byte_size != shape.size:
        raise ValueError(f"byte size of field {name!r} ({byte_size}) does not match type size ({shape.size})")
    name = str(name) if name.__class__ is str else "".join(name)
    if bit_size is None:
        if bit_offset is not None:
            raise ValueError(f"field {name!r}: bit_offset must be specified if bit_size is")
        return field_of(name, type, index, byte_offset)
    if shape.letter is None or shape.letter.code not in BITS:
        raise TypeError(f"bit fields not allowed for type {type.__name__}")
    if not isinstance(bit_size, int) or not isinstance(bit_offset, int):
        raise TypeError("an integer is required")
    if not 0 < bit_size <= MOST:
        raise ValueError(f"bit size of field {name!r} out of range, got {bit_size}")
    if not 0 <= bit_offset <= MOST:
        raise ValueError(f"bit offset of field {name!r} out of range, got {bit_offset}")
    if bit_size + bit_offset > 8 * byte_size:
        raise ValueError(f"bit field {name!r} overflows its type ({bit_offset} + {bit_size} > {8 * byte_size})")
    return BitField(name, type, index, byte_offset, bit_size, bit_offset)


FieldType.make = staticmethod(_made)
