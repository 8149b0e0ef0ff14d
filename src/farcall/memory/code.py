"""Executable memory for a process: regions, the slots in them, and what a fork does to both.

A fork shares the regions between parent and child, so a byte changed in one would change under the other's
running code. Therefore both sides freeze what they have at a fork and go on in memory of their own.
"""

from __future__ import annotations

from _thread import RLock
from weakref import WeakSet

from farcall.memory.region import Region
from farcall.memory.slot import COMMITTED, RESERVED, Slot
from farcall.memory.spans import GRANULE, rounded
from farcall.record import NamedTuple
from farcall.system import running

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CodeMemory", "Statistics", "default_memory", "exclusive"]

FIRST_REGION = 256 * 1024  # bytes; each further region is twice the one before, up to
LARGEST_REGION = 4 * 1024 * 1024
LARGEST_BLANK = 4096  # the traps of larger slots are made each time
TRAP = b"\xcc"

# One lock for all: a fork has to hold them all anyway, and there is one CodeMemory in nearly every process.
# Re-entrant, because a finalizer or a signal handler may free or reserve in the middle of a reservation.
_lock = RLock()
_memories: WeakSet[CodeMemory] = WeakSet()


class Statistics(NamedTuple):
    """A moment's account. Bytes are of address space: a page costs memory only once it is written."""

    regions: int
    reserved: int  # bytes in all regions, frozen ones too
    in_use: int  # bytes of slots not yet freed, rounded up as they are allotted
    slots: int  # not yet freed
    frozen: int  # regions a fork has frozen and some slot still keeps


