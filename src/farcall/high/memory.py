"""Making values in memory, freeing them, and seeing memory that C or others own as values."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

from .. import seed
from ..cpython.facts.host import host_target
from ..cpython.link.front import front
from ..cpython.value import Arena as _Arena
from ..cpython.value import (
    Array,
    Keep,
    Number,
    Pointer,
    Record,
    Scalar,
    Value,
    accept,
    address,
    class_of,
    holder,
    place_of,
    pointer_at,
    qualified_type,
    target,
    target_keeper,
    with_destructor,
    write_at,
    zeroed,
)
from ..cpython.value import free as _free
from ..cpython.value import view as view_of
from ..cpython.value.base import made_class, point
from ..cpython.value.extent import extent
from ..cpython.value.given import count_of, index_of, items_of, mapping_of, raw_bytes
from ..cpython.value.record import fill_record
from ..cpython.value.scalar import quicken
from ..cpython.value.text import encode_text, is_text, string_at, width_of
from ..ctype import Array as ArrayType
from ..ctype import CType, Enum, Float, Integer, Void, is_const, is_signed, sizeof, unqualified
from ..ctype import Pointer as PointerType
from ..ctype import Record as RecordType
from .maker import typed_maker
from .types import ctype_named, remember

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["arena", "cast", "free", "new", "string", "view"]

_Class = type  # whose name parameters have here


class arena(_Arena):
    """Memory for many values, freed together.

        with farcall.arena() as a:
            p = a.new("int[100]")

    After `close()`, which the end of the `with` block calls, what it made raises FreedMemoryError, and so does every
    pointer to it and view of it.
    """

    __slots__ = ()

    def new(self, type: Any, init: object = None, /, *, length: int | None = None) -> Any:
        """A value in the arena, as `farcall.new` makes them, with `length` items of a flexible array member. Raises the same,
        and FreedMemoryError once it is closed.

        >>> with farcall.arena() as a:
        ...     list(a.new("int[]", [1, 2]))
        [1, 2]
        """
        ctype, size, init = _measured(type, init, length)
        made = self.take(_class_for(type, ctype), size)
        _fill(made, ctype, init)
        return made

    def string(self, text: str, type: Any = "char", /) -> Any:
        """An array in the arena with the text and a NUL behind it; `type` is that of its characters. Raises ValueError for
        text with a NUL in it.

        >>> with farcall.arena() as a:
        ...     len(a.string("text"))
        5
        """
        return self.new(ArrayType(ctype_named(type, "the type"), None), text)


@typed_maker
@front("new_of")
def new(
    type: Any,
    init: object = None,
    /,
    *,
    length: int | None = None,
    destructor: Callable[[Any], object] | None = None,
) -> Any:
    """A value in memory of its own: a struct, array, pointer or number.

    `type` is a class, a type, or C text of standard types ("int", "double[3]", "char[]"). `init` is what a field of that
    type could be set to; without it the memory is zero. An array without a length takes that of `init`, with room for a
    NUL behind text, or `length`, or `init` itself if that is an int. A struct that ends in a flexible array member has
    `length` of its items.

    `destructor` is called once with the value, when it is gone or `farcall.free(value)` is called: C functions take it as
    a pointer (a value that is a pointer as itself). Raises what setting a field raises.

        >>> farcall.new("int[]", [1, 2, 3])
        <int [3] [1, 2, 3]>
    """
    if destructor is None and length is None and init.__class__ is tuple and _is_plain(type):
        return type(*init)
    ctype, size, init = _measured(type, init, length)
    cls = _class_for(type, ctype)
    if _Class(type) is str:
        remember(type, ctype_named(type, "the type"))
    if issubclass(cls, Scalar):
        quicken(cls)
    if destructor is not None:
        if not callable(destructor):
            raise TypeError(f"the destructor must be callable, not {destructor!r}")
        made = with_destructor(cls, size, destructor)
    elif _flexible(ctype) is not None:
        made = zeroed(cls, size)
    elif issubclass(cls, Number):
        return cls() if init is None else cls(init)
    elif issubclass(cls, Pointer):  # it keeps what its target is in, where a place in memory has that kept for it
        if init is None:
            return point(cls, 0, None)
        made = accept(ctype, init, f"new {ctype}")
        return point(cls, target(made), target_keeper(made))
    else:
        made = cls.__new__(cls)
    _fill(made, ctype, init)
    return made


def _is_plain(type: Any) -> bool:
    """Whether a type is the class of a record that its members are all of, and is made of these."""
    fields: Any = getattr(type, "__fields__", ())
    return isinstance(type, _Class) and "__native__" in vars(type) and bool(fields) and not fields[-1].flexible


def free(value: Value) -> None:
    """Run the destructor of a value made with one, now. Every later use of the value, of pointers to it and of views into
    it raises FreedMemoryError. TypeError for a value without a destructor: those free themselves.

        >>> gone = []
        >>> n = farcall.new("int", 5, destructor=lambda n: gone.append(n.value))
        >>> farcall.free(n)
        >>> gone
        [5]
    """
    _free(value)


@front("view_as")
def view(type: Any, source: Any, /) -> Any:
    """Memory that something else owns, as a value of `type`, without a copy.

    `source` is a pointer, which keeps what it keeps; an address, which farcall cannot check; or an object
    with a buffer of at least that size, which is kept. What is const or read-only is seen as a const type alone. Raises
    TypeError else, NullPointerError, and ValueError for a buffer that is too small.

        >>> farcall.view("unsigned char[2]", bytearray([5, 6]))
        <unsigned char [2] [5, 6]>
    """
    ctype = ctype_named(type, "the type")
    cls, kinds = _class_for(type, ctype), _Class(source)
    remember(type, ctype)
    if issubclass(kinds, (Pointer, Value)) and not is_const(ctype):
        seen_type = source.__ctype__.target if issubclass(kinds, Pointer) else qualified_type(source)
        if is_const(seen_type):
            raise TypeError(f"{_name(source)} is const: it cannot be seen as {ctype}, but as const {ctype}")
    if issubclass(kinds, Pointer):
        return view_of(cls, place_of(source), target_keeper(source, itself=True))
    if issubclass(kinds, Value):
        place, room, keep = address(source), extent(source), holder(source)
    elif isinstance(source, int):
        pointer = accept(PointerType(Void()), source, "view()")
        return view_of(cls, place_of(pointer), None)
    else:
        try:
            seen = memoryview(source)
        except TypeError:
            instead = "; encode it, or new() copies it into C memory" if isinstance(source, str) else ""
            raise TypeError(f"view() needs an object with a buffer, not {_name(source)}{instead}") from None
        if seen.readonly and not is_const(ctype):
            raise TypeError(f"{_name(source)} is read-only: it cannot be seen as {ctype}, but as const {ctype}")
        if not seen.c_contiguous:
            raise ValueError(f"{_name(source)} is not C-contiguous")
        place, room, keep = seed.address_of(seen), seen.nbytes, Keep(seen)
        keep.sizes[place] = room  # a flexible array member has as many items as there is room for
    wanted = sizeof(ctype, host_target().model)
    if room < wanted:
        raise ValueError(f"{_name(source)} has {room} bytes, {ctype} takes {wanted}")
    return view_of(cls, place, keep)


@front("cast_to")
def cast(type: Any, value: Any, /) -> Any:
    """C's cast, `(type)value`, as a value of that type.

    To a pointer: from any pointer, an address, or a value in memory, whose address is meant (of an array, that of its
    first item). To a number: from any number, and from a pointer; integers wrap around, floating numbers are cut off.

    Raises TypeError for what C cannot cast.

        >>> farcall.cast("unsigned char", -1)
        unsigned_char(255)
    """
    wanted = ctype_named(type, "the type")
    remember(type, wanted)
    ctype = unqualified(wanted)
    if isinstance(ctype, PointerType):
        return _cast_pointer(ctype, value)
    if not isinstance(ctype, (Integer, Enum, Float)):
        raise TypeError(f"nothing can be cast to {ctype}; see farcall.view for memory seen as another type")
    if issubclass(_Class(value), Array) and not isinstance(ctype, Float):
        value = address(value)
    number = target(value) if issubclass(_Class(value), Pointer) else getattr(value, "value", value)
    if isinstance(number, bytes) and len(number) == 1:
        number = number[0]
    if isinstance(ctype, Float):
        return class_of(ctype)(_rounded(ctype, number))
    if isinstance(number, str) or not (hasattr(number, "__index__") or hasattr(number, "__float__")):
        raise TypeError(f"{_name(value)} cannot be cast to {ctype}")
    whole = index_of(number if hasattr(number, "__index__") else int(number))
    if isinstance(ctype, Integer) and ctype.rank == "bool":
        return class_of(ctype)(bool(number))
    bits = 8 * sizeof(ctype, host_target().model)
    whole &= (1 << bits) - 1
    if is_signed(ctype, host_target().model) and whole >> (bits - 1):
        whole -= 1 << bits
    return class_of(ctype)(whole)


def _rounded(ctype: Float, number: Any) -> Any:
    """A number as C converts it to `float`: one too large for it is infinite."""
    if sizeof(ctype, host_target().model) != 4 or ctype.format != "binary32":
        return number
    try:
        return struct.unpack("=f", struct.pack("=f", number))[0]
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def _cast_pointer(ctype: PointerType, value: Any) -> Any:
    if value is None:
        return pointer_at(ctype, 0)
    if issubclass(_Class(value), Pointer):
        return pointer_at(ctype, target(value), target_keeper(value))
    if issubclass(_Class(value), (Scalar, Number)) and isinstance(unqualified(value.__ctype__), Integer):
        value = value.__int__()
    if issubclass(_Class(value), Value):
        return pointer_at(ctype, address(value), holder(value))
    if isinstance(value, int) and not isinstance(value, bool):
        bits = 8 * host_target().model.pointer
        return pointer_at(ctype, index_of(value) & ((1 << bits) - 1))
    try:
        anything = accept(PointerType(Void()), value, f"cast() to {ctype}")
    except TypeError:
        if callable(value) or hasattr(value, "_as_parameter_") or _is_memory(value):
            raise
        raise TypeError(
            f"cast() to {ctype} takes a pointer, an address, a farcall value or a buffer, not {_name(value)}"
        ) from None
    return pointer_at(ctype, int(anything), target_keeper(anything))


def _is_memory(value: object) -> bool:
    """Whether an object has a buffer."""
    try:
        memoryview(value)  # type: ignore[arg-type]
    except TypeError:
        return False
    return True


@front("string")
def string(value: Any, length: int | None = None, /) -> str:
    """The text in an array of characters or behind a pointer, up to the first NUL, or `length` characters of it, NULs and
    all.

    Wide characters (wchar_t, char16_t, char32_t) are decoded as these, bytes as UTF-8 with surrogateescape. Raises
    NullPointerError for NULL, TypeError for what holds no characters, ValueError for a length that is negative, or more
    than an array has.

        >>> farcall.string(farcall.new("char[]", "text"))
        'text'
    """
    if length is not None:
        length = count_of(length, "the length")
    if issubclass(_Class(value), Array):
        if length is None:
            return str(value.string())
        if not width_of(value.__ctype__.element):
            raise TypeError(f"{value.__ctype__} holds no characters")
        if length > (value.__ctype__.length or 0):
            raise ValueError(f"{value.__ctype__} has no {length} characters")
        return string_at(value.__ctype__.element, address(value), length)
    if not issubclass(_Class(value), Pointer):
        raise TypeError(f"{_name(value)} is neither a pointer nor an array of characters")
    target = unqualified(value.__ctype__.target)
    if not (width_of(target) or isinstance(target, Void)):
        raise TypeError(f"{value!r} does not point to characters; cast it")
    if length is None:
        return Pointer.string(value)
    return string_at(target, place_of(value), length)


def _class_for(type: Any, ctype: CType) -> Any:
    """The class of a type; where a class was asked for, that one, which Python may have derived from it."""
    cls = class_of(ctype)
    return type if isinstance(type, _Class) and issubclass(type, made_class(cls)) else cls


def _measured(type: Any, init: object, length: int | None) -> tuple[CType, int, object]:
    """The type with its length, how many bytes a value of it takes, up to the last item of a flexible array member, and
    what it is made of: of an iterator whose items had to be counted a list."""
    ctype, model = unqualified(ctype_named(type, "the type")), host_target().model
    if length is not None:
        length = count_of(length, "the length")
    if isinstance(ctype, ArrayType) and ctype.length is None:
        if length is None:
            init = list(init) if isinstance(init, Iterator) else init
            length = _count(ctype, init)
        ctype = ArrayType(ctype.element, length)
        return ctype, sizeof(ctype, model), init
    flexible = _flexible(ctype)
    if flexible is None:
        if length is not None:
            raise TypeError(f"{ctype} has a length of its own")
        return ctype, sizeof(ctype, model), init
    offset, element, place = flexible
    if length is None:
        length = _given(init, place)
    return ctype, offset + length * sizeof(element, model), init


def _flexible(ctype: CType) -> tuple[int, CType, tuple[str, int]] | None:
    """The offset, the element, and name and number of a record's flexible array member."""
    if isinstance(ctype, RecordType) and ctype.fields:
        members = class_of(ctype).__fields__
        if members and members[-1].flexible:
            last = members[-1]
            return last.offset, unqualified(last.ctype).element, (last.name, len(members) - 1)  # type: ignore[attr-defined]
    return None


