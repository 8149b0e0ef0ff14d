"""Free and used spans of a range of bytes: integers only, no memory.

Every span starts and ends on a multiple of GRANULE. Freed neighbours melt together at once, so a range whose
spans were all given back is one piece again. Taking looks first for a hole of the exact size, then cuts the
smallest larger hole, then goes on at the untouched end: what was used before is used again before new pages
are touched.

An interrupt between two steps, or a lack of memory, can lose a span, never hand one out twice: what is removed is removed
first. So what was to be there may be missing, and a set of holes may be empty.
"""

from __future__ import annotations

__all__ = ["GRANULE", "Spans", "rounded"]

GRANULE = 64  # bytes: a cache line, so that code starts where the processor fetches


def rounded(size: int, unit: int = GRANULE) -> int:
    """`size` rounded up to a multiple of `unit` bytes."""
    return -(-size // unit) * unit


class Spans:
    """The range [0, size) and which spans of it are taken."""

    __slots__ = ("_ends", "_holes", "_starts", "_top", "size", "used")

    def __init__(self, size: int) -> None:
        if size <= 0 or size % GRANULE:
            raise ValueError(f"a range must be a positive multiple of {GRANULE} bytes, not {size}")
        self.size = size
        self.used = 0
        self._top = 0  # nothing at or above it was taken
        self._starts: dict[int, int] = {}  # hole: start to end
        self._ends: dict[int, int] = {}  # hole: end to start
        self._holes: dict[int, set[int]] = {}  # length to starts

    def take(self, length: int) -> int:
        """The offset of a free span of `length` bytes, a multiple of GRANULE; -1 if there is none."""
        holes = self._holes
        if holes.get(length):
            offset = self._remove(length)
        else:
            larger = (
                min([found for found, starts in holes.items() if found > length and starts], default=0) if holes else 0
            )
            if larger:
                offset = self._remove(larger)
                self._add(offset + length, offset + larger)
            elif self._top + length <= self.size:
                offset = self._top
                self._top = offset + length
            else:
                return -1
        self.used += length
        return offset

    def give(self, offset: int, length: int) -> None:
        """Takes back a span that `take` handed out."""
        self.used -= length
        end = offset + length
        below = self._ends.get(offset, -1)
        if below >= 0:
            self._forget(below, offset)
            offset = below
        above = self._starts.get(end, -1)
        if above >= 0:
            self._forget(end, above)
            end = above
        if end == self._top:
            self._top = offset
        else:
            self._add(offset, end)

    def waste(self, length: int) -> None:
        """Counts a span of `length` bytes as used no more, but does not hand it out again."""
        self.used -= length

    def _add(self, start: int, end: int) -> None:
        self._starts[start] = end
        self._ends[end] = start
        self._holes.setdefault(end - start, set()).add(start)

    def _remove(self, length: int) -> int:
        """Any hole of this length, no longer a hole."""
        start = next(iter(self._holes[length]))
        self._forget(start, start + length)
        return start

    def _forget(self, start: int, end: int) -> None:
        starts = self._holes.get(end - start, set())
        starts.discard(start)
        if not starts:
            self._holes.pop(end - start, None)
        self._starts.pop(start, None)
        self._ends.pop(end, None)
