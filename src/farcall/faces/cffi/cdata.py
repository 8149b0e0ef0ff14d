"""What all of cffi's data have in common: their type, equality by address, and how they are shown."""

from __future__ import annotations

from types import BuiltinFunctionType
from typing import Any, ClassVar

from ...cpython.link.late import late
from ...cpython.value.base import address, owner, point, target, view
from .derived import function_of
from .types import CType

__all__ = [
    "CData",
    "Held",
    "cdata_type",
    "is_cdata",
    "keeper_of",
    "make",
    "make_own",
    "memory_of",
    "place_of",
    "type_of",
]

#: What makes the classes of cdata, which knows all kinds.
CLASS, OWN_CLASS = "faces.cffi.classes:class_for", "faces.cffi.classes:own_class_for"
VIEW_CLASS = "faces.cffi.classes:view_class_for"
#: Kinds of type whose cdata is an address that it holds; struct and union are at one.
ADDRESSES = frozenset({"pointer", "array", "function"})


class Held:
    """What a cdata keeps, and why: `what` is "" (memory of another cdata), "own", "gc", "handle", "callback" or "buffer";
    `thing` what that is about. `length` is that of an array without one in its type, `size` the bytes that are owned."""

    __slots__ = ("__weakref__", "keep", "length", "place", "size", "thing", "what")

    def __init__(self, keep: object, length: int = -1, size: int = -1, what: str = "", thing: Any = None) -> None:
        self.place = 0  #: where owned memory begins
        self.keep, self.length, self.size, self.what, self.thing = keep, length, size, what, thing


class _Meta(type):
    """The class of cdata's classes. A function of a library is a builtin, and is cdata all the same."""

    def __instancecheck__(cls, thing: object) -> bool:
        if cls is CData:
            return cdata_type(thing) is not None
        return type.__instancecheck__(cls, thing)


class _CDataBase(metaclass=_Meta):
    """C data: a pointer, an array, a function, a struct or union, or a number that was cast. Made by `ffi.new`, `ffi.cast`, by C
    functions, and by reading others."""

    __slots__ = ()
    __name__ = "<cdata>"
    _ct_: ClassVar[CType]
    _held: Any  # what keeps its memory: farcall's owner, or what one that owns something has in a slot

    def __dir__(self) -> list[str]:
        kind = self._ct_.item if self._ct_.kind == "pointer" else self._ct_
        return list(kind._fields or ()) if kind.kind in ("struct", "union") else []

    def __eq__(self, other: object) -> Any:
        found = _places(self, other)
        return NotImplemented if found is None else found[0] == found[1]

    def __ne__(self, other: object) -> Any:
        found = _places(self, other)
        return NotImplemented if found is None else found[0] != found[1]

    def __lt__(self, other: Any) -> Any:
        found = _places(self, other)
        return NotImplemented if found is None else found[0] < found[1]

    def __le__(self, other: Any) -> Any:
        found = _places(self, other)
        return NotImplemented if found is None else found[0] <= found[1]

    def __gt__(self, other: Any) -> Any:
        found = _places(self, other)
        return NotImplemented if found is None else found[0] > found[1]

    def __ge__(self, other: Any) -> Any:
        found = _places(self, other)
        return NotImplemented if found is None else found[0] >= found[1]

    def __hash__(self) -> int:
        return hash(place_of(self))

    def __repr__(self) -> str:
        kind, place = self._ct_, place_of(self)
        if kind.kind == "array" and kind.length is None:
            shown = f"sliced length {len(self)}"
        else:
            shown = f"{place:#x}" if place else "NULL"
        reference = " &" if kind.kind in ("struct", "union") else ""
        if reference and self._held is self:  # a result of a function, which is its own memory
            return f"<cdata '{kind.cname}' owning {kind._size} bytes>"
        return f"<cdata '{kind.cname}{reference}' {shown}>"

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Any:
        raise ValueError(NO_RELEASE)

    def __exit__(self, *exception: object) -> None:
        raise ValueError(NO_RELEASE)

    def __getitem__(self, index: Any) -> Any:
        raise TypeError(f"cdata of type '{self._ct_.cname}' cannot be indexed")

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError(f"cdata of type '{self._ct_.cname}' does not support index assignment")

    def __delitem__(self, index: Any) -> None:
        raise TypeError("'del x[n]' not supported for cdata objects")

    def __len__(self) -> int:
        raise TypeError(f"cdata of type '{self._ct_.cname}' has no len()")

    def __iter__(self) -> Any:
        raise TypeError(f"cdata of type '{self._ct_.cname}' does not support iteration")

    def __call__(self, *args: Any, **names: Any) -> Any:
        raise TypeError(f"cdata '{self._ct_.cname}' is not callable")

    def __add__(self, other: Any) -> Any:
        raise TypeError(f"cannot add a cdata '{self._ct_.cname}' and a number")

    def __sub__(self, other: Any) -> Any:
        raise TypeError(f"cannot subtract from a cdata '{self._ct_.cname}'")

    def __int__(self) -> int:
        raise TypeError(f"int() not supported on cdata '{self._ct_.cname}'")

    def __float__(self) -> float:
        raise TypeError(f"float() not supported on cdata '{self._ct_.cname}'")

    def __complex__(self) -> complex:
        raise TypeError(f"complex() not supported on cdata '{self._ct_.cname}'")

    def __reduce__(self) -> Any:
        raise TypeError(f"cannot pickle cdata '{self._ct_.cname}'")


