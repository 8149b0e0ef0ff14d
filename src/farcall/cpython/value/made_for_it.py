"""What farcall makes, or is given, only to point to: nobody else keeps it, so that it is gone with the pointer."""

from __future__ import annotations

from ..link.late import late
from .base import Value

__all__ = ["MadeForIt", "made_for_it"]


#: What makes a function for C of a Python callable.
CLOSURE = "cpython.callable.closure:Closure"


class MadeForIt(tuple[object, ...]):
    """What a pointer keeps, and nobody else, of an object that does not show it itself: the last item is that object."""

    __slots__ = ()


def made_for_it(value: object, held: object) -> bool:
    """Whether `held`, which keeps what a pointer to the value points to, is kept by nobody else: text, a list of it, or a
    closure that farcall has made of the value. Values and buffers are their owner's to keep."""
    if isinstance(value, (str, bytes, list, tuple)) or isinstance(held, MadeForIt):
        return True
    return callable(value) and not isinstance(value, Value) and held is not value and type(held) is late(CLOSURE)
