"""Collecting instructions: lines, labels, and the pool of addresses behind the code.

Encoders are pure, so an instruction that refers to a place not yet known is simply encoded again when all places
are: its operands are a function of the distance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..code import Code, Line, Relocation, Unwind

__all__ = ["Assembler"]

Encoder = Callable[..., bytes]
Operands = tuple[Any, ...]


class _Reference(NamedTuple):
    """The line `line` refers to `name`, a label or with `pool` a cell; `operands` gives what the encoder wants for
    a distance counted from `origin`, an offset in the code."""

    line: int
    name: str
    pool: bool
    operands: Callable[[int], Operands]
    origin: int


class Assembler:
    """Code of one routine in the making. `filler` is what stands between the code and its pool, repeated; `word` the
    bytes of an address."""

    def __init__(self, word: int, filler: bytes) -> None:
        self.data = bytearray()
        self.note = ""
        self.unwind: list[Unwind] = []
        self._word = word
        self._filler = filler
        self._lines: list[Line] = []
        self._labels: dict[str, int] = {}
        self._label = ""
        self._references: list[_Reference] = []
        self._cells: dict[str, int] = {}
        self._absolute: list[Relocation] = []

    def emit(self, encoder: Encoder, *operands: Any) -> None:
        """Append one instruction; the pending label and note are its own."""
        self._lines.append(Line(len(self.data), encoder, operands, self._label, self.note))
        self.data += encoder(*operands)
        self._label = self.note = ""

    def label(self, name: str) -> None:
        self._labels[name] = len(self.data)
        self._label = f"{self._label}, {name}" if self._label else name

    def jump(self, encoder: Encoder, *operands: Any, to: str, bits: int = 0, length: int = 0) -> None:
        """A jump whose last operand is the distance in bytes to the label `to`, behind it `bits`, for those that compare
        so many. The distance is from the jump's own start, or with its `length` from its end."""
        self.note = f"to {to}" + (f": {self.note}" if self.note else "")
        width = (bits,) if bits else ()
        self._refer(encoder, lambda distance: (*operands, distance, *width), to, False, len(self.data) + length)

    def pool(
        self, encoder: Encoder, operands: Callable[[int], Operands], symbol: str, *, origin: int | None = None
    ) -> None:
        """An instruction that refers to the pool's cell for `symbol`. `operands` makes the encoder's operands from
        the cell's distance from `origin`, else from the instruction's own start; 0 must be a distance it takes."""
        self.note = symbol + (f": {self.note}" if self.note else "")
        self.cell(symbol)
        self._refer(encoder, operands, symbol, True, len(self.data) if origin is None else origin)

    def absolute(self, encoder: Encoder, *operands: Any, symbol: str) -> None:
        """An instruction that carries the address of `symbol` itself, in its last bytes."""
        self.note = symbol + (f": {self.note}" if self.note else "")
        self.emit(encoder, *operands)
        self._absolute.append(Relocation(len(self.data) - self._word, symbol))

    def cell(self, symbol: str) -> None:
        """A cell of the pool: they lie in the order in which they are named."""
        self._cells.setdefault(symbol, len(self._cells))

    def _refer(self, encoder: Encoder, operands: Callable[[int], Operands], name: str, pool: bool, origin: int) -> None:
        self._references.append(_Reference(len(self._lines), name, pool, operands, origin))
        self.emit(encoder, *operands(0))

    def finish(self, cpu: str) -> Code:
        """Place every reference and append the pool. Raises KeyError for a jump to a label never placed, and the
        encoder's ValueError where a distance is too long for it."""
        data, word = self.data, self._word
        pool = -(-len(data) // 8) * 8
        for number, name, pooled, operands, origin in self._references:
            line = self._lines[number]
            place = pool + word * self._cells[name] if pooled else self._labels[name]
            line = line._replace(operands=operands(place - origin))
            self._lines[number] = line
            encoded = line.encoder(*line.operands)
            data[line.offset : line.offset + len(encoded)] = encoded
        gap = pool - len(data)
        if self._cells:
            data += (self._filler * gap)[:gap] + bytes(word * len(self._cells))
        cells = [Relocation(pool + word * number, name) for name, number in self._cells.items()]
        relocations = (*self._absolute, *cells)
        return Code(cpu, bytes(data), min(pool, len(data)), relocations, tuple(self._lines), tuple(self.unwind))
