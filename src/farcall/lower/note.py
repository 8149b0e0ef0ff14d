"""A line's note: why the instruction is there, and first, where it leads to a label or names an address, that name."""

from __future__ import annotations

from collections.abc import Set

from .code import Line

__all__ = ["TO", "named", "rest"]

#: How a note starts that names a label.
TO = "to "


def named(line: Line, branches: Set[str], *, pooled: bool) -> str:
    """The label of an instruction that is one of `branches`, or the symbol of one that is `pooled`, which is to say that it
    reaches for an address by its name; else ""."""
    first = line.note.partition(": ")[0]
    if line.encoder.__name__ in branches:
        return first[len(TO) :] if first.startswith(TO) else ""
    return first if pooled else ""


def rest(line: Line, name: str) -> str:
    """The note without its `name`; all of it where that is ""."""
    return line.note.partition(": ")[2] if name else line.note
