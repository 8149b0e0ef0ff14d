"""A box as lines of the drawing. What is long and tells nothing new is folded."""

from __future__ import annotations

from ..record import NamedTuple
from .shape import FILLERS, Box, Cell

__all__ = ["Part", "Row", "rows"]

#: A cell that fills more lines than these is shown with its first and its last one.
MOST_ROWS = 3


class Part(NamedTuple):
    """The units [start, start + size) of a cell, on one line. `head`: the cell begins here."""

    start: int
    size: int
    cell: Cell
    head: bool


class Row(NamedTuple):
    """A line of a box. A folded one stands for as many lines as its only part would fill. `rest` is what the box has behind
    this line, unused and not drawn."""

    start: int
    parts: tuple[Part, ...]
    folded: bool = False
    rest: int = 0


def rows(box: Box) -> tuple[Row, ...]:
    """The lines of a box from its first unit on. Every unit is on one line, but for the unused end of a register."""
    size = _drawn(box)
    made: list[Row] = []
    at, index = 0, 0
    while at < size:
        while box.cells[index].stop <= at:
            index += 1
        cell = box.cells[index]
        filler = cell.kind in FILLERS
        lines = (cell.stop - at) // box.row
        if lines > (1 if filler else MOST_ROWS):
            if not filler:
                made.append(_row(box, at, index, size))
                at, lines = at + box.row, lines - 2
            long = Part(at, lines * box.row, cell, at == cell.start)
            made.append(Row(at, (long,), folded=True))
            at = long.start + long.size
        else:
            made.append(_row(box, at, index, size))
            at += box.row
    if made and size < box.size:
        made[-1] = made[-1]._replace(rest=box.size - size)
    return tuple(made)


def _drawn(box: Box) -> int:
    """How much of a box is drawn: of a register, whole lines at its end that are not used are not."""
    last = box.cells[-1] if box.cells else None
    if last is None or last.kind != "unused" or not box.bank:
        return box.size
    return min(box.size, max(1, -(-last.start // box.row)) * box.row)


def _row(box: Box, at: int, index: int, size: int) -> Row:
    parts = []
    stop = min(at + box.row, size)
    while index < len(box.cells) and box.cells[index].start < stop:
        cell = box.cells[index]
        start = max(at, cell.start)
        parts.append(Part(start, min(cell.stop, stop) - start, cell, start == cell.start))
        index += 1
    return Row(at, tuple(parts))
