"""Pointers, arrays, functions, structs and unions as cffi's cdata: what they do beside what farcall's classes do by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ... import seed
from ...cpython.link.late import late
from ...cpython.link.typeobject import Unspecialised
from ...cpython.value.base import holder, owner, peek, poke, target
from .argument import to_pointer
from .bound import call_at
from .cdata import CData, Held, cdata_type, make, make_own, memory_of, place_of
from .conversion import array_length, get, put, put_record
from .derived import new_array_type
from .release import release
from .text import items_of
from .types import MODEL, CType

__all__ = ["ArrayData", "FunctionData", "Indexed", "OwnData", "OwnPointer", "OwnView", "PointerData", "RecordData"]


#: Py_TPFLAGS_IMMUTABLETYPE (Include/object.h): types of C's, which have their module in their name.
IMMUTABLE = 1 << 8
#: What has code made for further sums.
MOVES = "faces.cffi.arithmetic:have_moves"
#: What has code made for calls.
CALLS = "faces.cffi.calling:have_calls"
#: What makes slices.
CUT = "faces.cffi.slices:cut"
#: What has code made for going through arrays.
ITERATION = "faces.cffi.iteration:have_iteration"
#: What generated code gives no value for is to be deleted.
GONE: Any = object()
#: Numbers of which many are read at a time.
PLAIN = frozenset({"signed", "unsigned", "float"})
#: How many bits an address has.
BITS = 8 * MODEL.pointer


class Address(CData):
    """What holds an address: pointers, arrays, functions."""

    __slots__ = ()
    _held = property(owner)

    @classmethod
    def __accept__(cls, ctype: Any, value: Any, where: str) -> Any:
        """An argument of a function, where generated code does not know how."""
        return to_pointer(cls._ct_, value, where)

    @classmethod
    def __write__(cls, ctype: Any, place: int, value: Any, keeper: Any, where: str) -> None:
        put(cls._ct_, place, value)

    @classmethod
    def __read__(cls, ctype: Any, place: int, keep: object) -> Any:
        return get(cls._ct_, place, keep)


class Indexed(Address):
    """What has items."""

    __slots__ = ()

    def __getitem__(self, index: Any) -> Any:
        if index.__class__ is slice:
            first, count = _span(self, index)
            kind = self._ct_
            array = kind._decayed if kind.kind == "array" else kind
            return late(CUT)(self, _open_array(array), first, count)
        item = self._ct_.item
        return get(item, _item(self, index), self._held)

    def __setitem__(self, index: Any, value: Any = GONE) -> None:
        if value is GONE:
            self.__delitem__(index)
        if index.__class__ is slice:
            _put_slice(self, index, value)
            return
        put(self._ct_.item, _item(self, index), value)

    def __add__(self, count: Any) -> Any:
        return _moved(self, count, 1)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        given = cdata_type(other)
        if given is None or given.kind in ("primitive", "enum"):
            return _moved(self, other, -1)
        given = given._decayed if given.kind == "array" else given
        kind = self._ct_
        size = given.item._size if given.kind == "pointer" else 0
        size = 1 if given.kind == "pointer" and given.item.kind == "void" else size
        if given is not kind or size <= 0:
            raise TypeError(f"cannot subtract cdata '{kind.cname}' and cdata '{given.cname}'")
        distance = target(self) - place_of(other)
        if distance % size:
            raise ValueError(
                "pointer subtraction: the distance between the two pointers is not a multiple of the item size"
            )
        return distance // size


Indexed.__getitem__ = Unspecialised(Indexed.__getitem__)  # type: ignore[method-assign, assignment]


class PointerData(Indexed):
    """A pointer."""

    __slots__ = ()
    __null_error__ = RuntimeError  # what cffi raises


class ArrayData(Indexed):
    """An array, which is the address of its first item and how many there are."""

    __slots__ = ()

    def __len__(self) -> int:
        return array_length(self)

    def __iter__(self) -> Iterator[Any]:
        kind = self._ct_
        if late(ITERATION)(type(self), kind):
            return iter(self)
        item, count = kind.item, array_length(self)
        if item._format and item._how in PLAIN:
            return iter(items_of(item, count)(peek(target(self), count * item._size)))
        place = target(self)
        keep = self._held
        return iter([get(item, place + index * item._size, keep) for index in range(count)])


class FunctionData(Address):
    """A pointer to a function."""

    __slots__ = ()

    def __call__(self, *args: Any, **names: Any) -> Any:
        if names:
            raise TypeError("a cdata function cannot be called with keyword arguments")
        kind = self._ct_
        late(CALLS)(type(self), kind)  # from the next time on
        return call_at(kind, target(self), args)


class RecordData(CData):
    """A struct or union in memory."""

    __slots__ = ()
    _held = property(holder)

    @classmethod
    def __accept__(cls, ctype: Any, value: Any, where: str) -> Any:
        if cdata_type(value) is cls._ct_:
            return value
        memory = bytearray(max(cls._ct_._size, 1))
        place = seed.address_of(memory)
        put_record(cls._ct_, place, value)
        return make(cls._ct_, place, memory)

    @classmethod
    def __write__(cls, ctype: Any, place: int, value: Any, keeper: Any, where: str) -> None:
        put_record(cls._ct_, place, value)


class OwnData(CData):
    """What owns memory, or something else that goes with it."""

    __slots__ = ()
    _length: int  # of an array
    _kept: Held  # set where it is more than memory of its own, which is farcall's owner then

    @property
    def _held(self) -> Held:
        try:
            return self._kept
        except AttributeError:
            return _own_memory(self)

    def __repr__(self) -> str:
        return shown(self)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exception: object) -> None:
        release(self)


class OwnView(OwnData):
    """A struct or union that a pointer owns, as its one item."""

    __slots__ = ()

    @property
    def _held(self) -> Held:
        found = Held(owner(self), -1, self._ct_._size, "own")
        found.place = place_of(self)
        return found


class OwnPointer(OwnData, Indexed):
    """A pointer that owns the one thing that it points to."""

    __slots__ = ()

    def __getitem__(self, index: Any) -> Any:
        if index.__class__ is not slice:
            held: Any = self._held
            if held.what in ("own", "alloc"):
                if _index(index) != 0:
                    raise IndexError(f"cdata '{self._ct_.cname}' can only be indexed by 0")
                if self._ct_.item.kind in ("struct", "union"):
                    return make_own(self._ct_.item, target(self), held)
        return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any = GONE) -> None:
        if index.__class__ is not slice:
            held: Any = self._held
            if held.what in ("own", "alloc") and _index(index) != 0:
                raise IndexError(f"cdata '{self._ct_.cname}' can only be indexed by 0")
        super().__setitem__(index, value)


OwnPointer.__getitem__ = Unspecialised(OwnPointer.__getitem__)  # type: ignore[method-assign, assignment]


def _own_memory(value: Any) -> Held:
    """What a cdata keeps that `ffi.new` or `ffi.from_buffer` has made: only who asks needs it."""
    kind = value._ct_
    keep: Any = owner(value)
    if keep.__class__ is memoryview:
        found = Held(keep, -1 if kind.length is not None else value._length, keep.nbytes, "buffer", keep.obj)
    elif keep.__class__ is tuple:  # of the bytes that an array lies over
        found = Held(keep, -1 if kind.length is not None else value._length, len(keep[0]), "buffer", keep[0])
    elif kind.kind == "array":
        size = value._length * kind.item._size
        found = Held(keep, -1 if kind.length is not None else value._length, size, "own")
    else:
        found = Held(keep, -1, kind.item._size if kind.kind == "pointer" else kind._size, "own")
    found.place = place_of(value)
    value._kept = found
    return found


def shown(value: Any) -> str:
    """The repr of a cdata that owns something."""
    kind: CType = value._ct_
    held: Any = value._held
    if held.what == "own":
        return f"<cdata '{kind.cname}' owning {held.size} bytes>"
    if held.what == "handle":
        return f"<cdata '{kind.cname}' handle to {held.thing!r}>"
    if held.what == "callback":
        return f"<cdata '{kind.cname}' calling {held.thing!r}>"
    if held.what == "buffer":
        if held.thing is None:
            return f"<cdata '{kind.cname}' buffer RELEASED>"
        kind_of_thing = type(held.thing)
        name = kind_of_thing.__name__
        if kind_of_thing.__flags__ & IMMUTABLE and kind_of_thing.__module__ != "builtins":
            name = f"{kind_of_thing.__module__}.{name}"
        length = f" len {array_length(value)}" if kind.kind == "array" else ""
        return f"<cdata '{kind.cname}' buffer{length} from '{name}' object>"
    return CData.__repr__(value)


def _item(value: Any, index: Any) -> int:
    """Where an item lies. Raises IndexError, RuntimeError for NULL, TypeError."""
    number = index if index.__class__ is int else _index(index)
    kind = value._ct_
    item = kind.item
    place = target(value)
    if kind.kind == "array":
        length = array_length(value)
        if number < 0:
            raise IndexError("negative index")
        if number >= length:
            raise IndexError(f"index too large for cdata '{kind.cname}' (expected {number} < {length})")
    elif not place:
        raise RuntimeError(f"cannot dereference null pointer from cdata '{kind.cname}'")
    elif item._size < 0:
        raise TypeError(f"ctype '{kind.cname}' points to items of unknown size")
    return int(place + number * item._size)


def _index(index: Any) -> int:
    try:
        return int(index.__index__())
    except AttributeError:
        raise TypeError(f"'{type(index).__name__}' object cannot be interpreted as an integer") from None


def _moved(value: Any, count: Any, sign: int) -> Any:
    """A pointer so many items further."""
    kind = value._ct_
    if kind.kind == "array":
        kind = kind._decayed
    if cdata_type(count) is not None:
        raise TypeError(f"cannot add cdata '{kind.cname}' and cdata '{count._ct_.cname}'")
    number = _index(count)
    size = 1 if kind.item.kind == "void" else kind.item._size
    late(MOVES)(type(value), value._ct_)
    if size < 0:
        raise TypeError(f"ctype '{kind.cname}' points to items of unknown size")
    return make(kind, (target(value) + sign * number * size) % (1 << BITS), memory_of(value))


def _span(value: Any, index: slice) -> tuple[int, int]:
    """The first item of a slice, and how many there are."""
    if index.start is None:
        raise IndexError("slice start must be specified")
    if index.stop is None:
        raise IndexError("slice stop must be specified")
    if index.step is not None:
        raise IndexError("slice with step not supported")
    start, stop = _index(index.start), _index(index.stop)
    if start > stop:
        raise IndexError("slice start > stop")
    if value._ct_.kind == "array":
        if start < 0:
            raise IndexError("negative index")
        if stop > array_length(value):
            raise IndexError(f"index too large (expected {stop} <= {array_length(value)})")
    return start, stop - start


def _open_array(pointer: CType) -> CType:
    """The type of arrays of what a pointer points to, whose length is their own."""
    if pointer._array is None:
        pointer._array = new_array_type(pointer, None)
    return pointer._array


def _put_slice(value: Any, index: slice, given: Any) -> None:
    first, count = _span(value, index)
    item = value._ct_.item
    place = target(value) + first * item._size
    other = cdata_type(given)
    if other is not None and other.kind == "array" and other.item is item and array_length(given) == count:
        poke(place, peek(target(given), count * item._size))
        return
    if item._how == "char" and isinstance(given, (bytes, bytearray)):
        if len(given) != count:
            raise ValueError(f"need a string of length {count}, got {len(given)}")
        poke(place, bytes(given))
        return
    number = 0
    for number, one in enumerate(given, 1):
        if number > count:
            raise ValueError(f"got more than {count} values to unpack")
        put(item, place + (number - 1) * item._size, one)
    if number < count:
        raise ValueError(f"need {count} values to unpack, got {number}")
