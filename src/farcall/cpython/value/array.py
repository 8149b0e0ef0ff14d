"""Arrays in memory: a fixed number of items of one type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...ctype import Array as ArrayType
from ...ctype import CType, Float, Integer, is_const, is_modifiable, sizeof, unqualified
from ...errors import IncompleteTypeError
from ..facts.host import host_target
from ..link.late import late
from ..link.native import BF_GETBUFFER, PY_TP_METHODS, SQ_LENGTH, Kept, bound, entry, make_type, method_table
from ..link.typeobject import settable
from .accepting import is_sequence, to_instance, write_whole
from .access import read_at, write_at
from .base import Value, absorb, address, holder, native, native_class, owner, poke
from .copying import copied, reduce, refuse_pointers
from .given import index_of, items_of, raw_bytes, shown, too_many
from .making import counts_calls, finished, item_slots
from .packed import items_in
from .run import read_run, write_run
from .text import encode_text, is_text, string, width_of
from .writing import cells_of, fill, is_byte, keeps_nothing

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["Array", "array_class", "listed"]

#: What describes the memory to other packages; few programs ask for it.
TENSOR = "cpython.value.dlpack:tensor"

#: An array of more items shows only the first ones, and how many there are more.
MOST_SHOWN, FIRST_SHOWN = 64, 16


class Array(Value):
    """A C array. Items and slices are read and written by index; an index out of range raises IndexError.

    >>> numbers = farcall.array(farcall.int_, 3)([1, 2, 3])
    >>> numbers[0], list(numbers[1:])
    (1, [2, 3])
    """

    __slots__ = ()
    __ctype__: ClassVar[ArrayType]

    __write__ = classmethod(write_whole)
    __accept__ = classmethod(to_instance)

    @classmethod
    def __made_of__(cls, value: Any) -> Any:
        """An array of a sequence, and of what is none: of text and bytes if its items are characters, of buffers and of
        NumPy's arrays; of an iterator's items; of two floating numbers, a complex one."""
        element = cls.__ctype__.element
        if isinstance(value, complex) and cls.__ctype__.length == 2 and isinstance(unqualified(element), Float):
            return cls((value.real, value.imag))
        return cls(value) if is_sequence(value) or isinstance(value, Iterator) or _fills(element, value) else None

    def __init__(self, items: Iterable[object] = (), /) -> None:
        _fill(self, items)

    if TYPE_CHECKING:  # items are iterated by `sq_item`

        def __iter__(self) -> Iterator[Any]: ...

    def __len__(self) -> int:
        return self.__ctype__.length or 0

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return _read(self, range(*index.indices(Array.__len__(self))))
        offset = _offset(self, index)  # which may run Python code: the address is asked for behind it
        return read_at(self.__ctype__.element, address(self) + offset, holder(self))

    def __setitem__(self, index: Any, value: Any) -> None:
        if self.__const__:
            raise TypeError(f"{self.__ctype__} is const: it cannot be written")
        if not is_modifiable(self.__ctype__.element):
            raise TypeError(f"{self.__ctype__}: an item has const members: it cannot be set as a whole")
        if isinstance(index, slice):
            places = range(*index.indices(Array.__len__(self)))
            if write_run(self.__ctype__.element, address(self), places, value, self):
                return
            for place, item in zip(places, listed(self.__ctype__.element, value, len(places)), strict=True):
                self[place] = item
            return
        _write(self, index, value)

    def __repr__(self) -> str:
        length = Array.__len__(self)
        if length <= MOST_SHOWN:
            return f"<{self.__ctype__} {Array.__getitem__(self, slice(None))!r}>"
        first = Array.__getitem__(self, slice(FIRST_SHOWN))
        return f"<{self.__ctype__} {repr(first)[:-1]}, ... {length - FIRST_SHOWN} more]>"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (Array, list, tuple)):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it is mutable

    def __contains__(self, thing: object) -> bool:
        return any(item == thing for item in self)

    def __dlpack__(
        self, *, stream: object = None, max_version: Any = None, dl_device: Any = None, copy: bool | None = None
    ) -> Any:
        """A DLPack capsule of the memory, or of a copy. Raises BufferError for what DLPack cannot describe."""
        return late(TENSOR)(self, stream, max_version, dl_device, copy)

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)  # the CPU

    def __copy__(self) -> Any:
        return copied(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        refuse_pointers(self, "copied deeply")
        return copied(self)

    def __reduce__(self) -> Any:
        return reduce(self)

    def string(self) -> str:
        """The text in an array of characters, up to the first NUL or the end: of wide characters as these, of bytes as
        UTF-8 with surrogateescape. Raises TypeError for an array of other items.

        >>> farcall.new("char[8]", "text").string()
        'text'
        """
        ctype = self.__ctype__
        if not width_of(ctype.element):
            raise TypeError(f"{ctype} holds no characters")
        return string(ctype.element, address(self), ctype.length or 0)

    if TYPE_CHECKING:  # a method in generated code

        def bytes(self) -> bytes: ...


BYTES = """The bytes up to the first NUL or the end; `bytes(array)` returns all. Raises FreedMemoryError after `farcall.free`.

