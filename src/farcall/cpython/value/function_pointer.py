"""Pointers to functions: they can be called."""

from __future__ import annotations

from typing import Any

from ...errors import NullPointerError
from ..link.late import late
from .base import native
from .pointer import Pointer, place_of

__all__ = ["FunctionPointer"]

#: What makes a function of a pointer, which stands above.
FUNCTION = "high.function:function"


@native
class FunctionPointer(Pointer):
    """A pointer to a C function. `p(...)` binds the function and calls it, as `farcall.function(p)(...)` does: whoever
    calls it often keeps what `farcall.function` gives, which is bound once."""

    __slots__ = ()

    def __call__(self, /, *args: object, **names: object) -> Any:
        if not self:
            raise NullPointerError(f"{self!r} cannot be called")
        place_of(self)
        return late(FUNCTION)(self)(*args, **names)
