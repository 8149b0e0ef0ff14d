"""A line's note: why the instruction is there, and first, where it leads to a label or names an address, that name."""

from __future__ import annotations

from collections.abc import Callable

from ..record import NamedTuple
from .code import Line

__all__ = ["TO", "Naming"]

#: How a note starts that names a label.
TO = "to "


class Naming(NamedTuple):
    """The instructions of a CPU whose notes start with a name: `branches`, by the names of their encoders, with that of a
    label, and those that are `pooled`, which is to say that they reach for an address by name, with that of the address."""

    branches: frozenset[str]
    pooled: Callable[[Line], bool]

    def name(self, line: Line) -> str:
        """The label or the symbol that the note of `line` starts with; else ""."""
        first = line.note.partition(": ")[0]
        if line.encoder.__name__ in self.branches:
            return first[len(TO) :] if first.startswith(TO) else ""
        return first if self.pooled(line) else ""

    def reason(self, line: Line) -> str:
        """The note of `line` without that name."""
        return line.note.partition(": ")[2] if self.name(line) else line.note
