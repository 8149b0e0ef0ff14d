"""Pointers: an address with the type of what lies there."""

from __future__ import annotations

import operator
import sys

from ... import seed
from ...ctype import Array as ArrayType
from ...ctype import (
    CType,
    Function,
    Void,
    assignable,
    compatible,
    is_const,
    is_modifiable,
    is_python_object,
    sizeof,
    unqualified,
)
from ...ctype import Pointer as PointerType
from ...ctype import Record as RecordType
from ...errors import FreedMemoryError, IncompleteTypeError, UnsupportedTypeError
from ...stub.carrier import PointerKind, carrier
from ..facts.host import END, WORD, host_target
from ..link.late import late
from ..link.native import NB_ADD, NB_BOOL, NB_INT, NB_SUBTRACT, TP_HASH, TP_RICHCOMPARE, Kept, entry, make_type
from ..link.table import want_at_the_end
from .access import read_at, write_at
from .array import Array, listed
from .base import (
    Value,
    address,
    alive,
    holder,
    native,
    own,
    owner,
    peek,
    place_of,
    point,
    poke,
    qualified_type,
    target,
    target_keeper,
    view,
)
from .classes import class_of, derive, pointer_at
from .errors import refuse_unkept
from .given import index_of
from .keep import check_held, keep, lasts
from .keep import keeper as keeper_at
from .made_for_it import made_for_it
from .making import finished, item_slots
from .member import aliases_of, getset, members_of
from .pointee import pointee
from .run import read_run, write_run
from .stretch import checked_size, stretch
from .text import string

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["Pointer", "pointer_class"]

#: The classes of pointers to Python's objects and to functions, which are derived from these.
OBJECT_POINTER = "cpython.value.object_pointer:ObjectPointer"
FUNCTION_POINTER = "cpython.value.function_pointer:FunctionPointer"
BOUND = "cpython.value.function_pointer:begin"
want_at_the_end(OBJECT_POINTER, FUNCTION_POINTER, BOUND)
#: What gives the C type that C text or a class stands for.
NAMED = "high.types:ctype_named"


