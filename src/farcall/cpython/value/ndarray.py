"""NumPy's array class, for generated code: arrays show plain memory, whatever their items are, so that who wants memory of
any kind need not look at their format. NumPy is not imported for this."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any

from ..facts.host import WORD
from ..link.data_cells import Cells, allocate

__all__ = ["address", "note"]

_noted: list[Any] = []  # the class, which is kept


@lru_cache(maxsize=1)
def _cell() -> Cells:
    return allocate(WORD)


def address() -> int:
    """Where the class's address lies: 0 until NumPy is there."""
    return _cell().address


def note() -> None:
    """Look whether NumPy was imported meanwhile."""
    if not _noted:
        cls = getattr(sys.modules.get("numpy"), "ndarray", None)
        if isinstance(cls, type):
            _noted.append(cls)
            _cell().put_word(0, id(cls))
