"""Where a bound function is led to its code, for closing its library: garbage has no weak references any more when its
finalizers run, and one that closes the library has to find the functions that another calls."""

from __future__ import annotations

import sys

from ... import seed
from ..facts.host import WORD
from ..link.linker import linker
from .plan import closed_entry

__all__ = ["Reach"]


class Reach:
    """The word at `place` says where a function's code is, and `table` has that word. `entry` is the address of the pointer
    object by which generated code finds the function's address, if there is one; `builtin` that of the builtin."""

    __slots__ = ("builtin", "entry", "place", "table", "tier")

    def __init__(self, place: int, table: object, tier: str) -> None:
        self.place, self.table, self.tier = place, table, tier
        self.builtin = self.entry = 0

    def lead(self, address: int) -> None:
        """Have the builtin lead to the code at `address`."""
        seed.write(self.place, address.to_bytes(WORD, sys.byteorder))

    def close(self) -> None:
        """Have every later call raise LibraryClosedError."""
        self.lead(closed_entry(self.tier))
        if self.entry:
            seed.write(self.entry + linker().facts.value_payload, bytes(WORD))
