"""Collecting instructions: bytes, labels, and the pool of addresses behind the code.

Encoders are pure, so an instruction that refers to a place not yet known is simply encoded again when all places
are: its operands are a function of the distance. For the same reason most instructions are looked up, not encoded:
routines are much alike.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..code import Code, Moved, Relocation, Unwind

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["Assembler", "Encoder", "Operands"]

Encoder = Callable[..., bytes]
Operands = tuple[Any, ...]


@lru_cache(maxsize=4096)
def _encoded(encoder: Encoder, *operands: Any) -> bytes:
    return encoder(*operands)


class Assembler:
    """Code of one routine in the making, for a CPU. It takes no notice of `note` and `moved`: see `recorder`."""

    def __init__(self, machine: type[Machine]) -> None:
        self.data = bytearray()
        self.note = ""
        self.moved: Moved | None = None
        self._machine = machine
        self._unwind: list[Unwind] = []
        self._labels: dict[str, int] = {}
        #: Where an instruction starts and ends, what encodes it from a distance, the label or cell that this leads to,
        #: whether it is a cell, and where the distance counts from.
        self._references: list[tuple[int, int, Encoder, Callable[[int], Operands], str, bool, int]] = []
        self._cells: dict[str, int] = {}
        self._absolute: list[Relocation] = []

    def emit(self, encoder: Encoder, *operands: Any) -> None:
        """Append one instruction."""
        self.data += _encoded(encoder, *operands)

    def label(self, name: str) -> None:
        self._labels[name] = len(self.data)

    def jump(self, encoder: Encoder, *operands: Any, to: str, bits: int = 0) -> None:
        """A jump whose last operand is the distance in bytes to the label `to`, behind it `bits`, for those that
        compare so many."""
        width = (bits,) if bits else ()
        self._refer(encoder, lambda distance: (*operands, distance, *width), to, pooled=False)

    def pool(
        self, encoder: Encoder, operands: Callable[[int], Operands], symbol: str, *, origin: int | None = None
    ) -> None:
        """An instruction that refers to the pool's cell for `symbol`. `operands` makes the encoder's operands from
        the cell's distance from `origin`, else from where the CPU counts from; 0 must be a distance it takes."""
        self.cell(symbol)
        self._refer(encoder, operands, symbol, pooled=True, origin=origin)

    def absolute(self, encoder: Encoder, *operands: Any, symbol: str) -> None:
        """An instruction that carries the address of `symbol` itself, in its last bytes."""
        self.emit(encoder, *operands)
        self._absolute.append(Relocation(len(self.data) - self._machine.word, symbol))

    def cell(self, symbol: str) -> None:
        """A cell of the pool: they lie in the order in which they are named."""
        self._cells.setdefault(symbol, len(self._cells))

    def frame(self, depth: int, saved: tuple[str, ...], base: str) -> None:
        """From here on the caller's frame starts `depth` bytes above `base`, with these registers saved (see Unwind).

        Nothing is noted twice.
        """
        at, rows = len(self.data), self._unwind
        if rows and rows[-1].offset == at:
            rows.pop()
        if not rows or rows[-1][1:] != (depth, saved, base):
            rows.append(Unwind(at, depth, saved, base))

    def _refer(
        self,
        encoder: Encoder,
        operands: Callable[[int], Operands],
        name: str,
        *,
        pooled: bool,
        origin: int | None = None,
    ) -> None:
        start = len(self.data)
        self.emit(encoder, *operands(0))
        end = len(self.data)
        if origin is None:
            origin = end if self._machine.counts_from_end else start
        self._references.append((start, end, encoder, operands, name, pooled, origin))

    def finish(self) -> Code:
        """Place every reference and append the pool. Raises KeyError for a jump to a label never placed, and the
        encoder's ValueError where a distance is too long for it."""
        data, word, filler = self.data, self._machine.word, self._machine.filler
        pool = -(-len(data) // 8) * 8
        for start, end, encoder, operands, name, pooled, origin in self._references:
            place = pool + word * self._cells[name] if pooled else self._labels[name]
            self._patch(start, end, encoder, operands, place - origin)
        gap = pool - len(data)
        if self._cells:
            data += (filler * gap)[:gap] + bytes(word * len(self._cells))
        cells = [Relocation(pool + word * number, name) for name, number in self._cells.items()]
        relocations = (*self._absolute, *cells)
        return Code(self._machine.cpu, bytes(data), min(pool, len(data)), relocations, tuple(self._unwind))

    def _patch(
        self, start: int, end: int, encoder: Encoder, operands: Callable[[int], Operands], distance: int
    ) -> None:
        """Put the distance into an instruction: where the CPU has it apart in the last bytes, there; else the
        instruction is encoded again."""
        if self._machine.distance is None:
            self.data[start:end] = encoder(*operands(distance))
        else:
            self._machine.distance.pack_into(self.data, end - self._machine.distance.size, distance)