class Pointer(Value):
    """A C pointer. `int(p)` is the address, `bool(p)` is False for NULL, `p[i]` what it points to; the members of a
    record it points to are its attributes: `p.x` is C's `p->x`.

    Two pointers are equal if their addresses are; a pointer keeps alive what it was made from, where farcall
    made that. Reading through a pointer that C has freed cannot be told from a good read.

    Reading through NULL raises NullPointerError, what farcall has freed FreedMemoryError. Indices and
    differences count items, not bytes.

        >>> p = farcall.addressof(farcall.int_(5))
        >>> p[0], bool(p)
        (5, True)
    """

    __slots__ = ()
    __ctype__: ClassVar[PointerType]

    if TYPE_CHECKING:  # slots in generated code, see OPERATIONS

        def __int__(self) -> int: ...
        def __lt__(self, other: Any) -> bool: ...
        def __le__(self, other: Any) -> bool: ...
        def __gt__(self, other: Any) -> bool: ...
        def __ge__(self, other: Any) -> bool: ...
        def __add__(self, count: int) -> Any: ...
        def __radd__(self, count: int) -> Any: ...
        def __sub__(self, other: Any) -> Any: ...

    @classmethod
    def __read__(cls, ctype: CType, place: int, owner: object) -> Any:
        """A pointer object, or the text behind a `const char *`."""
        seen = view(cls, place, owner)
        target = int(seen)
        kind = carrier(ctype, host_target().model)
        if isinstance(kind, PointerKind) and kind.text:
            return Pointer.string(seen) if target else None
        return point(cls, target, keeper_at(owner, place, target))

    @classmethod
    def __accept__(cls, ctype: CType, value: object, where: str) -> Any:
        return _to_pointer(unqualified(ctype), value, where)

    @classmethod
    def __write__(cls, ctype: CType, place: int, value: object, keeper: Any, where: str) -> None:
        made = cls.__accept__(ctype, value, where or f"a {ctype}")
        dangles = made_for_it(value, owner(made))
        if dangles and not lasts(keeper, place):
            refuse_unkept(ctype, owner(made), where)
        check_held(keeper)
        poke(place, int(made).to_bytes(WORD, sys.byteorder))
        keep(keeper, place, int(made), owner(made), made=dangles)

    def __init_subclass__(cls, **options: object) -> None:
        """A class of pointers to a struct or union that is derived in Python from farcall's own stands for it from then on."""
        super(Value, cls).__init_subclass__(**options)
        for base in cls.__bases__:
            ctype = vars(base).get("__ctype__")
            if isinstance(ctype, PointerType) and isinstance(unqualified(ctype.target), RecordType):
                derive(cls, base)

    def __init__(self, target: object = None, /) -> None:
        made = _to_pointer(self.__ctype__, target, f"{type(self).__name__}()")
        poke(address(self), int(made).to_bytes(WORD, sys.byteorder))
        own(self, owner(made))

    def __bool__(self) -> bool:
        return int(self) != 0

    def __repr__(self) -> str:
        made = "__ctype__" in vars(type(self))  # by farcall, whose classes are called as C's types are
        word = str(self.__ctype__) if made else type(self).__name__
        if not alive(owner(self)):
            return f"<{word} freed>"
        place = int(self)
        return f"<{word} {place:#x}>" if place else f"<{word} NULL>"

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return _read(self, _span(self, index))
        index = index_of(index)  # which may run Python code: the pointer is read behind it
        place_of(self)
        return read_at(_target(self), item_place(self, index), target_keeper(self, itself=True))

    __iter__ = None  # a pointer does not say how many items there are

    def __setitem__(self, index: Any, value: Any) -> None:
        if is_const(self.__ctype__.target):
            raise TypeError(f"{self!r} points to const: it cannot be written through")
        if not is_modifiable(self.__ctype__.target):
            raise TypeError(f"{self.__ctype__}: item {index} has const members: it cannot be set as a whole")
        if isinstance(index, slice):
            places = _span(self, index)
            if places and write_run(_target(self), place_of(self), places, value, self):
                return
            for place, item in zip(places, listed(self.__ctype__.target, value, len(places)), strict=True):
                Pointer.__setitem__(self, place, item)
            return
        index = index_of(index)
        place_of(self)
        write_at(_target(self), item_place(self, index), value, self, f"{self.__ctype__}: item {index}")

    def __reduce__(self) -> Any:
        raise TypeError(f"{self!r} cannot be pickled or copied: an address means nothing elsewhere")

    @property
    def contents(self) -> Any:
        """What it points to, as a value in memory: also of numbers, whose `.value` can be set. Raises NullPointerError for
        NULL, FreedMemoryError where the memory was freed."""
        return view(class_of(_target(self)), place_of(self), target_keeper(self, itself=True))

    def cast(self, type: CType | type[Value] | str) -> Any:
        """The same address as another pointer type (C text, a pointer class or a ctype). Raises TypeError for a type that
        is no pointer's, DeclarationError for wrong C text.

        >>> farcall.addressof(farcall.int_(1)).cast("unsigned *")[0]
        1
        """
        known = type if isinstance(type, CType) else getattr(type, "__ctype__", None)
        ctype = unqualified(known or late(NAMED)(type, "cast() argument 1"))
        if not isinstance(ctype, PointerType):
            raise TypeError(f"a pointer can be cast only to a pointer type, not to {ctype}")
        return pointer_at(ctype, int(self), target_keeper(self))

    def string(self) -> str:
        """The C string here: of wide characters (wchar_t, char16_t, char32_t) as these, of others as UTF-8 with
        surrogateescape. Raises NullPointerError for NULL.

        >>> farcall.cast("char *", farcall.new("char[]", "text")).string()
        'text'
        """
        return string(self.__ctype__.target, place_of(self))

    def bytes(self, size: int | None = None, /) -> bytes:
        """A copy of the `size` bytes here; without a size, of those up to the first NUL. Raises NullPointerError for NULL,
        ValueError for a negative size. Whether there are so many, farcall cannot check.

        >>> farcall.cast("char *", farcall.new("char[]", "text")).bytes(2)
        b'te'
        """
        place = place_of(self)
        return seed.c_string(place) if size is None else peek(place, checked_size(size, place, f"{self!r}.bytes()"))

    def buffer(self, size: int, /) -> memoryview:
        """The `size` bytes here as a memoryview, without a copy; read-only where the target is const. Raises as `bytes`.

        >>> farcall.cast("char *", farcall.new("char[]", "text")).buffer(2).tolist()
        [116, 101]
        """
        place = place_of(self)
        count = checked_size(size, place, f"{self!r}.buffer()")
        return stretch(place, count, target_keeper(self, itself=True), const=is_const(self.__ctype__.target))


