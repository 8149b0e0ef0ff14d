"""Where a bound function is led to its code, and that code, which goes with the function.

Closing a library has to find the functions that another calls, and garbage has no weak references any more when its finalizers
run. So `Functions.places` has all of them by address.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from ... import seed
from ...memory import Slot
from ..facts.host import WORD
from ..link.data_cells import Cells, free
from ..link.linker import linker
from .functions import Functions
from .plan import closed_entry

__all__ = ["Reach", "lead", "shut"]


class Reach:
    """The word at `place` says where the code is of the function whose description is at `at`, and `table` has that word.
    `builtin` is the address of the builtin; `slot` the code, and `cells` its own, once there are such.

    The collector of garbage does not see it, so that it goes when the description lets go of it, and no earlier: all finalizers
    of cyclic garbage run before any of that is taken to pieces, and one of them may call the function. Nothing here leads back
    to the description. At the end of Python everything stays."""

    __slots__ = ("at", "builtin", "cells", "functions", "place", "slot", "table")

    slot: Slot | None
    cells: Cells | None

    def __init__(self, at: int, place: int, table: object, functions: Functions) -> None:
        self.slot = self.cells = None
        self.at, self.place, self.table, self.functions = at, place, table, functions
        self.builtin = 0
        functions.places[at] = place
        seed.untrack(self)

    def __del__(self, _ending: Callable[[], bool] = sys.is_finalizing) -> None:
        if not _ending():
            self.functions.places.pop(self.at, None)
            if self.slot is not None:
                self.slot.free()
            if self.cells is not None:
                free(self.cells)


def lead(place: int, address: int) -> None:
    """Have the builtin that the word at `place` leads go to the code at `address`. Where other threads run meanwhile they find
    all of the code: the routine that makes code visible to every CPU was behind it, and is a barrier for stores as well."""
    seed.write(place, address.to_bytes(WORD, sys.byteorder))


def shut(at: int, place: int, tier: str) -> None:
    """Have every later call of the function whose description is at `at` raise LibraryClosedError, and generated code read its
    address no more: it is in the entry, a pointer object in the description's first slot."""
    lead(place, closed_entry(tier))
    facts = linker().facts
    entry = int.from_bytes(seed.read(at + facts.header, WORD), sys.byteorder)
    if entry:
        seed.write(entry + facts.value_payload, bytes(WORD))
