"""What farcall makes, or is given, only to point to: nobody else keeps it, so that it is gone with the pointer."""

from __future__ import annotations

from types import BuiltinFunctionType

from .base import Value
from .foreign import is_foreign

__all__ = ["MadeForIt", "made_for_it"]


class MadeForIt(tuple[object, ...]):
    """What a pointer keeps, and nobody else: of objects which do not show it themselves."""

    __slots__ = ()


def made_for_it(value: object) -> bool:
    """Whether what a pointer to the value needs is text, a list of it, or a closure that farcall makes: nobody else keeps it.
    Values and buffers are their owner's to keep."""
    if isinstance(value, (str, bytes, list, tuple)):
        return True
    known = isinstance(value, (Value, BuiltinFunctionType)) or hasattr(type(value), "__farcall_address__")
    return callable(value) and not known and not is_foreign(value)
