"""What lowering gives: position-independent bytes, the addresses they wait for, and the story of each line."""

from __future__ import annotations

from collections.abc import Callable

from ..record import NamedTuple

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["CellReference", "Code", "Line", "Listed", "Moved", "Relocation", "Unwind"]


class Relocation(NamedTuple):
    """A pointer-sized cell at `offset` that wants the absolute address called `name`."""

    offset: int
    name: str


class CellReference(NamedTuple):
    """An instruction at `offset` that reads the cell for `name`, which lies apart from the code: `encode` makes it of its
    own address and the cell's."""

    offset: int
    name: str
    encode: Callable[[int, int], bytes]


class Moved(NamedTuple):
    """A value that an instruction moves: that of the function called `of`, "" for the routine's own. 0 is the result, and
    arguments count from 1."""

    of: str
    value: int


class Line(NamedTuple):
    """One instruction: where it starts, the encoder and operands that made it, its label and its reason; and where it is
    one of those that take a value to its place, or from there, which value."""

    offset: int
    encoder: Callable[..., bytes]
    operands: tuple[object, ...]
    label: str
    note: str
    moved: Moved | None = None

    def given(self) -> dict[str, Any]:
        """The encoder's parameters by name, in order, with the defaults of those not given."""
        code = self.encoder.__code__
        names = code.co_varnames[: code.co_argcount]
        defaults: tuple[object, ...] = self.encoder.__defaults__ or ()
        missing = len(names) - len(self.operands)
        values = self.operands + (defaults[-missing:] if missing else ())
        return dict(zip(names, values, strict=True))


class Listed(NamedTuple):
    """A line of a listing: the offset, the bytes as hexadecimal digits, the instruction, why it is there, the labels before
    it, and the value that it moves."""

    offset: int
    data: str
    text: str
    note: str = ""
    label: str = ""
    moved: Moved | None = None


class Unwind(NamedTuple):
    """From `offset` on, the caller's frame starts `depth` bytes above the register `base`, and the registers in
    `saved` are saved: right below the return address, first pushed first, or each in its place of the frame that all
    routines of the CPU have."""

    offset: int
    depth: int
    saved: tuple[str, ...]
    base: str


class Code(NamedTuple):
    """Machine code: `data`, of which [pool, end) are address cells; nothing in it depends on where it lies.

    `unwind` has a record for each change of the frame, the first at offset 0. It may be empty where all frames of the
    CPU are alike (see `unwinding`): then that is the frame from the first byte to the last. `lines` are there for
    those who asked for them. Code that was lowered with its cells apart has no pool and no relocations, but `cells`.
    """

    cpu: str
    data: bytes
    pool: int
    relocations: tuple[Relocation, ...]
    unwind: tuple[Unwind, ...]
    lines: tuple[Line, ...] = ()
    cells: tuple[CellReference, ...] = ()
