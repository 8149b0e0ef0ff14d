"""Telling Windows' unwinder of generated code: exceptions, C++'s and structured ones, pass through it, and stacks can be walked.

A table for each piece of code, which RtlAddFunctionTable takes. All in it is counted from where the code begins, because wine takes
that for the table's own start: of several that begin at one place it asks only the first that ends behind. What undoes frames
lies behind the code, in the same section, because it is found by an offset of 32 bits; each form of frame is there once.
"""

from __future__ import annotations

import struct

from ... import seed
from .functions import function
from .pages import BEHIND

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..interface import CodePages, Frame, FrameTables

__all__ = ["Tables", "frame_tables"]

ROW = struct.Struct("<3I")  # RUNTIME_FUNCTION: start, end, what undoes the frame


class Tables:
    """The tables of one region of code. What is needed to the very end of the interpreter is kept here."""

    __slots__ = ("_add", "_address_of", "_base", "_delete", "_drop", "_known", "_places", "_put", "_room")

    def __init__(self, pages: CodePages) -> None:
        self._base, self._put = pages.address, pages.put
        #: Where the next form of frame is put, and where there is no more room: both from the region's start.
        self._room = pages.size, pages.size + BEHIND
        self._places: dict[bytes, int] = {}
        self._known: dict[int, bytes] = {}  # the tables by the code's offset
        self._add, self._delete = function("RtlAddFunctionTable", 3), function("RtlDeleteFunctionTable", 1)
        self._address_of, self._drop = seed.address_of, seed.drop

    def put(self, offset: int, frames: Sequence[Frame]) -> None:
        """The code at an offset has these frames, in order. Where no form of frame fits in any more, nobody sees through."""
        rows = []
        for frame in frames:
            place = self._place(frame.undoing)
            if place is None:
                return
            rows.append(ROW.pack(frame.start, frame.end, place - offset))
        table = b"".join(rows)
        if self._add(self._address_of(table), len(rows), self._base + offset) & 0xFF:
            seed.hold(table)  # the unwinder may read it when Python is gone
            self._known[offset] = table

    def _place(self, undoing: bytes) -> int | None:
        """Where from the region's start such a form of frame is."""
        found = self._places.get(undoing)
        if found is None:
            next_one, end = self._room
            if next_one + len(undoing) > end:
                return None
            self._put(next_one, undoing)
            found = self._places[undoing] = next_one
            self._room = next_one + len(undoing), end
        return found

    def cleared(self, offset: int) -> None:
        """No code lies there any more."""
        table = self._known.pop(offset, None)
        if table is not None:
            self._delete(self._address_of(table))
            self._drop(table)

    def gone(self) -> None:
        """The region is about to go."""
        for offset in list(self._known):
            self.cleared(offset)


def frame_tables(pages: CodePages) -> FrameTables | None:
    """For the code of these pages, which are `code_pages`'. None where Windows has no such tables: in programs of 32 bits handlers
    of exceptions are in a list on the stack, and frames without one are passed over."""
    return Tables(pages) if seed.symbol("RtlAddFunctionTable") else None
