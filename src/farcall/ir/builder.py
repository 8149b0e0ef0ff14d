"""Writing a routine: instructions in order, the unlikely ones out of line at the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import chain

from ..convention.placement import Placement
from ..record import NamedTuple
from .instruction import Branch, Instruction, Jump, Label, Local, Register, Routine

__all__ = ["Builder", "Passage"]

#: Locals are alike in most routines.
_local = lru_cache(maxsize=256)(Local)


class Passage(NamedTuple):
    """A part of routines that was written once: what goes to the main line, and what to the end, behind its label."""

    steps: tuple[Instruction, ...]
    asides: tuple[tuple[str, tuple[Instruction, ...]], ...]


class Builder:
    """Collects the instructions of one routine; `live_in` are the registers that hold something at its start.

    `add` appends to the main line. `aside(label, write)` puts off a part that is seldom run: it is written
    after the main line, so that the likely path stays straight. What is the same in many routines may be written once, by a
    builder of its own whose labels have a `mark` that no other's have: as a `passage`, which others `put` into theirs.
    """

    def __init__(self, name: str, placement: Placement, live_in: tuple[Register, ...] = (), mark: str = "") -> None:
        self.name = name
        self.placement = placement
        self.live_in = live_in
        self.mark = mark
        self._steps: list[Instruction] = []
        self._asides: list[tuple[str, Callable[[], None] | tuple[Instruction, ...]]] = []
        self._locals = 0
        self._labels = 0

    def add(self, *instructions: Instruction) -> None:
        self._steps += instructions

    def local(self, size: int = 8, align: int = 8) -> Local:
        """A new slot in the frame."""
        self._locals += 1
        return _local(self._locals, size, align)

    def label(self, word: str) -> str:
        """A new label that starts with `word`."""
        self._labels += 1
        return f"{word}_{self.mark}{self._labels}"

    def aside(self, label: str, write: Callable[[], None]) -> None:
        """Have `write` add its instructions behind `label`, after the main line."""
        self._asides.append((label, write))

    def put(self, passage: Passage) -> None:
        """Append what was written before."""
        self._steps += passage.steps
        self._asides += passage.asides

    def passage(self) -> Passage:
        """What was written, for other routines. It has no locals of its own."""
        assert self.mark
        assert not self._locals
        main, *asides = _reached(self._parts())
        return Passage(tuple(main), tuple([(part[0].name, tuple(part[1:])) for part in asides]))  # type: ignore[union-attr]

    def finish(self) -> Routine:
        """The routine. Asides come in the order in which they were put off; one that nothing leads to is left out."""
        steps = tuple(chain.from_iterable(_reached(self._parts())))
        return Routine(self.name, self.placement, steps, self.live_in)

    def _parts(self) -> list[list[Instruction]]:
        """The main line and the asides, written."""
        parts = [self._steps]
        for label, write in self._asides:  # which grows meanwhile: an aside may put off a further one
            self._steps = [Label(label)]
            parts.append(self._steps)
            if type(write) is tuple:
                self._steps += write
            else:
                write()  # type: ignore[operator]
        return parts


def _reached(parts: list[list[Instruction]]) -> list[list[Instruction]]:
    """The first part, and those that it leads to."""
    home: dict[str, int] = {}
    leads: list[list[str]] = []
    for number, part in enumerate(parts):
        there: list[str] = []
        for step in part:
            kind = type(step)
            if kind is Label:
                home[step.name] = number  # type: ignore[union-attr]
            elif kind is Branch or kind is Jump:
                there.append(step.label)  # type: ignore[union-attr]
        leads.append(there)
    found, waiting = {0}, [0]
    while waiting:
        for label in leads[waiting.pop()]:
            number = home.get(label, 0)
            if number not in found:
                found.add(number)
                waiting.append(number)
    return [parts[number] for number in sorted(found)]
