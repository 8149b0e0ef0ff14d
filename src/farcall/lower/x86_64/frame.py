"""The frame of a routine: pushed registers, locals, and room for the arguments of the calls it makes.

    rsp + 0                  outgoing arguments, as large as the largest call needs
    rsp + outgoing           locals
    rsp + size               pushed registers, last pushed first
    rsp + size + 8 * saved   return address
    above                    the routine's own stack arguments

`size` keeps rsp a multiple of 16 at every call (psABI 1.0, §3.2.2). A call that wants more, for vectors of 32 or
64 bytes on the stack, gets it from an aligned frame: rbp, pushed last, remembers where rsp was.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ...encode.x86_64 import RBP, RSP, Mem
from ...recipe.step import AddressOf, At, Invoke, Local, Routine, Through
from .registers import SAVED

__all__ = ["Frame", "frame_of"]


class Frame(NamedTuple):
    """`size` bytes below the pushed registers `saved`; `offsets` of locals by their index."""

    size: int
    saved: tuple[str, ...]
    offsets: dict[int, int]
    align: int = 16

    def local(self, local: Local, offset: int = 0) -> Mem:
        """Where a local, or a byte inside it, lies."""
        return Mem(RSP, self.offsets[local.index] + offset)

    def incoming(self, offset: int) -> Mem:
        """Where the routine's own stack argument at `offset` lies."""
        if self.align > 16:
            return Mem(RBP, 8 * len(self.pushed) + 8 + offset)
        return Mem(RSP, self.size + 8 * len(self.saved) + 8 + offset)

    @property
    def pushed(self) -> tuple[str, ...]:
        """The registers to push, in order, by the names unwinding knows them by."""
        names = tuple(SAVED[name] for name in self.saved)
        return (*names, "rbp") if self.align > 16 else names

    @property
    def depth(self) -> int:
        """Bytes from rsp to the caller's frame."""
        return self.size + 8 * len(self.saved) + 8


def frame_of(routine: Routine) -> Frame:
    """The frame that the steps of `routine` need."""
    used: set[str] = set()
    found: dict[int, Local] = {}
    outgoing, align = 0, 16
    for step in routine.steps:
        if isinstance(step, Invoke):
            outgoing = max(outgoing, step.placement.stack_size)
            align = max(align, step.placement.stack_align if step.placement.stack_size else 0)
        _collect(step, used, found)
    saved = tuple(name for name in SAVED if name in used)
    top, offsets = outgoing, {}
    for index, local in sorted(found.items()):
        top = -(-top // local.align) * local.align
        offsets[index] = top
        top += -(-local.size // 8) * 8
    calls = any(isinstance(step, Invoke) for step in routine.steps)
    if not top and not calls:
        return Frame(0, saved, offsets)
    if align > 16:
        return Frame(-(-top // align) * align, saved, offsets, align)
    above = 8 * len(saved) + 8
    return Frame(-(-(top + above) // 16) * 16 - above, saved, offsets)


def _collect(operands: Iterable[object], used: set[str], found: dict[int, Local]) -> None:
    """Note every saved register and every local among the operands of a step."""
    for operand in operands:
        if isinstance(operand, str):
            if operand in SAVED:
                used.add(operand)
        elif isinstance(operand, Local):
            found[operand.index] = operand
        elif isinstance(operand, At):
            base = operand.base
            if isinstance(base, Local):
                found[base.index] = base
            elif base in SAVED:
                used.add(base)
        elif isinstance(operand, (Through, AddressOf)) or type(operand) is tuple:
            _collect(operand, used, found)