def add(left: Any, right: Any) -> Any:
    """`pointer + count`, either way round."""
    pointer, count = (left, right) if isinstance(left, Pointer) else (right, left)
    own_class = "__ctype__" in type(pointer).__dict__  # not one that Python has derived
    place, keep = item_place(pointer, count), target_keeper(pointer)
    return point(type(pointer), place, keep) if own_class else pointer_at(pointer.__ctype__, place, keep)


def subtract(left: Any, right: Any) -> Any:
    """`pointer - count`, and the distance of two pointers in items."""
    if not isinstance(left, Pointer):
        return NotImplemented
    if not isinstance(right, Pointer):
        return add(left, -index_of(right))
    distance, stride = int(left) - _comparable(left, right), _stride(left)
    if not stride or distance % stride:
        raise ValueError(f"{left!r} and {right!r} are not a whole number of items apart")
    return distance // stride


def compare(left: Any, right: Any, operation: int) -> Any:
    """Pointers by their addresses, equality also with None, which is NULL."""
    if COMPARISONS[operation] in (operator.eq, operator.ne):
        if not isinstance(right, Pointer) and right is not None:
            return NotImplemented
        return COMPARISONS[operation](int(left), 0 if right is None else int(right))
    return COMPARISONS[operation](int(left), _comparable(left, right))


#: By the numbers that `tp_richcompare` has for them.
COMPARISONS = (operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge)
OPERATIONS = (
    (NB_ADD, "pointer_add"), (NB_SUBTRACT, "pointer_subtract"), (NB_INT, "pointer_int"), (TP_HASH, "pointer_hash"),
    (TP_RICHCOMPARE, "pointer_compare"),
)  # fmt: skip
if not TYPE_CHECKING:
    Pointer = native(Pointer, [(slot, entry(routine)) for slot, routine in OPERATIONS])


def _to_pointer(wanted: Any, value: Any, where: str) -> Any:
    """A pointer object for `value` where a `wanted` is, keeping alive what it points to.

    Accepts None, pointers of the type (or any where the target is void), values in memory whose address is meant, and
    what `pointee` knows. Raises TypeError or ValueError, naming `where`.
    """
    kinds, model = type(value), host_target().model  # not what `__class__` says
    if value is None:
        return pointer_at(wanted, 0)
    if issubclass(kinds, Pointer):
        if not assignable(value.__ctype__, wanted, model):
            raise TypeError(f"{where} must be {wanted}, not {value.__ctype__}; cast it if that is meant")
        if not alive(target_keeper(value)):
            raise FreedMemoryError(f"{where}: {value!r} points to memory that was freed")
        return pointer_at(wanted, target(value), target_keeper(value))
    if issubclass(kinds, Value):
        held = value.__ctype__.element if issubclass(kinds, Array) else qualified_type(value)
        if not assignable(PointerType(held), wanted, model):
            raise TypeError(f"{where} must be {wanted}, not the address of {held}; cast it if that is meant")
        return pointer_at(wanted, address(value), holder(value))
    return pointer_at(wanted, *pointee(wanted, value, where))


