"""Drawings that belong together, in all forms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .data import data
from .shape import Drawing
from .svg import svg
from .text import WIDEST, text

__all__ = ["Picture"]


class Picture:
    """One or several drawings: `print` shows them as text, a notebook as SVG.

    `drawings` are the shapes. Those of several targets stand side by side, and what is passed otherwise on one than on
    another is marked with ≠.
    """

    __slots__ = ("drawings",)
    drawings: tuple[Drawing, ...]

    def __init__(self, drawings: Iterable[Drawing]) -> None:
        self.drawings = tuple(drawings)

    def text(self, width: int = WIDEST, *, colour: bool = False) -> str:
        """Unicode text of at most `width` characters a line (no fewer than 31); with `colour`, with the escapes of a
        terminal that has 256."""
        return text(self.drawings, width=width, colour=colour)

    def svg(self) -> str:
        """An SVG document that needs no other file: to be written to one, as UTF-8, or put into a page."""
        return svg(self.drawings)

    def data(self) -> dict[str, Any]:
        """The shapes as dictionaries, lists, texts and numbers, as JSON has them."""
        return data(self.drawings)

    def _repr_svg_(self) -> str:
        return self.svg()

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        titles = " | ".join(f"{drawing.title} on {drawing.target}" for drawing in self.drawings)
        return f"<farcall picture of {titles}>"
