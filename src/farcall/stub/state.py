"""The private memory of one closure, as its body reads it: cells as wide as a pointer, then the stated value.

    generation | callable | self | active | kept | vectorcall | stated value...

Of a closure with a C handler the cells from `callable` on are the handler, the cif and the user data.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

__all__ = ["State", "state"]


class State(NamedTuple):
    """Where each cell begins, in bytes. `vectorcall` is where in the callable its vectorcall function is kept (PEP
    590), 0 where that is not known for good."""

    generation: int
    callable: int
    self: int
    active: int
    kept: int
    vectorcall: int
    stated: int


@cache
def state(pointer: int) -> State:
    """The cells where pointers have so many bytes."""
    return State(*(pointer * cell for cell in range(len(State._fields))))
