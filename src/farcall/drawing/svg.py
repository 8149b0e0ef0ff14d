"""Drawings as one SVG that needs nothing else: dark and light as the reader has it, rules on hover and in a list below,
labels for screen readers, patterns for all that is not a value's own bytes.

Every cell is an element with the class "cell" and says what it is in `data-` attributes: `box`, `kind`, `start`, `size`,
`value` and `offset`. A cell on several lines is one element for each.
"""

from __future__ import annotations

import textwrap
import zlib
from collections.abc import Sequence
from html import escape

from ..record import NamedTuple
from .difference import MARK, MEANING, differing
from .palette import DARK, LIGHT, Palette, colour_class
from .row import Part, Row, rows
from .shape import Box, Drawing
from .words import cell_words, part_label, shortened, value_lines

__all__ = ["boxes", "svg"]

# Pixels. A full line of a box is LINE wide, with the box's name before it.
LINE, NAMES, HIGH, MARGIN = 224, 66, 24, 14
#: The width of a drawing beside others, and alone.
PANEL, PANEL_ALONE = NAMES + LINE + MARGIN, 480
#: What "+24", the unused end of a register, takes behind a line.
SPARE = 26
#: What one character of the text takes, and a line of it.
CHARACTER, LEADING = 6.2, 15
HEADS = {
    "registers": "registers", "stack": "stack", "memory": "memory", "result": "result", "layout": "in memory", "bits": "bits",
}  # fmt: skip
#: The patterns of kinds, as paths in a square of 6.
PATTERNS = {
    "padding": "M0 6L6 0M-1 1L1 -1M5 7L7 5", "extension": "M0 3H6", "reserved": "M0 0L6 6M0 6L6 0",
}  # fmt: skip


class Panel(NamedTuple):
    """A drawing as elements, and how high it is."""

    elements: list[str]
    height: int


def svg(drawings: Sequence[Drawing]) -> str:
    """An SVG of drawings side by side. What is passed elsewhere on one target than on another is marked with ≠."""
    marked = differing(drawings) if len(drawings) > 1 else frozenset()
    width = PANEL_ALONE if len(drawings) == 1 else PANEL
    name = f"farcall-{zlib.crc32(repr(drawings).encode()):08x}"  # one page may have many
    panels = [_panel(drawing, width, marked, name) for drawing in drawings]
    high = max((panel.height for panel in panels), default=0) + MARGIN
    wide = MARGIN + len(drawings) * (width + MARGIN)
    body = [
        f'<g transform="translate({MARGIN + i * (width + MARGIN)} 0)" role="group" '
        f'aria-label="{escape(f"{drawing.target}, {drawing.convention}")}">{"".join(panel.elements)}</g>'
        for i, (drawing, panel) in enumerate(zip(drawings, panels, strict=True))
    ]
    told = "\n".join(_told(drawing) for drawing in drawings)
    title = " | ".join(dict.fromkeys(drawing.title for drawing in drawings))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" '
        f'role="graphics-document document" aria-labelledby="{name}-title" aria-describedby="{name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(told)}</desc>'
        f"<style>{_style(name)}</style><defs>{_patterns(name)}</defs>"
        f'<rect class="ground" width="{wide}" height="{high}"/>{"".join(body)}</svg>'
    )


def boxes(drawing: Drawing) -> str:
    """The boxes of one drawing alone, as an SVG element for a page that has styles, titles and lists of its own."""
    name = f"farcall-{zlib.crc32(repr(drawing).encode()):08x}"
    made, y = _boxes(drawing, int(PANEL / CHARACTER), 0, name)
    wide, high = NAMES + LINE + SPARE, y + 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="boxes" viewBox="0 0 {wide} {high}" role="group" '
        f'aria-label="{escape(f"{drawing.title} on {drawing.target}")}"><defs>{_patterns(name)}</defs>{"".join(made)}</svg>'
    )


def _told(drawing: Drawing) -> str:
    """All of it in words."""
    values = (" - ".join(value_lines(value)) for value in drawing.values)
    return ". ".join([f"{drawing.title} on {drawing.target}, {drawing.convention}", *values, *drawing.facts])


def _style(name: str) -> str:
    common = (
        f"#{name}{{max-width:100%;height:auto;font:10px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace}}"
        f"#{name} .ground{{stroke:none}}#{name} .head{{font-weight:bold}}#{name} .unused rect{{stroke-dasharray:2 2}}"
        f"#{name} .again rect{{stroke-dasharray:5 2}}#{name} .cell:hover rect{{stroke-width:2}}"
    )
    return common + _colours(name, LIGHT) + f"@media (prefers-color-scheme:dark){{{_colours(name, DARK)}}}"


