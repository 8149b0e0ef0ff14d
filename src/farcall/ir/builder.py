"""Writing a routine: instructions in order, the unlikely ones out of line at the end."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from ..convention.placement import Placement
from .instruction import Branch, Instruction, Jump, Label, Local, Register, Routine

__all__ = ["Builder"]


class Builder:
    """Collects the instructions of one routine; `live_in` are the registers that hold something at its start.

    `add` appends to the main line. `aside(label, write)` puts off a part that is seldom run: it is written
    after the main line, so that the likely path stays straight.
    """

    def __init__(self, name: str, placement: Placement, live_in: tuple[Register, ...] = ()) -> None:
        self.name = name
        self.placement = placement
        self.live_in = live_in
        self._steps: list[Instruction] = []
        self._asides: list[tuple[str, Callable[[], None]]] = []
        self._locals = 0
        self._labels = 0

    def add(self, *instructions: Instruction) -> None:
        self._steps += instructions

    def local(self, size: int = 8, align: int = 8) -> Local:
        """A new slot in the frame."""
        self._locals += 1
        return Local(self._locals, size, align)

    def label(self, word: str) -> str:
        """A new label that starts with `word`."""
        self._labels += 1
        return f"{word}_{self._labels}"

    def aside(self, label: str, write: Callable[[], None]) -> None:
        """Have `write` add its instructions behind `label`, after the main line."""
        self._asides.append((label, write))

    def finish(self) -> Routine:
        """The routine. Asides come in the order in which they were put off; one that nothing leads to is left out."""
        parts = [self._steps]
        for label, write in self._asides:  # which grows meanwhile: an aside may put off a further one
            self._steps = [Label(label)]
            parts.append(self._steps)
            write()
        return Routine(self.name, self.placement, tuple(_reached(parts)), self.live_in)


def _reached(parts: list[list[Instruction]]) -> list[Instruction]:
    """The instructions of the first part, and of those that it leads to."""
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
    return list(chain.from_iterable(parts[number] for number in sorted(found)))
