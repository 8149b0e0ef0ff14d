"""The classes of types by their C text, for generated code: found by the address of the very str that was seen before.

A text in a program is one str, so this is what a text that is used often costs. A pair of words each, of which the first is
written last, and cleared before the other changes; the tuple here keeps what both refer to.
"""

from __future__ import annotations

import sys
from functools import lru_cache

from ...ctype import unfinished
from ...lock import new_lock
from ...stub.front import TEXTS
from ..facts.host import WORD
from ..link.data_cells import Cells, allocate

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["address", "remember_text"]

_lock = new_lock()
_kept: list[tuple[str, Any] | None] = [None] * TEXTS


@lru_cache(maxsize=1)
def _cells() -> Cells:
    return allocate(2 * WORD * TEXTS)


def address() -> int:
    """Where the table lies."""
    return _cells().address


def remember_text(text: str, cls: Any) -> None:
    """That a text means the type of a class, for good: of a type that no declaration can change."""
    if type(text) is not str or unfinished(cls.__ctype__):
        return
    index, cells = (id(text) >> WORD.bit_length()) % TEXTS, _cells()
    at = 2 * WORD * index
    with _lock:
        cells.put(at, bytes(WORD))
        _kept[index] = (text, cls)
        cells.put(at + WORD, id(cls).to_bytes(WORD, sys.byteorder))
        cells.put(at, id(text).to_bytes(WORD, sys.byteorder))