def item_place(pointer: Any, index: Any) -> int:
    """The address of an item."""
    offset = index_of(index) * _stride(pointer)
    place = target(pointer) + offset
    if not 0 <= place < END:
        raise OverflowError(f"item {index} of {pointer!r} is outside the address space")
    return place


def _read(pointer: Any, span: range) -> list[Any]:
    """Some of the items that a pointer points to, as a list."""
    if not span:
        return []
    read = read_run(_target(pointer), place_of(pointer), span)
    if read is not None:
        return read
    return [Pointer.__getitem__(pointer, index) for index in span]


def _target(pointer: Any) -> CType:
    """The target's type, with its qualifiers, where it can be read."""
    target: CType = pointer.__ctype__.target
    plain = unqualified(target)
    if isinstance(plain, (Void, Function)):
        raise UnsupportedTypeError(f"{pointer!r}: {plain} has no size; cast the pointer first")
    if getattr(plain, "fields", ()) is None:
        raise IncompleteTypeError(f"{pointer!r} points to an opaque type, whose members are not declared")
    return target


def _stride(pointer: Any) -> int:
    return sizeof(_target(pointer), host_target().model)


def _comparable(pointer: Any, other: Any) -> int:
    """The address of a pointer that may be compared with another: of the same target (C11 6.5.8)."""
    if not isinstance(other, Pointer):
        raise TypeError(f"{pointer!r} cannot be compared with {type(other).__name__}")
    if not compatible(unqualified(pointer.__ctype__.target), unqualified(other.__ctype__.target), host_target().model):
        raise TypeError(f"{pointer.__ctype__} and {other.__ctype__} point to different types")
    return int(other)


def _span(pointer: Any, index: slice) -> range:
    """The items of a slice, whose end has to be said: a pointer does not know how many there are."""
    if index.stop is None:
        raise ValueError(f"{pointer!r}: a slice of a pointer needs an end")
    step = 1 if index.step is None else index_of(index.step)
    if not step:
        raise ValueError("slice step cannot be zero")
    span = range(0 if index.start is None else index_of(index.start), index_of(index.stop), step)
    if span:
        for end in (span[0], span[-1]):
            item_place(pointer, end)  # both ends lie within the address space
    return span


def pointer_class(ctype: PointerType) -> Any:
    """The class of a pointer type."""
    kept, target = Kept(), unqualified(ctype.target)
    slots, getsets = [(NB_BOOL, entry("not_null"))], []
    complete = not (isinstance(target, RecordType) and target.fields is None)
    if complete and not isinstance(target, (Void, Function)) and not _unmeasured(target):
        slots += item_slots(ctype.target, 0, kept, through=True)
    if complete and isinstance(target, RecordType):
        const = is_const(ctype.target)
        members = enumerate(members_of(target) + aliases_of(target))
        getsets = [getset(member, index, through=True, const=const) for index, member in members]
        kept.cells = {g.name: g.closure for g in getsets}
    size = sizeof(ctype, host_target().model)
    base = _base(ctype)
    cls: Any = make_type(str(ctype), (base,), size, f"The C type {ctype}.", getsets, slots, kept=kept, referred=True)
    if isinstance(target, Function):
        late(BOUND)(cls, kept)
    return finished(cls, ctype)


def _base(ctype: PointerType) -> Any:
    """The class that all pointers to things of one kind are derived from."""
    if is_python_object(ctype):
        return late(OBJECT_POINTER)
    return late(FUNCTION_POINTER) if isinstance(unqualified(ctype.target), Function) else Pointer


def _unmeasured(target: CType) -> bool:
    while isinstance(target, ArrayType):
        if target.length is None:
            return True
        target = unqualified(target.element)
    return isinstance(target, (Void, Function)) or (isinstance(target, RecordType) and target.fields is None)
