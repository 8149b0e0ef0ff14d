"""Collecting instructions: bytes, labels, and the pool of addresses behind the code.

Encoders are pure, so an instruction that refers to a place not yet known is simply encoded again when all places
are: its operands are a function of the distance. For the same reason most instructions are looked up, not encoded:
routines are much alike.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from ..code import Code, Moved, Relocation, Unwind
from .snippet import Reference, Row, Snippet

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar, TypeAlias

    from .machine import Machine

__all__ = ["START", "Assembler", "Encoder", "Operands", "turned"]

Encoder = Callable[..., bytes]
Operands: TypeAlias = "tuple[Any, ...]"


#: The origin of distances that are counted from the routine's start; far below all others, also those in snippets.
START = -(1 << 60)


def turned(code: bytes | bytearray) -> bytes:
    """Instructions of 4 bytes each, as a CPU of the other byte order reads them."""
    there = bytearray(len(code))
    for byte in range(4):
        there[byte::4] = code[3 - byte :: 4]
    return bytes(there)


@lru_cache(maxsize=512)  # the instructions that routines have in common: most come in snippets, and never here
def _encoded(encoder: Encoder, *operands: Any) -> bytes:
    return encoder(*operands)


class Assembler:
    """Code of one routine in the making, for a CPU. It takes no notice of `note` and `moved`: see `recorder`."""

    #: Whether all that an instruction becomes is in a snippet.
    repeats: ClassVar[bool] = True

    def __init__(self, machine: type[Machine]) -> None:
        self.data = bytearray()
        self.note = ""
        self.moved: Moved | None = None
        self._machine = machine
        self._unwind: list[Unwind] = []
        #: What `frame` was told.
        self.rows: list[Row] = []
        self.labels: dict[str, int] = {}
        #: What instructions of the routine refer to: where one begins, its references, and what those without a name lead to.
        self.references: list[tuple[int, tuple[Reference, ...], str]] = []
        self.cells: dict[str, int] = {}
        self.absolutes: list[Relocation] = []

    def emit(self, encoder: Encoder, *operands: Any) -> None:
        """Append one instruction."""
        self.data += _encoded(encoder, *operands)

    def label(self, name: str) -> None:
        self.labels[name] = len(self.data)

    def jump(self, encoder: Encoder, *operands: Any, to: str, bits: int = 0) -> None:
        """A jump whose last operand is the distance in bytes to the label `to`, behind it `bits`, for those that
        compare so many."""
        width = (bits,) if bits else ()
        self._refer(encoder, lambda distance: (*operands, distance, *width), to, pooled=False)

    def lead(self, encoder: Encoder, operands: Callable[[int], Operands], label: str, *, origin: int) -> None:
        """One of several instructions that together lead to the label: `operands` makes the encoder's from its distance from
        `origin`."""
        self._refer(encoder, operands, label, pooled=False, origin=origin)

    def pool(
        self, encoder: Encoder, operands: Callable[[int], Operands], symbol: str, *, origin: int | None = None
    ) -> None:
        """An instruction that refers to the pool's cell for `symbol`. `operands` makes the encoder's operands from
        the cell's distance from `origin`, which may be START, else from where the CPU counts from; 0 must be a distance it
        takes."""
        self.cell(symbol)
        self._refer(encoder, operands, symbol, pooled=True, origin=origin)

    def absolute(self, encoder: Encoder, *operands: Any, symbol: str) -> None:
        """An instruction that carries the address of `symbol` itself, in its last bytes."""
        self.emit(encoder, *operands)
        self.absolutes.append(Relocation(len(self.data) - self._machine.word, symbol))

    def cell(self, symbol: str) -> None:
        """A cell of the pool: they lie in the order in which they are named."""
        self.cells.setdefault(symbol, len(self.cells))

    def frame(self, depth: int, saved: tuple[str, ...], base: str, at: int = -1) -> None:
        """From here on, or from `at`, the caller's frame starts `depth` bytes above `base`, with these registers saved (see
        Unwind). Nothing is noted twice."""
        at, rows = len(self.data) if at < 0 else at, self._unwind
        self.rows.append((at, depth, saved, base))
        if rows and rows[-1][1:] == (depth, saved, base):
            return  # as it was: nearly always
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
        self.references.append((0, ((start, end, encoder, operands, name, pooled, origin),), ""))

    def mark(self) -> tuple[int, ...]:
        """Where an instruction begins, for `since`."""
        return len(self.data), len(self.references), len(self.absolutes), len(self.labels), len(self.rows)

    def since(self, mark: tuple[int, ...], label: str, things: object) -> Snippet | None:
        """What was written since, to be written again; None if it cannot be. `label` is the instruction's own."""
        start, reference, absolute, labels, row = mark
        if len(self.labels) != labels:
            return None
        references = []
        for at, some, _ in self.references[reference:]:
            for first, end, encoder, operands, name, pooled, origin in some:
                to, shift = "" if name == label and not pooled else name, at - start
                counted = origin if origin == START else origin + shift
                references.append((first + shift, end + shift, encoder, operands, to, pooled, counted))
        return Snippet(
            bytes(self.data[start:]),
            tuple(references),
            tuple([name for _, _, _, _, name, pooled, _ in references if pooled]),
            tuple([(offset - start, name) for offset, name in self.absolutes[absolute:]]),
            tuple([(at - start, depth, saved, base) for at, depth, saved, base in self.rows[row:]]),
            things,
        )

    def finish(self) -> Code:
        """Place every reference and append the pool. Raises KeyError for a jump to a label never placed, and the
        encoder's ValueError where a distance is too long for it."""
        data, word, filler = self.data, self._machine.word, self._machine.filler
        pool = -(-len(data) // 8) * 8
        labels, cells, patch, width = self.labels, self.cells, self._patch, self._machine.distance
        distances = width.pack_into if width is not None and self.repeats else None
        for at, references, label in self.references:
            for start, end, encoder, operands, name, pooled, origin in references:
                distance = pool + word * cells[name] if pooled else labels[name or label]
                if origin != START:
                    distance -= at + origin
                if distances is not None:
                    distances(data, at + end - width.size, distance)  # type: ignore[union-attr]
                else:
                    patch(at + start, at + end, encoder, operands, distance)
        gap = pool - len(data)
        if self.cells:
            data += (filler * gap)[:gap] + bytes(word * len(self.cells))
        if self._machine.turned:
            data = bytearray(turned(data))
        pooled_cells = [Relocation(pool + word * number, name) for name, number in cells.items()]
        relocations = (*self.absolutes, *pooled_cells)
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
