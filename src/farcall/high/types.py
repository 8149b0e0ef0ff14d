"""C's types as Python classes, and what can be asked of them."""

from __future__ import annotations

from ..cpython.callable.annotation import ctype_of
from ..cpython.facts.declared import type_in
from ..cpython.facts.host import host_target
from ..cpython.link.front import front
from ..cpython.value import Record, Value, address, class_of, holder, pointer_at, qualified_type
from ..cpython.value.classes import remember_pointer
from ..cpython.value.extent import extent
from ..cpython.value.given import index_of
from ..cpython.value.named_classes import remember_text
from ..ctype import Array as ArrayType
from ..ctype import CType, Function, names, unqualified
from ..ctype import Pointer as PointerType
from ..ctype import Record as RecordType
from ..ctype import alignof as _alignof
from ..ctype import sizeof as _sizeof
from ..errors import IncompleteTypeError, UnsupportedTypeError
from .recent import Recent, endless

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from ..cpython.value import Array

__all__ = [
    "NAMES", "addressof", "alignof", "array", "ctype_named", "keep_class", "named", "offsetof", "pointer", "remember",
    "sizeof", "type_of",
]  # fmt: skip

#: C's named types: `farcall.int_`, `farcall.double`, `farcall.size_t`, ...
NAMES = frozenset(names.NAMED)

_kept: dict[CType, Any] = {}
_recent = Recent()


def named(name: str) -> Any:
    """The class of one of C's named types; for `void`, which has no values, the type itself."""
    ctype = names.NAMED[name]
    return ctype if name == "void" else _class(ctype)


def pointer(target: Any) -> Any:
    """The class of pointers to `target`, a farcall class or type; `pointer(None)` is `void *`.

    Raises TypeError for what is no C type.

        >>> farcall.pointer(farcall.int_)
        <class 'farcall.int *'>
    """
    return _class(PointerType(ctype_of(target, "pointer()")))


def array(element: Any, length: int) -> type[Array]:
    """The class of arrays of `length` elements.

    Raises TypeError for an element that is no C type or a length that is no integer, ValueError for a negative one.

        >>> farcall.array(farcall.int_, 3)([1, 2])
        <int [3] [1, 2, 0]>
    """
    length = index_of(length)
    if length < 0:
        raise ValueError(f"an array cannot have {length} elements")
    return _class(ArrayType(ctype_of(element, "array()"), length))  # type: ignore[no-any-return]


def type_of(text: str) -> Any:
    """The class of the C type written in `text`, of standard types alone: `type_of("const char *")`. Of a function type it is
    the class of pointers to it.

    Raises DeclarationError for wrong text.

        >>> farcall.type_of("const char *")
        <class 'farcall.const char *'>
    """
    found = _type_in(text)
    return _class(PointerType(found) if isinstance(unqualified(found), Function) else found)


@front("sizeof", one=True)
def sizeof(thing: Any, /) -> int:
    """C's sizeof, in bytes, of a value, a class, or a type, which may be C text. A value with a flexible array member has
    the items that it was made with.

    Raises as `alignof`.

        >>> farcall.sizeof("short[3]"), farcall.sizeof(farcall.int_)
        (6, 4)
    """
    if isinstance(thing, Value):
        return extent(thing)
    ctype = _of(thing)
    remember(thing, ctype)
    return _sizeof(ctype, host_target().model)


def alignof(thing: Any) -> int:
    """C's alignment, in bytes, of a value, a class, or a type, which may be C text.

    Raises TypeError for what has no C type, IncompleteTypeError for a type without members, DeclarationError for wrong text.

        >>> farcall.alignof(farcall.short)
        2
    """
    return _alignof(_of(thing), host_target().model)


def offsetof(record: Any, field: str) -> int:
    """Where a field starts, in bytes. Raises AttributeError for a name the record does not have.

    >>> farcall.offsetof(farcall.cdef("struct s { char c; short n; };").types.s, "n")
    2
    """
    if isinstance(record, str):
        record = type_of(record)
    cls = record if isinstance(record, type) else type(record)
    if issubclass(cls, Record):
        for member in cls.__named__:
            if member.name == field:
                if member.bits is not None:
                    raise TypeError(f"{_of(record)}: bit-field {field!r} has no address")
                return int(member.offset)
    raise AttributeError(f"{_of(record)} has no field {field!r}")


@front("addressof", one=True)
def addressof(value: Value, /) -> Any:
    """A pointer to a value in memory, which it keeps alive.

    Raises TypeError for what is no value in memory, FreedMemoryError for one that was freed.

        >>> farcall.addressof(farcall.int_(5))[0]
        5
    """
    if not issubclass(type(value), Value):
        raise TypeError(f"only farcall values have an address, not {type(value).__name__}{_instead(value)}")
    made = pointer_at(PointerType(qualified_type(value)), address(value), holder(value))
    remember_pointer(type(value), type(made))
    return made


def _instead(value: object) -> str:
    """The end of a message: what to do with an object that has no address."""
    if isinstance(value, type):
        return ": that is a class, not a value of it"
    if callable(value):
        return "; a function or a closure is passed as it is, and its address is f.__self__.address, or closure.address"
    return '; farcall.new() makes values, such as new("int", 5)'


def remember(thing: Any, ctype: CType) -> None:
    """Have generated code know the class of a type that was given as a text, if it has one."""
    if type(thing) is str:
        try:
            remember_text(thing, class_of(ctype))
        except (IncompleteTypeError, UnsupportedTypeError):
            return


def ctype_named(thing: Any, where: str) -> CType:
    """The C type of a class, a type, an annotation, or C text; `where` is for errors."""
    if isinstance(thing, str):
        return _type_in(thing)
    return ctype_of(thing, where)


def _type_in(text: str) -> CType:
    """The type that a text writes; IncompleteTypeError for the struct of a library, which no text outside of that knows."""
    found = type_in(text)
    plain = unqualified(found)
    if isinstance(plain, RecordType) and plain.fields is None and plain.tag:
        raise IncompleteTypeError(
            f"{plain} is incomplete: its members are not declared. What a library declares, the library itself knows:"
            f' lib.types["{plain}"], lib.new("{plain}")'
        )
    return found


def keep_class(cls: Any) -> None:
    """Have a class be that of its C type for good."""
    _kept[cls.__ctype__] = cls


def _of(thing: Any) -> CType:
    return ctype_named(thing, "sizeof()")


def _class(ctype: CType) -> Any:
    found = _kept.get(ctype)
    if found is None:
        found = _recent.class_of(ctype) if endless(ctype) else _kept.setdefault(ctype, class_of(ctype))
    return found
