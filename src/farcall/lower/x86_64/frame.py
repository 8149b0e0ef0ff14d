"""The frame of a routine: pushed registers, locals, and room for the arguments of the calls it makes.

    rsp + 0                  outgoing arguments, as large as the largest call needs, with the copies it refers to
    rsp + outgoing           locals
    rsp + size - 16 * kept   vector registers, first kept last
    rsp + size               pushed registers, last pushed first
    rsp + size + 8 * saved   return address
    above                    the routine's own stack arguments

`size` keeps rsp a multiple of 16 at every call (psABI 1.0, §3.2.2). A call that wants more, for vectors of 32 or
64 bytes on the stack, gets it from an aligned frame: rbp, pushed last, remembers where rsp was.

A routine that is itself called as Win64 has it keeps rdi, rsi and xmm6 to xmm15 for its caller, as far as it or
what it calls changes them. Unwinders of System V know nothing of kept vector registers and restore none.
"""

from __future__ import annotations

from typing import NamedTuple

from ...ctype import DataModel
from ...encode.x86_64 import RBP, RSP, Mem
from ...ir.instruction import Invoke, Local, Routine
from ..frame_layout import frame_layout
from .registers import BANKS, CLOBBERED, SAVED

__all__ = ["Frame", "frame_of"]

VECTOR = 16  # bytes that Win64 has kept of a vector register


class Frame(NamedTuple):
    """`size` bytes below the pushed registers: `saved`, by the stub's names, then `general` ones that the caller
    wants kept, as `vector` ones are; `offsets` of locals by their index."""

    size: int
    saved: tuple[str, ...]
    offsets: dict[int, int]
    align: int = 16
    general: tuple[str, ...] = ()
    vector: tuple[str, ...] = ()

    def local(self, local: Local, offset: int = 0) -> Mem:
        """Where a local, or a byte inside it, lies."""
        return Mem(RSP, self.offsets[local.number] + offset)

    def incoming(self, offset: int) -> Mem:
        """Where the routine's own stack argument at `offset` lies."""
        if self.align > 16:
            return Mem(RBP, 8 * len(self.pushed) + 8 + offset)
        return Mem(RSP, self.depth + offset)

    @property
    def kept(self) -> tuple[tuple[int, Mem], ...]:
        """The vector registers that are kept, and where."""
        top = Mem(RBP, 0) if self.align > 16 else Mem(RSP, self.size)
        return tuple(
            (BANKS[name], top._replace(disp=top.disp - VECTOR * count)) for count, name in enumerate(self.vector, 1)
        )

    @property
    def pushed(self) -> tuple[str, ...]:
        """The registers to push, in order, by the names unwinding knows them by."""
        names = (*(SAVED[name] for name in self.saved), *self.general)
        return (*names, "rbp") if self.align > 16 else names

    @property
    def depth(self) -> int:
        """Bytes from rsp to the caller's frame, where rsp is not aligned anew."""
        return self.size + 8 * (len(self.saved) + len(self.general)) + 8


def frame_of(routine: Routine, model: DataModel) -> Frame:
    """The frame that the steps of `routine` need."""
    offsets, top, align, saved, calls = frame_layout(routine, model)
    general, vector = _kept(routine)
    top += VECTOR * len(vector)
    if not top and not calls:
        return Frame(0, saved, offsets, general=general)
    if align > 16:
        return Frame(-(-top // align) * align, saved, offsets, align, general, vector)
    above = 8 * (len(saved) + len(general)) + 8
    return Frame(-(-(top + above) // 16) * 16 - above, saved, offsets, align, general, vector)


def _kept(routine: Routine) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The general and the vector registers that the routine's caller wants kept and the routine may change."""
    wanted = routine.placement.preserved
    if not wanted:
        return (), ()
    safe = set(wanted).intersection(*(s.placement.preserved for s in routine.steps if isinstance(s, Invoke)))
    kept = [register for register in wanted if register not in safe or register.name in CLOBBERED]

    def of(bank: str) -> tuple[str, ...]:
        return tuple(register.name for register in kept if register.bank == bank)

    return of("general"), of("vector")
