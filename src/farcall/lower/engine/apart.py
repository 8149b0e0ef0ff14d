"""An assembler for code whose addresses lie apart from it: in an image, where pages that run are never written, not even
by the dynamic linker."""

from __future__ import annotations

from collections.abc import Callable

from ..code import CellReference, Code
from .assembler import Assembler, Encoder, Operands, turned

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

    from .machine import Machine

__all__ = ["Apart"]


class Apart(Assembler):
    """Has no pool: what reads a cell is made when it is known where the code and the cell will lie."""

    repeats: ClassVar[bool] = False

    def __init__(self, machine: type[Machine]) -> None:
        super().__init__(machine)
        self._apart: list[CellReference] = []

    def pool(
        self, encoder: Encoder, operands: Callable[[int], Operands], symbol: str, *, origin: int | None = None
    ) -> None:
        start = len(self.data)
        self.emit(encoder, *operands(0))
        counted = len(self.data) if self._machine.counts_from_end else start
        ahead = (counted if origin is None else max(origin, 0)) - start  # START is 0

        def encode(here: int, cell: int) -> bytes:
            code = encoder(*operands(cell - here - ahead))
            return turned(code) if self._machine.turned else code

        self._apart.append(CellReference(start, symbol, encode))

    def read_cell(self, encode: Callable[[int, int], bytes], symbol: str) -> None:
        """An instruction that is made of its own address and that of the cell for `symbol`; 0 and 0 will do."""
        self._apart.append(CellReference(len(self.data), symbol, encode))
        self.data += encode(0, 0)

    def absolute(self, encoder: Encoder, *operands: Any, symbol: str) -> None:
        """No instruction here has an address in it. TypeError."""
        raise TypeError(f"an image's code cannot contain the address of {symbol}")

    def finish(self) -> Code:
        return super().finish()._replace(cells=tuple(self._apart))
