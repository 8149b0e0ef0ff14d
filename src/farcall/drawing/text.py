"""Drawings as Unicode text: boxes, a list of values with their rules, and colour if it is asked for."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from .difference import MARK, MEANING, differing
from .row import Row, rows
from .shape import Box, Drawing, Group, Kind, Value
from .words import part_label, shortened, value_lines

__all__ = ["NARROWEST", "text"]

#: Characters of a full line of a box, and of the names before it.
INNER, NAMES = 24, 6
#: The width of a drawing's boxes in characters, which no drawing is narrower than; the gap between two.
NARROWEST = NAMES + INNER + 1
GAP = 2
#: A drawing alone is no wider than this, however wide the terminal.
WIDEST = 100
#: The heads of groups. Boxes in memory have their own names.
HEADS: dict[Group, str] = {
    "registers": "registers", "stack": "stack", "result": "result", "layout": "in memory", "bits": "bits",
}  # fmt: skip
#: What stands behind the label in a cell.
FILL: dict[Kind, str] = {"padding": "░", "extension": "·", "reserved": "▒"}
#: Lines that meet: whether one goes up, down, left and right.
JOINTS = {
    (0, 0, 0, 0): " ", (0, 0, 1, 1): "─", (1, 1, 0, 0): "│", (0, 1, 0, 1): "┌", (0, 1, 1, 0): "┐", (1, 0, 0, 1): "└",
    (1, 0, 1, 0): "┘", (1, 1, 0, 1): "├", (1, 1, 1, 0): "┤", (0, 1, 1, 1): "┬", (1, 0, 1, 1): "┴", (1, 1, 1, 1): "┼",
    (1, 0, 0, 0): "╵", (0, 1, 0, 0): "╷", (0, 0, 1, 0): "╴", (0, 0, 0, 1): "╶",
}  # fmt: skip
#: Colours of values in the terminal's table of 256, distinct to the colour-blind (Okabe and Ito's); the result's first.
COLOURS = (250, 214, 74, 36, 227, 68, 208, 175)
CONTINUES = "┆"


def text(drawings: Sequence[Drawing], *, width: int = WIDEST, colour: bool = False) -> str:
    """Drawings as text of at most `width` characters a line, but no fewer than `NARROWEST`: side by side as far as they
    fit, then below each other. What is passed elsewhere on one target than on another is marked with ≠. With `colour`,
    values have the terminal's colours.
    """
    width = max(width, NARROWEST)
    marked = differing(drawings) if len(drawings) > 1 else frozenset()
    beside = max(1, min(len(drawings), (width + GAP) // (NARROWEST + GAP)))
    each = min(WIDEST, width) if beside == 1 else NARROWEST
    made = []
    for start in range(0, len(drawings), beside):
        blocks = [_block(drawing, each, marked, colour) for drawing in drawings[start : start + beside]]
        made.append(_side_by_side(blocks, each))
    return "\n\n".join(made)


def _side_by_side(blocks: list[list[Line]], width: int) -> str:
    lines = []
    for number in range(max(map(len, blocks))):
        parts = [block[number] if number < len(block) else Line() for block in blocks]
        lines.append((" " * GAP).join(part.padded(width) for part in parts).rstrip())
    return "\n".join(lines)


class Line:
    """A line of text and how many characters it shows, which escapes for colour are none of."""

    __slots__ = ("shown", "text")

    def __init__(self, text: str = "") -> None:
        self.text, self.shown = text, len(text)

    def add(self, text: str, colour: int = -1) -> None:
        self.text += f"\x1b[38;5;{colour}m{text}\x1b[0m" if colour >= 0 else text
        self.shown += len(text)

    def padded(self, width: int) -> str:
        return self.text + " " * (width - self.shown)


def _block(drawing: Drawing, width: int, marked: frozenset[int], colour: bool) -> list[Line]:
    lines = [Line(part) for part in _wrapped(drawing.title, width, "  ")]
    lines += [Line(part) for part in _wrapped(f"{drawing.target}, {drawing.convention}", width, "  ")]
    group = ""
    waiting: list[tuple[Box, Row]] = []
    for box in drawing.boxes:
        head = HEADS.get(box.group, "") if not _own_head(box) else box.name
        if head != group:
            lines += _grid(waiting, colour)
            lines += [Line(), Line(shortened(head, width))]
            waiting, group = [], head
        waiting += [(box, row) for row in rows(box)]
    lines += _grid(waiting, colour)
    if any(row.rest for box in drawing.boxes for row in rows(box)):
        lines.append(Line(f"{CONTINUES} goes on, unused"))
    lines.append(Line())
    for value in drawing.values:
        lines += _listed(value, width, value.index in marked, colour)
    facts = [*drawing.facts, MEANING] if marked else drawing.facts
    lines += [Line(part) for fact in facts for part in _wrapped(fact, width, "  ")]
    return lines


def _own_head(box: Box) -> bool:
    return box.group in ("memory", "bits") or (box.group == "layout" and box.name.startswith("as "))


def _listed(value: Value, width: int, marked: bool, colour: bool) -> list[Line]:
    first, *others = value_lines(value)
    head, *rest = _wrapped((MARK if marked else "") + first, width, "    ")
    line = Line()
    line.add(head, _colour(value.index) if colour else -1)
    return [line, *map(Line, rest), *(Line(part) for other in others for part in _wrapped(other, width, "  ", "  "))]


def _wrapped(sentence: str, width: int, indent: str, first: str = "") -> list[str]:
    return textwrap.wrap(sentence, width, initial_indent=first, subsequent_indent=indent) or [""]


def _colour(index: int) -> int:
    return COLOURS[0] if index == 0 else COLOURS[1 + (index - 1) % (len(COLOURS) - 1)]


# Boxes.


def _grid(lines: list[tuple[Box, Row]], colour: bool) -> list[Line]:
    """The lines of boxes, one below the other, with shared borders."""
    made: list[Line] = []
    above: tuple[int, ...] = ()
    for box, row in lines:
        edges = _edges(box, row)
        made += [Line(" " * NAMES + _border(above, edges)), _content(box, row, edges, colour)]
        above = edges
    return [*made, Line(" " * NAMES + _border(above, ()))] if made else []


def _edges(box: Box, row: Row) -> tuple[int, ...]:
    """The columns of the upright lines of a row."""
    if row.folded:
        return (0, INNER)
    scale = INNER // box.row
    start = row.parts[0].start - row.start
    return (start * scale, *((part.start + part.size - row.start) * scale for part in row.parts))


def _border(above: tuple[int, ...], below: tuple[int, ...]) -> str:
    def runs(edges: tuple[int, ...], left: int) -> bool:
        return bool(edges) and edges[0] <= left < edges[-1]

    line = ""
    for column in range(INNER + 1):
        left = runs(above, column - 1) or runs(below, column - 1)
        right = runs(above, column) or runs(below, column)
        line += JOINTS[(int(column in above), int(column in below), int(left), int(right))]
    return line.rstrip()


def _content(box: Box, row: Row, edges: tuple[int, ...], colour: bool) -> Line:
    first = row.start == 0
    name = f"+{row.start // (1 if box.unit == 'byte' else 8)}" if not box.bank else box.name if first else ""
    line = Line(f"{shortened(name, NAMES - 1):>{NAMES - 1}} ")
    for part, start, stop in zip(row.parts, edges, edges[1:], strict=False):
        line.add("│")
        room = stop - start - 1
        shown = part_label(part, row, box, room).ljust(room, FILL.get(part.cell.kind, " "))
        owned = colour and part.cell.value >= 0 and part.cell.kind != "padding"
        line.add(shown, _colour(part.cell.value) if owned else -1)
    line.add(CONTINUES if row.rest else "│")
    return line
