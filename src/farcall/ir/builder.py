"""Writing a routine: steps in order, the unlikely ones out of line at the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from ..convention.placement import Placement
from .instruction import Instruction, Label, Local, Routine

__all__ = ["Builder"]


class Builder:
    """Collects the steps of one routine.

    `add` appends to the main line. `aside(label, write)` puts off a part that is seldom run: it is written
    after the main line, so that the likely path stays straight.
    """

    def __init__(self, name: str, placement: Placement) -> None:
        self.name = name
        self.placement = placement
        self._steps: list[Instruction] = []
        self._asides: deque[tuple[str, Callable[[], None]]] = deque()
        self._locals = 0
        self._labels = 0

    def add(self, *steps: Instruction) -> None:
        self._steps += steps

    def local(self, size: int = 8, align: int = 8) -> Local:
        """A new slot in the frame."""
        self._locals += 1
        return Local(self._locals, size, align)

    def label(self, word: str) -> str:
        """A new label that starts with `word`."""
        self._labels += 1
        return f"{word}_{self._labels}"

    def aside(self, label: str, write: Callable[[], None]) -> None:
        """Have `write` add its steps behind `label`, after the main line."""
        self._asides.append((label, write))

    def finish(self) -> Routine:
        while self._asides:  # an aside may put off a further one
            label, write = self._asides.popleft()
            self.add(Label(label))
            write()
        return Routine(self.name, self.placement, tuple(self._steps))