class CodeMemory:
    """Executable memory that grows as needed.

    `trap` is what fills freed and unused bytes, an instruction of the processor that faults: its length must
    divide 64. `on_commit`, if set, is called with (address, size) whenever bytes of committed code have
    changed, for processors whose instruction cache has to be told. `reuse` is to be False where code that was
    overwritten may go on running, as some emulators have it: then freed bytes are not used again, but go with their
    region when nothing in it is left. `library`, if set, makes the file of a library in whose place a region of so many
    bytes is to lie. All four may be set later, but before use.

    Memory is not given back when a CodeMemory is dropped: only freeing the slots does that.
    """

    def __init__(
        self,
        trap: bytes = TRAP,
        on_commit: Callable[[int, int], None] | None = None,
        *,
        first: int = FIRST_REGION,
        largest: int = LARGEST_REGION,
    ) -> None:
        if not trap or GRANULE % len(trap):
            raise ValueError(f"a trap must be 1 to {GRANULE} bytes long and divide {GRANULE}, not {trap!r}")
        if not 0 < first <= largest:
            raise ValueError(f"the first region ({first}) must be positive and at most the largest ({largest})")
        self.trap = trap
        self.on_commit = on_commit
        self.reuse = True
        self.library: Callable[[int], bytes] | None = None
        self._first = self._next = first
        self._largest = largest
        self._regions: list[Region] = []  # where slots are taken from; the last one is tried first
        self._frozen: list[Region] = []
        self._busy = False  # in the middle of a change of the lists or spans
        self._late: list[Slot] = []  # freed by a finalizer meanwhile, or while there was no memory for it
        self._blanks: dict[int, bytes] = {}  # traps for freed slots, by their length
        self._rests: dict[int, bytes] = {}  # traps behind code, by the bytes of it that a granule has
        with _lock:
            _memories.add(self)

    def reserve(self, size: int) -> Slot:
        """A slot of at least `size` bytes, its address a multiple of 64.

        ValueError if size is not positive, MemoryPolicyError if the system refuses executable memory.
        """
        if size <= 0:
            raise ValueError(f"a slot must have a positive size, not {size}")
        length = -(-size // GRANULE) * GRANULE
        with _lock:
            if self._busy:  # below us on the stack the spans are half changed: stay away from them
                return self._reserve_apart(length, size)
            self._busy = True
            try:
                region, offset = self._take(length)
                region.slots += 1
                return Slot(self, region, offset, length, size)
            finally:
                self._busy = False
                if self._late:
                    self._free_late()

    def place(self, data: bytes) -> Slot:
        """A committed slot with this code: `reserve` and `commit` in one. Raises what these raise."""
        size = len(data)
        if not size:
            raise ValueError("there is no code of no bytes")
        data += self._rest(size)
        length = len(data)
        with _lock:
            if self._busy:
                slot = self._reserve_apart(length, size)
                slot.region.put(slot.offset, data)
            else:
                self._busy = True
                try:
                    region, offset = self._take(length)
                    region.slots += 1
                    slot = Slot(self, region, offset, length, size)
                    region.put(offset, data)
                finally:
                    self._busy = False
                    if self._late:
                        self._free_late()
            slot.state = COMMITTED
        if self.on_commit is not None:
            self.on_commit(slot.address, size)
        return slot

    def write(self, slot: Slot, offset: int, data: bytes) -> None:
        """`Slot.write`."""
        if offset < 0 or offset + len(data) > slot.size:
            raise ValueError(f"{len(data)} bytes at offset {offset} do not lie within {slot!r}")
        with _lock:
            committed = slot.state == COMMITTED
            if not committed and slot.state != RESERVED:
                raise RuntimeError(f"{slot!r} cannot be written: it was given back")
            if slot.region.frozen and (committed or slot.region.inherited):
                raise RuntimeError(f"{slot!r} cannot be written: since a fork another process runs the same bytes")
            slot.region.put(slot.offset + offset, data)
        if committed and self.on_commit is not None:
            self.on_commit(slot.address + offset, len(data))

    def commit(self, slot: Slot, data: bytes) -> None:
        """`Slot.commit`."""
        size = len(data)
        if size > slot.size:
            raise ValueError(f"{size} bytes of code do not fit into {slot!r}")
        rest = slot.length - size
        with _lock:
            if slot.state != RESERVED:
                raise RuntimeError(f"{slot!r} cannot be committed: it is not freshly reserved")
            if slot.region.inherited:
                raise RuntimeError(f"{slot!r} cannot be committed: the parent process reserved it before a fork")
            slot.region.put(slot.offset, data + self.traps(size, rest) if rest else data)
            slot.state = COMMITTED
        if self.on_commit is not None:
            self.on_commit(slot.address, slot.size)

    def give_back(self, slot: Slot, before: str, after: str) -> None:
        """`Slot.abort` and `Slot.free`."""
        with _lock:
            if slot.state != before:
                raise RuntimeError(f"{slot!r} cannot become {after}: it is not {before}")
            slot.state = after
            self._late.append(slot)
            if not self._busy:
                self._free_late()

    def statistics(self) -> Statistics:
        """How much memory there is and how much of it is used."""
        with _lock:
            regions = [*self._regions, *self._frozen]
            return Statistics(
                regions=len(regions),
                reserved=sum(region.size for region in regions),
                in_use=sum(region.spans.used for region in regions),
                slots=sum(region.slots for region in regions),
                frozen=len(self._frozen),
            )

    def freeze(self, inherited: bool) -> None:
        """What a fork does, on both sides: nothing made so far changes any more. The lock is held."""
        for region in self._regions:
            region.frozen = True
            if region.slots:
                self._frozen.append(region)
            else:
                region.unmap()  # this process' views only
        self._regions = []
        self._next = self._first
        if inherited:
            for region in self._frozen:
                region.inherited = True

    def _take(self, length: int) -> tuple[Region, int]:
        for region in reversed(self._regions):
            offset = region.spans.take(length)
            if offset >= 0:
                return region, offset
        region = self._region(max(length, self._next))
        self._next = min(self._next * 2, self._largest)
        offset = region.spans.take(length)
        if not self.reuse:
            for empty in [other for other in self._regions if not other.slots]:  # but not without room any more
                self._unmap(empty)
        self._regions.append(region)
        return region, offset

    def _region(self, size: int) -> Region:
        return Region(size) if self.library is None else Region(size, self.library(size))

    def _reserve_apart(self, length: int, size: int) -> Slot:
        region = self._region(length)
        offset = region.spans.take(length)
        region.slots = 1
        self._regions.insert(0, region)
        return Slot(self, region, offset, length, size)

    def _clear(self, slot: Slot) -> None:
        """No code lies in the slot any more. It may be done twice."""
        region = slot.region
        if not region.frozen:
            blank = self._blanks.get(slot.length)
            if blank is None:
                blank = self.traps(0, slot.length)
                if slot.length <= LARGEST_BLANK:
                    self._blanks[slot.length] = blank
            region.put(slot.offset, blank)
        if region.companion is not None:
            region.companion.cleared(slot.offset, slot.length)

    def _return(self, slot: Slot) -> None:
        region = slot.region
        region.slots -= 1
        if self.reuse:
            region.spans.give(slot.offset, slot.length)
        else:
            region.spans.waste(slot.length)
        if region.slots:
            return
        if region.frozen:
            self._frozen.remove(region)
            region.unmap()
        elif self.reuse:
            if any(not other.slots for other in self._regions if other is not region):
                self._unmap(region)
        elif region is not self._regions[-1]:  # the last one may have room still
            self._unmap(region)

    def _unmap(self, region: Region) -> None:
        self._regions.remove(region)
        region.unmap()

    def _free_late(self) -> None:
        self._busy = True
        try:
            while self._late:
                slot = self._late.pop()
                try:
                    self._clear(slot)
                except MemoryError:  # whoever frees or reserves next does it
                    self._late.append(slot)
                    return
                self._return(slot)
        finally:
            self._busy = False

    def _rest(self, size: int) -> bytes:
        """The traps behind `size` bytes of code, up to the granule."""
        found = self._rests.get(size % GRANULE)
        if found is None:
            found = self._rests[size % GRANULE] = self.traps(size, -size % GRANULE)
        return found

    def traps(self, start: int, length: int) -> bytes:
        """`length` bytes of traps for a place `start` bytes after a granule's beginning."""
        trap = self.trap
        shift = start % len(trap)
        return (trap * (rounded(length + shift, len(trap)) // len(trap)))[shift : shift + length]


_default: CodeMemory | None = None


def default_memory() -> CodeMemory:
    """The process' own CodeMemory, made when first asked for."""
    global _default
    if _default is None:
        with _lock:
            if _default is None:
                _default = CodeMemory()
    return _default


def exclusive() -> RLock:
    """The lock under which regions come and go; a fork waits for it. Take it only with `with`, and briefly."""
    return _lock


def _before_fork() -> None:
    _lock.acquire()


def _after_fork_in_parent() -> None:
    for memory in list(_memories):
        memory.freeze(inherited=False)
    _lock.release()


def _after_fork_in_child() -> None:
    global _lock
    _lock = RLock()  # the old one may count threads that do not exist here
    for memory in list(_memories):
        memory.freeze(inherited=True)


running().at_fork(
    before=_before_fork,
    after_in_parent=_after_fork_in_parent,
    after_in_child=_after_fork_in_child,
)
