"""The colours of an SVG: for light and for dark, told apart by the colour-blind, and readable with text on them."""

from __future__ import annotations

from ..record import NamedTuple

__all__ = ["DARK", "LIGHT", "Palette", "colour_class"]


class Palette(NamedTuple):
    """Colours as `#rrggbb`: of text, of text that says less, of the ground and of lines; of values, the result's first."""

    text: str
    quiet: str
    ground: str
    line: str
    values: tuple[str, ...]


#: Tints of Okabe and Ito's eight.
LIGHT = Palette(
    "#111111", "#555555", "#ffffff", "#444444",
    ("#d9d9d9", "#f5c778", "#aedcf7", "#8fdabf", "#f5f0a0", "#a6c8ea", "#f3b48f", "#eabfd8"),
)  # fmt: skip
DARK = Palette(
    "#f5f5f5", "#b8b8b8", "#16181c", "#9a9a9a",
    ("#4d4d4d", "#7d5200", "#1c5a85", "#00614a", "#605b00", "#17477f", "#8a3d00", "#77405f"),
)  # fmt: skip


def colour_class(index: int) -> str:
    """The class of the cells of a value; colours come again after the last, and labels tell them apart."""
    return f"v{0 if index == 0 else 1 + (index - 1) % (len(LIGHT.values) - 1)}"