def _given(init: object, place: tuple[str, int]) -> int:
    """How many items of a flexible array member `init` gives."""
    name, index = place
    items: Any = ()
    if isinstance(init, Mapping):
        items = init.get(name, ())
    elif isinstance(init, (tuple, list)) and len(init) > index:
        items = init[index]
    return len(items)


def _count(ctype: ArrayType, init: object) -> int:
    """The length of an array by what it is made of."""
    if isinstance(init, int) and not isinstance(init, bool):
        count = index_of(init)
        if count < 0:
            raise ValueError(f"an array cannot have {count} items")
        return count
    if isinstance(init, str) and is_text(ctype.element):
        return len(encode_text(init, ctype.element)) // width_of(ctype.element) + 1
    if isinstance(init, (bytes, bytearray)) and is_text(ctype.element):
        return len(raw_bytes(init)) + 1
    if init is None or not hasattr(init, "__len__"):
        raise TypeError(f"{ctype} has no length: give one, or items")
    return len(init)


def _fill(made: Any, ctype: CType, init: object) -> None:
    if init is None or (isinstance(made, Array) and isinstance(init, int)):
        return
    if isinstance(made, Record) and _flexible(ctype) is not None and isinstance(init, (Mapping, tuple, list)):
        most = len(made.__members__)
        if isinstance(init, Mapping):
            fill_record(made, (), mapping_of(init, most))
        else:
            fill_record(made, tuple(items_of(init, most)), {})
        return
    write_at(ctype, address(made), init, made, f"new {ctype}")


def _name(value: object) -> str:
    return f"{type(value).__name__} object"
