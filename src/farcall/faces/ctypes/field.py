"""The members of structs and unions: descriptors that read and write them."""

from __future__ import annotations

from typing import Any

from ...cpython.value.base import address, peek, poke
from .data import CData, assign, keep, reads_as
from .letters import WIDE, WIDE_TEXT
from .member import Member, number_member, read_member, write_member
from .shape import shape_of

__all__ = ["BitField", "CField", "field_of"]


class CField(Member):
    """Structure/Union member"""

    __slots__ = ("bit_offset", "bits", "cls", "index", "length", "letter", "name", "place")
    __module__ = "_ctypes"

    def __init__(
        self, name: str, cls: Any, index: int, offset: int, bits: int | None = None, bit_offset: int = 0
    ) -> None:
        self.name, self.cls, self.index, self.place = name, cls, index, offset
        self.bits, self.bit_offset = bits, bit_offset
        self.length, self.letter = shape_of(cls).size, reads_as(cls)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        return read_member(self, instance)

    def __set__(self, instance: Any, value: Any) -> None:
        write_member(self, instance, value)

    def __delete__(self, instance: Any) -> None:
        raise TypeError("can't delete attribute")


class BitField(CField):
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


class TextField(CField):
    """An array of characters: its value is their text."""

    __slots__ = ()

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        if not isinstance(instance, CData):
            raise TypeError("not a ctype instance")
        return self._text(peek(address(instance) + self.place, self.length))

    def __set__(self, instance: Any, value: Any) -> None:
        place = address(instance) + self.place
        if isinstance(value, CData):
            keep(instance, self.index, assign(self.cls, value, self.length, place))
        else:
            poke(place, self._data(value))

    def _text(self, data: bytes) -> Any:
        return data.partition(b"\0")[0]

    def _data(self, value: Any) -> bytes:
        """The bytes to be written. Raises TypeError or ValueError for what is no text, or too long."""
        if not isinstance(value, bytes):
            raise TypeError(f"expected bytes, {type(value).__name__} found")
        data = value.partition(b"\0")[0]
        if len(data) > self.length:
            raise ValueError(f"bytes too long ({len(data)}, maximum length {self.length})")
        return data + b"\0" if len(data) < self.length else data


class WideTextField(TextField):
    """The same of wide characters."""

    __slots__ = ()

    def _text(self, data: bytes) -> Any:
        return data.decode(WIDE_TEXT, "surrogatepass").partition("\0")[0]

    def _data(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise TypeError(f"unicode string expected instead of {type(value).__name__} instance")
        data = value.encode(WIDE_TEXT, "surrogatepass")
        if len(data) > self.length:
            raise ValueError(f"string too long ({len(data) // WIDE}, maximum length {self.length // WIDE})")
        return data + bytes(WIDE) if len(data) < self.length else data


def field_of(name: str, cls: Any, index: int, offset: int) -> Any:
    """The descriptor of a member that is no bit-field."""
    found = number_member(name, cls, reads_as(cls), index, offset)
    if found is not None:
        return found
    shape = shape_of(cls)
    item = shape_of(shape.proto).letter if shape.kind == "array" else None
    kind = {"c": TextField, "u": WideTextField}.get(item.code if item else "", CField)
    return kind(name, cls, index, offset)
