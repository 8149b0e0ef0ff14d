"""The bound functions of a library, or those of none."""

from __future__ import annotations

from weakref import WeakSet, ref

from ...ctype.facts import until_forgotten

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .function import Description
    from .pattern import Pattern

__all__ = ["OTHERS", "Functions", "all_functions"]

#: How many patterns a library keeps.
MOST_PATTERNS = 1024


class Functions:
    """`places` are the words that lead functions to their code, by the address of the description: see `reach`. `patterns` has
    what functions of the same type have in common, by the identity of the type, which the pattern keeps, and the options."""

    __slots__ = ("__weakref__", "keeps_patterns", "patterns", "places", "references")

    def __init__(self, keeps_patterns: bool) -> None:
        self.keeps_patterns = keeps_patterns
        self.references: set[ref[Description]] = set()
        self.places: dict[int, int] = {}
        self.patterns: dict[tuple[object, ...], Pattern] = {}
        _all.add(self)
        until_forgotten(self)

    def keep(self, key: tuple[object, ...], pattern: Pattern) -> None:
        """Keep a pattern, until the facts of types are forgotten or there are too many."""
        if len(self.patterns) >= MOST_PATTERNS:
            self.forget()
        self.patterns[key] = pattern

    def forget(self) -> None:
        """Drop the patterns."""
        self.patterns = {}

    def __iter__(self) -> Iterator[Description]:
        """Those that are still there."""
        return iter([found for reference in list(self.references) if (found := reference()) is not None])


_all: WeakSet[Functions] = WeakSet()
#: Those of no library.
OTHERS = Functions(False)


def all_functions() -> list[Description]:
    """All bound functions that are still there."""
    return [function for functions in list(_all) for function in functions]