CData = _CDataBase
CData.__module__ = "_cffi_backend"

NO_RELEASE = (
    "only 'cdata' object from ffi.new(), ffi.gc(), ffi.from_buffer() or ffi.new_allocator()() can be used with the "
    "'with' keyword or ffi.release()"
)


def _places(one: Any, other: Any) -> tuple[int, int] | None:
    """The addresses of two data that are compared by them; None for others."""
    kind = cdata_type(other)
    if kind is None or kind.kind in ("primitive", "enum"):
        return None
    return place_of(one), place_of(other)


def cdata_type(thing: Any) -> CType | None:
    """The C type of a cdata; None of other objects."""
    found = getattr(type(thing), "_ct_", None)
    if found is not None:
        return found if found.__class__ is CType else thing._ct_
    if type(thing) is BuiltinFunctionType:
        function = getattr(thing.__self__, "__farcall_function__", None)
        return None if function is None else function_of(function)
    return None


def is_cdata(thing: Any) -> bool:
    """Whether an object is cdata."""
    return cdata_type(thing) is not None


def type_of(thing: Any) -> CType:
    """The C type of a cdata. Raises TypeError for other objects."""
    found = cdata_type(thing)
    if found is None:
        raise TypeError(f"expected a 'cdata' object, not {type(thing).__name__}")
    return found


def place_of(thing: Any) -> int:
    """Where a struct or union lies, the address that a pointer holds, where an array begins."""
    if type(thing) is BuiltinFunctionType:
        found: Any = thing.__self__
        return int(found.__farcall_address__)
    return target(thing) if thing._ct_.kind in ADDRESSES else address(thing)


def keeper_of(thing: Any) -> object:
    """What has to live as long as the memory of a cdata is used."""
    if type(thing) is BuiltinFunctionType:
        return thing
    return thing._held


def memory_of(thing: Any) -> object:
    """The same of what holds an address, for one that owns nothing."""
    found = owner(thing) or thing._held
    return (found,) if isinstance(found, Held) else found


def make(type: CType, place: int, keep: object = None) -> Any:
    """A cdata of a type that is no number: a pointer with an address, an array or a struct at one."""
    cls = type._cls or late(CLASS)(type)
    return point(cls, place, keep) if type.kind in ADDRESSES else view(cls, place, keep)


def make_own(type: CType, place: int, held: Held) -> Any:
    """The same, of one that owns what it is at."""
    cls = type._own or late(OWN_CLASS)(type)
    made = point(cls, place, None) if type.kind in ADDRESSES else view(cls, place, None)
    held.place = place
    made._kept = held  # where Python's collector sees it
    if type.kind == "array":
        made._length = held.length if type.length is None else type.length  # for generated code
    return made
