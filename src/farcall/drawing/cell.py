"""Cells of one value's bytes, and what fills a box between cells."""

from __future__ import annotations

from collections.abc import Iterable

from ..ctype import CType, DataModel
from .field import spans
from .shape import Cell, Kind

__all__ = ["filled", "label_of", "value_cells"]

#: More fields than these are not told by name in a label.
MOST_NAMES = 3


def value_cells(
    type: CType, model: DataModel, part: tuple[int, int], at: int, index: int, name: str, *, again: bool = False
) -> list[Cell]:
    """The bytes [part[0], part[1]) of a value, standing at `at` of a box, cut by fields."""
    cells = []
    for start, stop, paths in spans(type, model, *part):
        fields = tuple(f"{name}{path}".lstrip(".") for path in paths)
        kind: Kind = "value" if fields else "padding"
        label = label_of(fields) if fields else "padding"
        note = "" if fields else "padding: bytes that no field has"
        where = at + start - part[0]
        cells.append(Cell(where, stop - start, kind, index, start, fields, label, note, again))
    return cells


def label_of(fields: tuple[str, ...]) -> str:
    """The names of fields that share bytes; of the many, the first."""
    more = "/…" if len(fields) > MOST_NAMES else ""
    return "/".join(fields[:MOST_NAMES]) + more


def filled(cells: Iterable[Cell], size: int, note: str, reserved: int = 0, reserved_note: str = "") -> tuple[Cell, ...]:
    """The cells in order, and between them those of nothing; of the first `reserved` units what is between cells is the
    callee's. There may be a cell among them: the address of the result."""
    made: list[Cell] = []
    at = 0
    for cell in (*sorted(cells, key=lambda cell: cell.start), None):
        to = size if cell is None else cell.start
        if at < (stop := min(to, reserved)):
            made.append(Cell(at, stop - at, "reserved", label="reserved", note=reserved_note))
            at = stop
        if at < to:
            made.append(Cell(at, to - at, "unused", label="unused", note=note))
        if cell is not None:
            made.append(cell)
            at = cell.stop
    return tuple(made)
