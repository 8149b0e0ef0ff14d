"""A drawing in words: what is said of a cell when one points at it, and the list below for those who cannot."""

from __future__ import annotations

import re

from .row import Part, Row
from .shape import Box, Cell, Drawing, Value

__all__ = ["cell_words", "part_label", "shortened", "value_lines"]


def cell_words(drawing: Drawing, box: Box, cell: Cell) -> str:
    """What a cell is, where it is, and the rule that put it there."""
    value = drawing.value(cell)
    fields = ", ".join(cell.fields[:8]) + (", …" if len(cell.fields) > 8 else "")
    what = cell.note or fields or cell.label
    words = [what[:1].upper() + what[1:] if cell.note else what]
    if value is not None and cell.offset >= 0 and box.unit == "byte":
        words.append(f"{span(cell.offset, cell.size)} of {value.shown}")
    words.append(f"{span(cell.start, cell.size, box.unit)} of {box.name}")
    if cell.again:
        words.append("the same bytes are in another place too")
    rule = f" [{value.rule}]" if value is not None and value.rule else ""
    return "; ".join(words) + rule


def value_lines(value: Value) -> tuple[str, ...]:
    """A value's type and size, then its rule and what is not seen in the boxes."""
    size = f", {value.size} byte{'s' * (value.size != 1)}" if value.size else ""
    lines = [f"{value.shown}: {value.type}{size}"]
    if value.rule:
        lines.append(value.rule)
    if value.by_reference and value.index:
        lines.append("by reference: the address of a copy is passed")
    for start, stop in value.left:
        lines.append(f"{span(start, stop - start)} travel{'s' * (stop - start == 1)} nowhere: padding")
    return tuple(lines)


def part_label(part: Part, row: Row, box: Box, room: int) -> str:
    """What a cell says on a line, in at most `room` characters."""
    cell = part.cell
    if row.folded:
        return shortened(f"⋮ {part.size} {box.unit}s {cell.label}", room)
    if cell.kind == "unused" or (cell.kind == "padding" and len(cell.label) > room):
        return ""
    if len(cell.label) > room and cell.kind == "value":  # the last step of the way to a field says more than the first
        last = re.search(r"(?<=.)(?:\.\w+|\[\d+\])(?::\d+)?\Z", cell.label)
        if last and len(last[0]) <= room:
            return last[0]
    if len(cell.label) > room and cell.kind == "extension":
        return shortened(cell.label.split()[0], room)
    return shortened(cell.label, room)


def shortened(label: str, room: int) -> str:
    """A label, cut where it is longer than `room` characters."""
    return label if len(label) <= room else f"{label[: room - 1]}…" if room > 0 else ""


def span(start: int, size: int, unit: str = "byte") -> str:
    """A range in words."""
    return f"{unit} {start}" if size == 1 else f"{unit}s {start} to {start + size - 1}"
