"""`PyObject *` in memory: what is read is the object, what is stored is its address, and the object is kept."""

from __future__ import annotations

import sys

from ... import seed
from ...ctype import CType, is_python_object, unqualified
from ...errors import NullPointerError
from ..facts.host import WORD
from .base import address, native, own, owner, peek, point, poke, target
from .keep import check_held, keep
from .pointer import Pointer

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["ObjectPointer"]


@native
class ObjectPointer(Pointer):
    """A pointer to a Python object, which it keeps alive where it was made of that. Where a `PyObject *` is wanted it stands
    for the object; without one it is NULL, for which nothing else stands. `contents` is the object.

        >>> farcall.new("PyObject *", [1, 2]).contents
        [1, 2]
    """

    __slots__ = ()

    def __init_subclass__(cls, **options: object) -> None:
        """Refuses classes derived in Python, which nothing would give: what is read is the object."""
        if any("__ctype__" in vars(base) for base in cls.__bases__):
            raise TypeError(
                f"{cls.__name__} cannot be derived from the class of PyObject *: C gives the objects themselves"
            )

    @classmethod
    def __read__(cls, ctype: CType, place: int, owner: object) -> Any:
        """The object whose address lies at a place; None for NULL."""
        found = int.from_bytes(peek(place, WORD), sys.byteorder)
        return seed.object_at(found) if found else None

    @classmethod
    def __accept__(cls, ctype: CType, value: object, where: str) -> Any:
        return _to_object(cls, value)

    @classmethod
    def __write__(cls, ctype: CType, place: int, value: object, keeper: Any, where: str) -> None:
        made = _to_object(cls, value)
        check_held(keeper)
        poke(place, target(made).to_bytes(WORD, sys.byteorder))
        keep(keeper, place, target(made), owner(made))

    def __init__(self, *thing: object) -> None:
        if len(thing) > 1:
            raise TypeError(f"{type(self).__name__}() takes one object, or none for NULL, not {len(thing)}")
        if thing:
            made = _to_object(type(self), *thing)
            poke(address(self), target(made).to_bytes(WORD, sys.byteorder))
            own(self, owner(made))

    @property
    def contents(self) -> Any:
        """The object that it points to. Raises NullPointerError for NULL."""
        found = target(self)
        if not found:
            raise NullPointerError(f"{self!r} points to no object")
        return seed.object_at(found)


def _to_object(cls: Any, value: object) -> Any:
    """The pointer of a class to an object; a pointer to one stands for that."""
    if issubclass(type(value), Pointer) and is_python_object(unqualified(value.__ctype__)):  # type: ignore[attr-defined]
        return point(cls, target(value), owner(value))
    return point(cls, id(value), value)
