"""How the frames of generated code are shaped, as each CPU's package says it for unwinders: in one of two ways."""

from __future__ import annotations

from ..ctype import LITTLE, ByteOrder
from ..record import NamedTuple

__all__ = ["Pushed", "Uniform"]


class Pushed(NamedTuple):
    """Frames of a CPU whose calls push the return address, and whose routines push registers below it.

    They differ from routine to routine and from one instruction to the next, and are looked up by the program
    counter.

    numbers         what DWARF calls the registers
    return_address  the column of the return address; in expressions, the program counter of the frame
    word            bytes that a push takes
    bases           what frames are measured from: the stack pointer, which it is at the entry, or a frame pointer
    saved           the registers that frames save, in the order in which they are pushed
    kept            those of them whose values unwinders follow: the ones that a callee keeps
    order           of the bytes of numbers
    """

    numbers: dict[str, int]
    return_address: int
    word: int
    bases: tuple[str, str]
    saved: tuple[str, ...]
    kept: frozenset[str]
    order: ByteOrder = LITTLE

    def depth(self) -> int:
        """How far below the caller's frame (its CFA) the stack pointer is at the entry."""
        return self.word

    def cell(self, position: int, name: str) -> int:
        """How many words below the CFA the register lies that was pushed as the `position`-th, from 0."""
        return position + 2  # the return address is the first


class Uniform(NamedTuple):
    """The one frame that all routines have, on a CPU whose calls leave the return address in a register.

    All generated code is described to unwinders by one entry (see `frames`). Where calls push the return address, the
    entry is an expression that looks the frame up by the program counter, which it finds as that pushed word. Here it
    lies wherever the routine has put it, so an expression cannot find out which routine it is asked about; the entry
    can only say one thing, which has to be true of all routines. Those that call nothing keep no frame: nothing can be
    thrown through them, so nobody asks.

    numbers         what DWARF calls the registers
    return_address  the register that calls leave the return address in, and the column
    word            bytes of a register
    bases           the stack pointer, which frames are measured from at the entry, and the frame pointer
    size            how far above the frame pointer the caller's frame (its CFA) starts
    saved           the registers that frames save, with how many bytes below the CFA; above it, where that is negative
    entry           how far below the CFA the stack pointer is at the entry
    order           of the bytes of numbers
    """

    numbers: dict[str, int]
    return_address: int
    word: int
    bases: tuple[str, str]
    size: int
    saved: dict[str, int]
    entry: int = 0
    order: ByteOrder = LITTLE

    def depth(self) -> int:
        """How far below the caller's frame (its CFA) the stack pointer is at the entry."""
        return self.entry

    def cell(self, position: int, name: str) -> int:
        """How many words below the CFA a register lies."""
        return self.saved[name] // self.word
