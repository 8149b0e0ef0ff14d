"""Collecting instructions: bytes, labels, jumps to be patched, and the pool of addresses behind the code."""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from ...encode.x86_64 import Rip
from ..code import Code, Line, Relocation, Unwind

__all__ = ["Assembler"]

_DISPLACEMENT = Struct("<i").pack_into
POOL_CELL = 8


class Assembler:
    """Code of one routine in the making.

    Every jump and every pool access has a 32-bit displacement in its last four bytes (`emit_pool` is not used
    with instructions that carry an immediate behind it), so both are patched alike when all is placed.
    """

    def __init__(self) -> None:
        self.data = bytearray()
        self.note = ""
        self._lines: list[Line] = []
        self._unwind: list[Unwind] = []
        self._labels: dict[str, int] = {}
        self._label = ""
        self._jumps: list[tuple[int, str]] = []
        self._pool: dict[str, list[int]] = {}

    def emit(self, encoder: Callable[..., bytes], *operands: object) -> None:
        """Append one instruction; the pending label and note are its own."""
        self._lines.append(Line(len(self.data), encoder, operands, self._label, self.note))
        self.data += encoder(*operands)
        self._label = self.note = ""

    def label(self, name: str) -> None:
        self._labels[name] = len(self.data)
        self._label = f"{self._label}, {name}" if self._label else name

    def jump(self, encoder: Callable[..., bytes], *operands: object, to: str) -> None:
        """A jump whose last operand is a displacement: `encoder(*operands, 0)`, patched later."""
        self.note = f"to {to}" + (f": {self.note}" if self.note else "")
        self.emit(encoder, *operands, 0)
        self._jumps.append((len(self.data), to))

    def emit_pool(self, encoder: Callable[..., bytes], *operands: object, symbol: str) -> None:
        """An instruction whose last operand is the pool's cell for `symbol`."""
        self.note = f"{symbol}" + (f": {self.note}" if self.note else "")
        self.emit(encoder, *operands, Rip(0))
        self._pool.setdefault(symbol, []).append(len(self.data))

    def cell(self, symbol: str) -> None:
        """A cell of the pool that no instruction here reads: cells lie in the order in which they are named."""
        self._pool.setdefault(symbol, [])

    def frame(self, depth: int, saved: tuple[str, ...], base: str = "rsp") -> None:
        """From here on the frame is `depth` bytes deep, with these registers saved (see Unwind)."""
        self._unwind.append(Unwind(len(self.data), depth, saved, base))

    def finish(self, cpu: str) -> Code:
        """Patch all displacements and append the pool. Raises KeyError for a jump to a label never placed."""
        data = self.data
        for end, name in self._jumps:
            _DISPLACEMENT(data, end - 4, self._labels[name] - end)
        pool = -(-len(data) // POOL_CELL) * POOL_CELL
        data += b"\xcc" * (pool - len(data))
        relocations = []
        for name, ends in self._pool.items():
            offset = len(data)
            for end in ends:
                _DISPLACEMENT(data, end - 4, offset - end)
            relocations.append(Relocation(offset, name))
            data += bytes(POOL_CELL)
        return Code(cpu, bytes(data), pool, tuple(relocations), tuple(self._lines), tuple(self._unwind))