>>> farcall.new("char[8]", "text").bytes()
b'text'
"""
#: What `array.bytes()` runs.
METHODS = (("bytes", "text_bytes", BYTES),)
if not TYPE_CHECKING:
    Array = native(Array, methods=METHODS)


def _fills(element: CType, value: Any) -> bool:
    """Whether something that is no sequence can fill an array of `element`."""
    if isinstance(value, str):
        return is_text(element)
    if isinstance(value, (bytes, bytearray)):
        return is_byte(element)
    return isinstance(value, memoryview) or (hasattr(type(value), "__array_interface__") and value.ndim == 1)


def _fill(array: Any, items: Any) -> None:
    """The first items of an array, from a sequence, bytes or text; a buffer of items of its size is copied."""
    ctype = array.__ctype__
    place = address(array)
    fresh = keeps_nothing(ctype.element) or owner(array) is None  # nothing is let go of
    if fresh and fill(cells_of(ctype), place, items, array):
        return
    element, length = ctype.element, Array.__len__(array)
    if isinstance(items, str) and is_text(element):
        items = encode_text(items, element)
        size = sizeof(element, host_target().model)
        if len(items) > length * size:
            raise ValueError(f"{ctype} has {length} items, the text takes {len(items) // size}")
        poke(address(array), items)
        return
    if issubclass(type(items), (bytes, bytearray)):
        data = raw_bytes(items)
        if len(data) > length:
            raise ValueError(f"{ctype} has {length} items, {len(data)} were given")
        if is_byte(element):
            poke(address(array), data)
            return
        items = list(data)
    view = items_in(element, items)
    if view is not None and len(view) <= length:
        absorb(address(array), view)
        return
    found = items_of(items, length)
    if len(found) > length:
        raise ValueError(f"{ctype} has {length} items, {too_many(items, found)}")
    for index, item in enumerate(found):
        _write(array, index, item)


def _read(array: Any, places: range) -> list[Any]:
    """Some items of an array, as a list."""
    read = read_run(array.__ctype__.element, address(array), places)
    if read is not None:
        return read
    get = native_class(type(array)).__getitem__
    return [get(array, index) for index in places]


def _write(array: Any, index: Any, value: Any) -> None:
    offset = _offset(array, index)
    place = address(array) + offset
    write_at(array.__ctype__.element, place, value, array, f"{array.__ctype__}: item {index}")


def listed(element: CType, values: Iterable[Any], places: int) -> list[Any]:
    """The items to be written into a slice of so many places; of bytes one by one where the items are chars. Raises
    ValueError for another number of them."""
    element = unqualified(element)
    found: list[Any]
    more = False  # than were read
    if issubclass(type(values), (bytes, bytearray)):
        data = raw_bytes(values)
        plain = isinstance(element, Integer) and element.rank == "char" and element.signed is None
        found = [data[i : i + 1] for i in range(len(data))] if plain else list(data)
    else:
        found = items_of(values, places)
        more = len(found) > places and type(values) not in (list, tuple)
    if len(found) != places:
        raise ValueError(f"{'more' if more else len(found)} values for a slice of {places} items")
    return found


def _offset(array: Any, index: Any) -> int:
    number, length = index_of(index), Array.__len__(array)
    place = number + length if number < 0 else number
    if not 0 <= place < length:
        raise IndexError(f"index {shown(number)} is outside {array.__ctype__}")
    return place * sizeof(array.__ctype__.element, host_target().model)


def array_class(ctype: ArrayType) -> Any:
    """The class of an array type. Raises IncompleteTypeError for one without a length."""
    if ctype.length is None:
        raise IncompleteTypeError(f"{ctype} has no length")
    kept = Kept()
    slots = item_slots(ctype.element, ctype.length, kept)
    slots.append((SQ_LENGTH, kept.code(bound("length", own={"length": ctype.length}))))
    if width_of(ctype.element) == 1:
        slots.append((PY_TP_METHODS, method_table(METHODS)))
    if is_const(ctype.element):
        slots.append((BF_GETBUFFER, entry("getbuffer_described")))
    size = sizeof(ctype, host_target().model)
    cls: Any = make_type(str(ctype), (Array,), size, f"The C type {ctype}.", (), slots, kept=kept, referred=True)
    cls.__const__ = is_const(ctype.element)
    finished(cls, ctype)
    # const items are given by `__init__`
    if settable() and is_modifiable(ctype.element) and "__new__" not in vars(cls):
        counts_calls(cls)
    return cls
