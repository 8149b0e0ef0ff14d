"""Arguments of foreign functions by their parameters' names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ... import seed
from ..facts.host import WORD
from .document import parameter_words

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from .function import Description

__all__ = ["call_named", "check_names", "placed"]

#: What says that the place before the arguments may be overwritten, in the word that counts them (PEP 590).
ARGUMENTS_OFFSET = 1 << (8 * WORD - 1)


def call_named(function: Any, arguments: int, nargsf: int, names: tuple[str, ...]) -> Any:
    """Call a foreign function with objects whose addresses lie from `arguments` on: first those by position, whose number
    `nargsf` tells, then those with these names. Raises TypeError as `placed` does."""
    count = nargsf & ~ARGUMENTS_OFFSET
    addresses = memoryview(seed.read(arguments, (count + len(names)) * WORD)).cast("P").tolist()
    values = [seed.object_at(address) for address in addresses]
    named = dict(zip(names, values[count:], strict=True))
    return function(*placed(function.__self__, tuple(values[:count]), named))


def check_names(self: Description, named: Iterable[str]) -> list[str]:
    """The Python names of all parameters. Raises TypeError for a name among `named` that C gives none of them."""
    words, anonymous = parameter_words(self)
    for name in named:
        if name not in words[anonymous:]:
            there = ", ".join(words[anonymous:]) or "none"
            raise TypeError(f"{self.name}() has no parameter {name!r}; by name there are: {there}")
    return words


def placed(
    self: Description,
    args: tuple[object, ...],
    named: Mapping[str, object],
    defaults: Mapping[str, object] | None = None,
) -> tuple[object, ...]:
    """All arguments by position, those without a name first; of a parameter that has none its default. Raises TypeError
    for a name that no parameter has, one that is given by position too, and a parameter that is left out."""
    words = check_names(self, named)
    for name in named:
        if name in words[: len(args)]:
            raise TypeError(f"{self.name}() parameter {name!r} was given by position and by name")
    found, missing = list(args), []
    for name in words[len(args) :]:
        if name in named:
            found.append(named[name])
        elif defaults is not None and name in defaults:
            found.append(defaults[name])
        else:
            missing.append(name)
    if missing:
        raise TypeError(f"{self.name}() lacks {', '.join(map(repr, missing))}: {self.prototype}")
    return tuple(found)