def _colours(name: str, palette: Palette) -> str:
    made = (
        f"#{name} text{{fill:{palette.text}}}#{name} .quiet{{fill:{palette.quiet}}}"
        f"#{name} rect{{fill:{palette.ground};stroke:{palette.line}}}#{name} pattern path{{stroke:{palette.quiet}}}"
    )
    return made + "".join(f"#{name} .v{i} .body{{fill:{colour}}}" for i, colour in enumerate(palette.values))


def _patterns(name: str) -> str:
    return "".join(
        f'<pattern id="{name}-{kind}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<path d="{path}" fill="none" stroke-width="0.7" opacity="0.6"/></pattern>'
        for kind, path in PATTERNS.items()
    )


def _panel(drawing: Drawing, width: int, marked: frozenset[int], name: str) -> Panel:
    made: list[str] = []
    letters = int(width / CHARACTER)
    y = MARGIN
    for line in [*textwrap.wrap(drawing.title, letters), f"{drawing.target}, {drawing.convention}"]:
        y += LEADING
        made.append(f'<text class="head" x="0" y="{y}">{escape(line)}</text>')
    elements, y = _boxes(drawing, letters, y, name)
    made += elements
    y += 8
    for value in drawing.values:
        first, *others = value_lines(value)
        made.append(
            f'<g class="{colour_class(value.index)}"><rect class="body" x="0" y="{y + 5}" width="10" height="10"/></g>'
        )
        lines = textwrap.wrap((MARK if value.index in marked else "") + first, letters - 3)
        for number, line in enumerate(
            [*lines, *(part for other in others for part in textwrap.wrap(other, letters - 3))]
        ):
            y += LEADING
            quiet = "" if number < len(lines) else ' class="quiet"'
            made.append(f'<text{quiet} x="18" y="{y}">{escape(line)}</text>')
    facts = [*drawing.facts, MEANING] if marked else drawing.facts
    for line in (part for fact in facts for part in textwrap.wrap(fact, letters)):
        y += LEADING
        made.append(f'<text class="quiet" x="0" y="{y}">{escape(line)}</text>')
    return Panel(made, y)


def _boxes(drawing: Drawing, letters: int, y: int, name: str) -> Panel:
    """The boxes with their heads, from `y` on, and where they end."""
    made: list[str] = []
    head = ""
    for box in drawing.boxes:
        own = _own_head(box)
        if own != head:
            y += LEADING + 8
            made.append(f'<text class="quiet" x="0" y="{y}">{escape(shortened(own, letters))}</text>')
            y += 5
            head = own
        for row in rows(box):
            made += _row(drawing, box, row, y, name)
            y += HIGH
    return Panel(made, y)


def _own_head(box: Box) -> str:
    own = box.group in ("memory", "bits") or (box.group == "layout" and box.name.startswith("as "))
    return box.name if own else HEADS[box.group]


def _row(drawing: Drawing, box: Box, row: Row, y: int, name: str) -> list[str]:
    scale = LINE / box.row
    at = row.start // (1 if box.unit == "byte" else 8)
    label = f"+{at}" if not box.bank else box.name if row.start == 0 else ""
    made = [f'<text class="quiet" x="{NAMES - 6}" y="{y + 16}" text-anchor="end">{escape(shortened(label, 9))}</text>']
    for part in row.parts:
        x = NAMES + (0.0 if row.folded else (part.start - row.start) * scale)
        wide = LINE if row.folded else part.size * scale
        made.append(_cell(drawing, box, part, row, x, wide, y, name))
    if row.rest:
        x = NAMES + LINE + 2
        made.append(
            f'<text class="quiet" x="{x}" y="{y + 16}">+{row.rest}<title>{row.rest} bytes more, unused</title></text>'
        )
    return made


def _cell(drawing: Drawing, box: Box, part: Part, row: Row, x: float, wide: float, y: int, name: str) -> str:
    cell = part.cell
    words = escape(cell_words(drawing, box, cell))
    colour = f" {colour_class(cell.value)}" if cell.value >= 0 else ""
    again = " again" if cell.again else ""
    offset = cell.offset + part.start - cell.start if cell.offset >= 0 else -1
    frame = f'x="{x:g}" y="{y}" width="{wide:g}" height="{HIGH}"'
    over = f'<rect {frame} style="fill:url(#{name}-{cell.kind})"/>' if cell.kind in PATTERNS else ""
    shown = escape(part_label(part, row, box, int((wide - 4) / CHARACTER)))
    return (
        f'<g class="cell {cell.kind}{colour}{again}" role="img" aria-label="{words}" data-box="{escape(box.name)}" '
        f'data-group="{box.group}" data-kind="{cell.kind}" data-start="{part.start}" data-size="{part.size}" '
        f'data-value="{cell.value}" data-offset="{offset}"><title>{words}</title>'
        f'<rect class="body" {frame}/>{over}<text x="{x + wide / 2:g}" y="{y + 16}" text-anchor="middle">{shown}</text></g>'
    )
