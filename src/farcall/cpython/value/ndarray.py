"""NumPy's array class, for generated code: arrays show plain memory, whatever their items are, so that who wants memory of
any kind need not look at their format, nor ask for a buffer where arrays lie as they are known to. NumPy is not imported
for this."""

from __future__ import annotations

import sys
from functools import lru_cache

from ... import seed
from ...stub.ndarray import C_CONTIGUOUS, PLAIN_ARRAY, WARNS, WRITEABLE, array_layout
from ..facts.host import WORD
from ..link.data_cells import Cells, allocate
from ..link.linker import linker

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["address", "agrees", "note", "noted"]

_noted: list[Any] = []  # the class, which is kept


@lru_cache(maxsize=1)
def _cell() -> Cells:
    return allocate(2 * WORD)


def address() -> int:
    """Where the class's address lies: 0 until NumPy is there; and behind it once more, if arrays lie as they are known to."""
    return _cell().address


def note() -> None:
    """Look whether NumPy was imported meanwhile."""
    if not _noted:
        cls = getattr(sys.modules.get("numpy"), "ndarray", None)
        if isinstance(cls, type):
            _noted.append(cls)
            _cell().put_word(0, id(cls))
            if linker().facts.fast and agrees(cls):
                _cell().put_word(PLAIN_ARRAY * WORD, id(cls))


def noted(thing: object) -> None:
    """The same, for generated code that has met an object of NumPy's."""
    note()


def agrees(cls: Any) -> bool:
    """Whether live arrays of the class look as `stub.ndarray` says: a plain one, a part of it, one that is read-only."""
    try:
        plain = cls((2, 6), "f8")
        part, fixed = plain[:, ::2], plain[1]
        fixed.flags.writeable = False
        flags = ((plain, C_CONTIGUOUS | WRITEABLE), (part, WRITEABLE), (fixed, C_CONTIGUOUS))
        return all(_agrees(array, wanted) for array, wanted in flags)
    except Exception:  # it is no array of NumPy's as we know it
        return False


def _agrees(array: Any, flags: int) -> bool:
    at = array_layout(linker().facts.header, WORD)

    def number(offset: int, size: int) -> int:
        return int.from_bytes(seed.read(id(array) + offset, size), sys.byteorder)

    return (
        number(at.data, WORD) == array.__array_interface__["data"][0]
        and number(at.dimensions, 4) == array.ndim
        and number(at.flags, 4) & (C_CONTIGUOUS | WRITEABLE | WARNS) == flags
    )
