"""Arrays: `c_int * 3`; those of characters are strings as well."""

from __future__ import annotations

import struct
import sys
from functools import cache
from types import GenericAlias
from typing import Any

from ...cpython.link.native import METH_O, Kept, bound
from ...cpython.link.typeobject import set_items, settable
from ...cpython.value.base import address, peek, poke
from ...stub.data_text import CELLS
from .data import CData, assign, keep, part, read, reads_as
from .items import Unspecialised, have_items
from .letters import WIDE, WIDE_TEXT
from .member import member_class
from .metatype import DataType, builtin_method, caller
from .shape import Shape, shape_of
from .view import have_views

__all__ = ["Array", "PyCArrayType", "array_type"]

#: A Py_ssize_t's most.
MOST = sys.maxsize
#: Letters by which `struct` reads the same.
PLAIN = "bBhHiIlLqQfd"
_types: dict[Any, dict[int, Any]] = {}


class PyCArrayType(DataType):
    """The metaclass of arrays."""

    __module__ = "_ctypes"

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any], **named: Any) -> Any:
        cls: Any = super().__new__(mcs, name, bases, space, **named)
        if CData in bases:  # the root of them
            return cls
        length, proto = getattr(cls, "_length_", None), getattr(cls, "_type_", None)
        if length is None:
            raise AttributeError("class must define a '_length_' attribute")
        if not isinstance(length, int):
            raise TypeError("The '_length_' attribute must be an integer")
        if length < 0:
            raise ValueError("The '_length_' attribute must not be negative")
        if length > MOST:
            raise OverflowError("The '_length_' attribute is too large")
        if proto is None:
            raise AttributeError("class must define a '_type_' attribute")
        item = getattr(proto, "__shape__", None)
        if not isinstance(item, Shape):
            raise TypeError("_type_ must have storage info")
        if item.size * length > MOST:
            raise OverflowError("array too large")
        item.final = True
        cls.__shape__ = Shape(
            "array", item.size * length, item.align, length, proto=proto, format=item.format,
            dimensions=(length, *item.dimensions), points=item.points,
        )  # fmt: skip
        letter = item.letter
        if letter is not None and letter.code == "c":
            cls.value, cls.raw = _bytes_value, _bytes_raw
        elif letter is not None and letter.code == "u":
            cls.value = _wide_value
        if cls.__len__ is Array.__len__ and settable():
            set_items(cls, 0, 0, 0, length_code(length))
        if cls.__getitem__ is Array.__getitem__ and cls.__setitem__ is Array.__setitem__:
            have_items(cls, Array.__getitem__, write_item)
        return cls


@cache
def length_code(length: int) -> int:
    """The address of what says how many items an array has."""
    return _lengths.code(bound("data_length", own={"length": length}))


_lengths = Kept()


class Array(CData, metaclass=PyCArrayType):
    """Abstract base class for arrays.

    The recommended way to create concrete array types is by multiplying any
    ctypes data type with a non-negative integer. Alternatively, you can subclass
    this type and define _length_ and _type_ class variables. Array elements can
    be read and written using standard subscript and slice accesses for slice
    reads, the resulting object is not itself an Array."""

    __module__ = "_ctypes"
    __slots__ = ()

    __parts__ = None

    def _begin_(self, *values: Any, **named: Any) -> None:
        for index, value in enumerate(values):
            self[index] = value

    def __len__(self) -> int:
        return shape_of(type(self)).length

    def _number(self, index: Any) -> int:
        if not hasattr(index, "__index__"):
            raise TypeError("indices must be integers")
        number: int = index.__index__()
        length = shape_of(type(self)).length
        if number < 0:
            number += length
        if not 0 <= number < length:
            raise IndexError("invalid index")
        return number

    def __getitem__(self, index: Any) -> Any:
        shape = shape_of(type(self))
        item: Shape = shape.proto.__shape__
        if type(index) is slice:
            start, stop, step = index.indices(shape.length)
            return self._items(shape, range(start, stop, step))
        number = index if type(index) is int and 0 <= index < shape.length else self._number(index)
        place = address(self) + number * item.size
        if item.reads is not None:
            return item.reads.read(place)
        if shape.items is None and type(self).__getitem__ is Array.__getitem__:
            have_views(type(self), shape, Array.__getitem__)
        return part(shape.proto, place, self, number)

    def _items(self, shape: Shape, numbers: range) -> Any:
        letter, size, start = shape_of(shape.proto).letter, shape_of(shape.proto).size, address(self)
        if letter is not None and letter.code in "cu":
            data = peek(start, shape.size)
            if letter.code == "c":
                return (
                    bytes([data[number] for number in numbers])
                    if numbers.step != 1
                    else data[numbers.start : numbers.stop]
                )
            if numbers.step == 1:
                return data[numbers.start * size : max(numbers.start, numbers.stop) * size].decode(
                    WIDE_TEXT, "surrogatepass"
                )
            return b"".join([data[n * size : (n + 1) * size] for n in numbers]).decode(WIDE_TEXT, "surrogatepass")
        how = reads_as(shape.proto)
        if how is not None and how.code in PLAIN and not how.swapped:
            whole = struct.unpack(f"{shape.length}{how.code}", peek(start, shape.size))
            return (
                [whole[number] for number in numbers]
                if numbers.step != 1
                else list(whole[numbers.start : numbers.stop])
            )
        return [read(shape.proto, how, self, number, start + number * size) for number in numbers]

    def __setitem__(self, index: Any, value: Any) -> None:
        shape = shape_of(type(self))
        if isinstance(index, slice):
            numbers = range(*index.indices(shape.length))
            if len(value) != len(numbers):
                raise ValueError("Can only assign sequence of same size")
            for number, one in zip(numbers, value, strict=True):
                self[number] = one
            return
        number, size = self._number(index), shape_of(shape.proto).size
        keep(self, number, assign(shape.proto, value, size, address(self) + number * size))

    def __delitem__(self, index: Any) -> None:
        raise TypeError("Array does not support item deletion")


