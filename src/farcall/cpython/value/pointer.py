"""Pointers: an address with the type of what lies there."""

from __future__ import annotations

import operator
from typing import Any, ClassVar

from ... import seed
from ...ctype import CType, Function, Void, is_const, sizeof, unqualified
from ...ctype import Pointer as PointerType
from ...errors import IncompleteTypeError, NullPointerError, UnsupportedTypeError
from ..host import host_target
from .base import Value, address, native, own

__all__ = ["Pointer", "pointer_at"]

#: The end of the address space.
ADDRESSES = 1 << 64


@native
class Pointer(Value):
    """A C pointer. `int(p)` is the address, `bool(p)` is False for NULL, `p[i]` what it points to.

    Two pointers are equal if their addresses are; a pointer keeps alive what it was made from, where farcall
    made that. Reading through a pointer that C has freed cannot be told from a good read.
    """

    __slots__ = ()
    __ctype__: ClassVar[PointerType]

    def __init__(self, target: object = None, /) -> None:
        from ..marshal import to_pointer

        made = to_pointer(self.__ctype__, target, f"{type(self).__name__}()")
        seed.write(address(self), int(made).to_bytes(8, "little"))
        own(self, made)

    def __int__(self) -> int:
        return int.from_bytes(seed.read(address(self), 8), "little")

    def __bool__(self) -> bool:
        return int(self) != 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Pointer):
            return int(self) == int(other)
        return int(self) == 0 if other is None else NotImplemented

    def __hash__(self) -> int:
        return hash(int(self))

    def __repr__(self) -> str:
        place = int(self)
        return f"<{self.__ctype__} {place:#x}>" if place else f"<{self.__ctype__} NULL>"

    def __add__(self, count: int) -> Any:
        return pointer_at(self.__ctype__, self._place(count), self)

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, Pointer):
            distance, stride = int(self) - int(other), self._stride()
            if distance % stride:
                raise ValueError(f"{self!r} and {other!r} are not a whole number of items apart")
            return distance // stride
        return self + -other

    def __getitem__(self, index: int) -> Any:
        from .classes import read_at

        return read_at(self._target(), self._place(index), self)

    __iter__ = None  # a pointer does not say how many items there are

    def __setitem__(self, index: int, value: object) -> None:
        from .classes import write_at

        if is_const(self.__ctype__.target):
            raise TypeError(f"{self!r} points to const: it cannot be written through")
        write_at(self._target(), self._place(index), value, self, f"{self.__ctype__}: item {index}")

    def __reduce__(self) -> Any:
        raise TypeError(f"{self!r} cannot be pickled or copied: an address means nothing elsewhere")

    def cast(self, type: CType | type[Value]) -> Any:
        """The same address as another pointer type (a ctype or a pointer class)."""
        ctype = type if isinstance(type, CType) else type.__ctype__
        if not isinstance(ctype, PointerType):
            raise TypeError(f"a pointer can be cast only to a pointer type, not to {ctype}")
        return pointer_at(ctype, int(self), self)

    def string(self) -> str:
        """The C string here, decoded as UTF-8 with surrogateescape."""
        return self.bytes().decode("utf-8", "surrogateescape")

    def bytes(self) -> bytes:
        """The bytes here up to the first NUL."""
        self._check()
        return seed.c_string(int(self))

    def _place(self, index: int) -> int:
        """The address of an item."""
        place = int(self) + operator.index(index) * self._stride()
        if not 0 <= place < ADDRESSES:
            raise OverflowError(f"item {index} of {self!r} is outside the address space")
        return place

    def _check(self) -> None:
        if not self:
            raise NullPointerError(f"{self!r} cannot be dereferenced")

    def _stride(self) -> int:
        target = self._target_type()
        return sizeof(target, host_target().model)

    def _target(self) -> CType:
        self._check()
        return self._target_type()

    def _target_type(self) -> CType:
        target = unqualified(self.__ctype__.target)
        if isinstance(target, (Void, Function)):
            raise UnsupportedTypeError(f"{self!r}: {target} has no size; cast the pointer first")
        if getattr(target, "fields", ()) is None:
            raise IncompleteTypeError(f"{self!r} points to an opaque type, whose members are not declared")
        return target


def pointer_at(ctype: PointerType, place: int, keep: object = None) -> Any:
    """A pointer object of type `ctype` with the address `place`, keeping `keep` alive."""
    from .classes import class_of

    made = class_of(ctype).__new__(class_of(ctype))
    seed.write(address(made), place.to_bytes(8, "little"))
    if keep is not None:
        own(made, keep)
    return made
