"""A place for one piece of code: reserved, then committed or aborted, in the end freed."""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from farcall.memory.code import CodeMemory
    from farcall.memory.region import Region

__all__ = ["ABORTED", "COMMITTED", "FREED", "RESERVED", "Slot"]

RESERVED = "reserved"
COMMITTED = "committed"
ABORTED = "aborted"
FREED = "freed"


class Slot:
    """`size` bytes that run at `address`.

    A slot does not free itself: C may hold its address. Whoever owns the code says `free()`, or `abort()`
    when it never came to be. The methods may be called from any thread.

    After a fork the bytes of older slots are common to both processes, so neither changes them again:
    `frozen` is True, writing raises RuntimeError, and `free()` only lets go. What a process must be able to
    change after a fork belongs in ordinary memory that the code points at. One exception: a slot the parent
    had reserved but not committed yet can still be committed by the parent, since the child never runs it.
    """

    __slots__ = ("address", "length", "memory", "offset", "region", "size", "state")

    def __init__(self, memory: CodeMemory, region: Region, offset: int, length: int, size: int) -> None:
        self.address = region.address + offset
        self.size = size
        self.length = length  # with the rest up to the granule
        self.offset = offset
        self.region = region
        self.memory = memory
        self.state = RESERVED

    @property
    def frozen(self) -> bool:
        """Whether a fork since its reservation forbids changing it."""
        return self.region.frozen

    @property
    def writable(self) -> int:
        """Where the slot's bytes can be written by address, for C that fills them in itself."""
        return self.region.writable + self.offset

    def write(self, offset: int, data: bytes) -> None:
        """Writes bytes into the slot, before or after `commit`; code that is running sees them at once.

        ValueError outside the slot, RuntimeError for a freed or frozen slot.
        """
        self.memory.write(self, offset, data)

    def commit(self, data: bytes) -> None:
        """Writes the code and fills what is left of the slot with traps. May be done once.

        ValueError if it is longer than the slot, RuntimeError if the slot is not freshly reserved.
        """
        self.memory.commit(self, data)

    def abort(self) -> None:
        """Gives an uncommitted slot back. RuntimeError if it was committed, aborted or freed."""
        self.memory.give_back(self, RESERVED, ABORTED)

    def free(self) -> None:
        """Overwrites a committed slot with traps and gives it back. RuntimeError if it is not committed."""
        self.memory.give_back(self, COMMITTED, FREED)

    def __repr__(self) -> str:
        frozen = ", frozen" if self.frozen else ""
        return f"<Slot {self.size} bytes at {self.address:#x}, {self.state}{frozen}>"