Array.__getitem__ = Unspecialised(Array.__getitem__)  # type: ignore[assignment, method-assign]
Array.__class_getitem__ = classmethod(GenericAlias)


def array_type(proto: Any, length: int) -> Any:
    """The class of arrays of so many items of a class. Raises ValueError for a negative number."""
    known = _types.setdefault(proto, {})
    found = known.get(length)
    if found is not None:
        return found
    if length < 0:
        raise ValueError(f"Array length must be >= 0, not {length}")
    space = {"_length_": length, "_type_": proto, "__module__": caller()}
    return known.setdefault(length, PyCArrayType(f"{proto.__name__}_Array_{length}", (Array,), space))


def write_item(self: Any, index: Any, *value: Any) -> None:
    """Set an item, or refuse to delete it."""
    if value:
        self.__setitem__(index, value[0])
    else:
        self.__delitem__(index)


def _repeated(cls: Any, length: Any) -> Any:
    """`c_int * 3`"""
    return array_type(cls, length.__index__()) if hasattr(length, "__index__") else NotImplemented


_repeat = builtin_method(DataType, "__mul__", "repeated", METH_O, _repeated, {"class:arrays": id(_types)})
for _name in ("__mul__", "__rmul__"):  # they need the metaclass
    type.__setattr__(DataType, _name, _repeat)


def _read_bytes(member: Any, instance: Any) -> bytes:
    """`value` or `raw` of an array of chars. Raises TypeError for no C data."""
    if not isinstance(instance, CData):
        raise TypeError("not a ctype instance")
    data = peek(address(instance), instance._b_size_)
    return data if member.name == "raw" else data.partition(b"\0")[0]


def _write_bytes(member: Any, instance: Any, *given: Any) -> None:
    if not isinstance(instance, CData):
        raise TypeError("not a ctype instance")
    if not given:
        raise (AttributeError if member.name == "raw" else TypeError)("can't delete attribute")
    room = instance._b_size_
    if member.name == "raw":
        with memoryview(given[0]) as view:
            data = view.tobytes()
    elif not isinstance(given[0], bytes):
        raise TypeError(f"bytes expected instead of {type(given[0]).__name__} instance")
    else:
        data = given[0]
    if len(data) > room:
        raise ValueError("byte string too long")
    poke(address(instance), data + b"\0" if len(data) < room and member.name == "value" else data)


def _characters(name: str) -> Any:
    """The descriptor `value` or `raw`, which all arrays of chars have."""
    kind = member_class(CELLS, ("characters_get", name), ("characters_set", name), _read_bytes, _write_bytes)
    made = kind.__new__(kind)
    made.name = name
    return made


def _get_wide(self: Any) -> str:
    return peek(address(self), self._b_size_).decode(WIDE_TEXT, "surrogatepass").partition("\0")[0]


def _set_wide(self: Any, value: Any) -> None:
    if not isinstance(value, str):
        raise TypeError(f"unicode string expected instead of {type(value).__name__} instance")
    data, room = value.encode(WIDE_TEXT, "surrogatepass"), self._b_size_
    if len(data) > room:
        raise ValueError("string too long")
    poke(address(self), data + bytes(WIDE) if len(data) < room else data)


def _no_delete(self: Any) -> None:
    raise TypeError("can't delete attribute")


_bytes_value, _bytes_raw = _characters("value"), _characters("raw")
_wide_value = property(_get_wide, _set_wide, _no_delete, "string value")
