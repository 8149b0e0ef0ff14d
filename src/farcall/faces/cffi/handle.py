"""`ffi.new_handle`: Python objects as `void *`."""

from __future__ import annotations

import weakref
from itertools import count
from typing import Any

from .cdata import Held, make_own, place_of, type_of
from .types import CType

__all__ = ["from_handle", "newp_handle"]

ALIGNED = 16

_numbers = count(ALIGNED, ALIGNED)
_handles: weakref.WeakValueDictionary[int, Handle] = weakref.WeakValueDictionary()


class Handle(Held):
    """What keeps an object for the `void *` that stands for it."""

    __slots__ = ("number",)

    def __init__(self, thing: object) -> None:
        Held.__init__(self, None, what="handle", thing=thing)
        self.number = next(_numbers)
        _handles[self.number] = self


def newp_handle(type: CType, thing: object) -> Any:
    """A `void *` that stands for an object as long as it lives. Raises TypeError for another type."""
    if type.kind != "pointer" or type.item.kind != "void":
        raise TypeError(f"needs 'void *', got '{type.cname}'")
    held = Handle(thing)
    return make_own(type, held.number, held)


def from_handle(cdata: Any) -> Any:
    """The object that a `void *` stands for. Raises TypeError for no pointer, RuntimeError for NULL, SystemError for what is no
    handle, or one that is gone."""
    kind = type_of(cdata)
    if kind.kind != "pointer" or kind.item._how not in ("void", "char"):
        raise TypeError(f"expected a 'cdata' object with a 'void *' out of new_handle(), got '{kind.cname}'")
    number = place_of(cdata)
    if not number:
        raise RuntimeError("cannot use from_handle() on NULL pointer")
    try:
        return _handles[number].thing
    except KeyError:
        raise SystemError("ffi.from_handle(): dead or bogus handle") from None
