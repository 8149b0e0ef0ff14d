"""What is passed elsewhere on one target than on another."""

from __future__ import annotations

from collections.abc import Sequence

from .shape import Drawing

__all__ = ["MARK", "MEANING", "differing"]

#: What such a value is marked with, and what that means.
MARK, MEANING = "≠ ", "≠ not alike on all of these targets"


def differing(drawings: Sequence[Drawing]) -> frozenset[int]:
    """The values, by index, that are not passed in the same way in all of the drawings.

    Names of registers are always other ones, and do not count: what does is in which bank or on the stack each byte is,
    whether by reference, and how it is widened; of a member, where it lies.
    """
    ways: dict[int, set[tuple[str, ...]]] = {}
    for drawing in drawings:
        for value in drawing.values:
            ways.setdefault(value.index, set()).add((str(value.size), *value.way))
    return frozenset(index for index, found in ways.items() if len(found) > 1)
