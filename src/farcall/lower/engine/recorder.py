"""An assembler that keeps what each line is and why it is there, for listings."""

from __future__ import annotations

from collections.abc import Callable

from ..code import Code, Line
from ..note import TO
from .assembler import Assembler, Encoder, Operands

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from .machine import Machine

__all__ = ["Recorder"]


class Recorder(Assembler):
    """Each line has the label and the note that were pending, and the value that is being moved. The note of a line that
    leads to a label or names an address starts with that name."""

    repeats: ClassVar[bool] = False

    def __init__(self, machine: type[Machine]) -> None:
        super().__init__(machine)
        self._lines: list[Line] = []
        self._numbers: dict[int, int] = {}  # of lines, by their offsets
        self._label = ""

    def emit(self, encoder: Encoder, *operands: Any) -> None:
        offset = len(self.data)
        self._numbers[offset] = len(self._lines)
        self._lines.append(Line(offset, encoder, operands, self._label, self.note, self.moved))
        self._label = self.note = ""
        super().emit(encoder, *operands)

    def label(self, name: str) -> None:
        self._label = f"{self._label}, {name}" if self._label else name
        super().label(name)

    def jump(self, encoder: Encoder, *operands: Any, to: str, bits: int = 0) -> None:
        self._name(TO + to)
        super().jump(encoder, *operands, to=to, bits=bits)

    def pool(
        self, encoder: Encoder, operands: Callable[[int], Operands], symbol: str, *, origin: int | None = None
    ) -> None:
        self._name(symbol)
        super().pool(encoder, operands, symbol, origin=origin)

    def absolute(self, encoder: Encoder, *operands: Any, symbol: str) -> None:
        self._name(symbol)
        super().absolute(encoder, *operands, symbol=symbol)

    def finish(self) -> Code:
        code = super().finish()
        return code._replace(lines=tuple(self._lines))

    def _name(self, name: str) -> None:
        self.note = name + (f": {self.note}" if self.note else "")

    def _patch(
        self, start: int, end: int, encoder: Encoder, operands: Callable[[int], Operands], distance: int
    ) -> None:
        super()._patch(start, end, encoder, operands, distance)
        number = self._numbers[start]
        self._lines[number] = self._lines[number]._replace(operands=operands(distance))
