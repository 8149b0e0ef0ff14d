"""Executable memory of the system's, and what is known of what lies in it."""

from __future__ import annotations

from farcall.memory.spans import Spans
from farcall.system import running

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Protocol

    from farcall.system.interface import FrameTables

    class Companion(Protocol):
        """What someone keeps beside a region, and has to be told of changes. The memory's lock is held."""

        def cleared(self, offset: int, length: int) -> None:
            """No code lies in these bytes of the region any more."""

        def unmapped(self) -> None:
            """The region is about to go."""


__all__ = ["Region"]


class Region:
    """A piece of executable memory of `size` bytes whose first byte runs at `address`.

    `frozen` says that a fork has made its bytes common to two processes: none may be changed any more.
    `inherited` says that it was made before the fork by the other process, the parent.
    `companion` is told when code in it goes.
    `library` is the file of one in whose place the memory is to lie, b"" for none (see `system.interface`).
    """

    __slots__ = ("_pages", "address", "companion", "frozen", "inherited", "size", "slots", "spans")

    def __init__(self, size: int, library: bytes = b"") -> None:
        self._pages = running().code_pages(size, library)
        self.size = self._pages.size
        self.address = self._pages.address
        self.spans = Spans(self.size)
        self.slots = 0
        self.frozen = False
        self.inherited = False
        self.companion: Companion | None = None

    @property
    def writable(self) -> int:
        """Where the first byte can be written: the same memory, seen through the other mapping."""
        return self._pages.writable

    def frame_tables(self) -> FrameTables | None:
        """What tells the system's unwinder of code in here, where that is done piece by piece."""
        return running().frame_tables(self._pages)

    def put(self, offset: int, data: bytes) -> None:
        """Writes through the writable view."""
        self._pages.put(offset, data)

    def unmap(self) -> None:
        """Gives the memory of both views back to the system; nothing may run there any more."""
        if self.companion is not None:
            self.companion.unmapped()
        self._pages.unmap()
