"""Memory that generated code reads and writes: a few words for each closure, called its cells.

They cannot lie beside the code. Pages that run are never writable, and after a fork they are shared between parent and
child, while a closure's state is each process's own. So cells are in private pages of their own. Those are never given
back to the system: a thread may still be on its way into a closure while another closes it, and what it then reads has
to be a cell that says "closed", not an address where nothing is mapped any more.
"""

from __future__ import annotations

import mmap
import sys

from ... import seed
from ...lock import after_fork_in_child, loaded_before_fork, new_lock
from ...record import NamedTuple
from ...system import running
from ..facts.host import WORD

__all__ = ["UNIT", "Cells", "allocate", "free", "regions"]

REGION = 1 << 16
UNIT = 16


class Cells(NamedTuple):
    """`size` bytes at `address`; written through `view` from `offset` on. A word is as wide as a pointer."""

    address: int
    size: int
    view: mmap.mmap
    offset: int

    def put(self, at: int, data: bytes) -> None:
        start = self.offset + at
        self.view[start : start + len(data)] = data

    def put_word(self, at: int, word: int) -> None:
        self.put(at, word.to_bytes(WORD, sys.byteorder))

    def put_int(self, at: int, number: int) -> None:
        """A C int, which code compares in its four bytes."""
        self.put(at, number.to_bytes(4, sys.byteorder))

    def word(self, at: int) -> int:
        start = self.offset + at
        return int.from_bytes(self.view[start : start + WORD], sys.byteorder)


running().at_fork(before=loaded_before_fork, after_in_child=after_fork_in_child)
_lock = new_lock()
_views: list[mmap.mmap] = []
_free: dict[int, list[Cells]] = {}
_region: list[tuple[mmap.mmap, int, int]] = []  # the newest: its view, address and bytes used


def allocate(size: int) -> Cells:
    """Zeroed cells of at least `size` bytes."""
    size = -(-size // UNIT) * UNIT
    with _lock:
        waiting = _free.get(size)
        if waiting:
            cells = waiting.pop()
            cells.put(0, bytes(size))
            return cells
        view, address, used = _region[-1] if _region else (None, 0, 0)
        if view is None or used + size > len(view):
            view, address, used = _map(max(REGION, size))
        _region[:] = [(view, address, used + size)]
        return Cells(address + used, size, view, used)


def free(cells: Cells) -> None:
    """Give cells back for other closures; the pages stay."""
    with _lock:
        _free.setdefault(cells.size, []).append(cells)


def regions() -> list[mmap.mmap]:
    """All that was ever mapped."""
    return list(_views)


def _map(size: int) -> tuple[mmap.mmap, int, int]:
    view = running().private_pages(size)
    seed.hold(view)  # C may still look at it when Python is gone
    _views.append(view)
    return view, seed.address_of(view), 0
