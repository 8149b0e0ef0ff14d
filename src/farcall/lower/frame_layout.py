"""What a routine wants of its frame, whatever the CPU: locals, room for the arguments of its calls, saved registers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..ctype import DataModel
from ..ir.instruction import AddressOf, Indirect, Invoke, Local, Memory, Routine
from .byref_copies import copies_of

__all__ = ["SAVED", "FrameLayout", "frame_layout"]

#: The stub's registers that live over an Invoke, in the order in which frames keep them.
SAVED = ("s0", "s1", "s2")


class FrameLayout(NamedTuple):
    """In bytes above the stack pointer: `offsets` of the locals by their number, which start where the arguments of
    calls, with the copies that these refer to, end; `top`, the end of all. `align` is what the stack pointer must be
    a multiple of. `saved` are the stub's registers that are used, `calls` says whether anything is called."""

    offsets: dict[int, int]
    top: int
    align: int
    saved: tuple[str, ...]
    calls: bool


def frame_layout(routine: Routine, model: DataModel, align: int = 16) -> FrameLayout:
    """The outline of `routine`'s frame; `align` is the least that the stack pointer is a multiple of at calls. It is
    more where a local or an argument of a call wants more."""
    used: set[str] = set()
    found: dict[int, Local] = {}
    top, calls = 0, False
    for step in routine.steps:
        if isinstance(step, Invoke):
            copies = copies_of(step.placement, model)
            top, calls = max(top, copies.end), True
            align = max(align, copies.align, step.placement.stack_align if step.placement.stack_size else 0)
        _collect(step, used, found)
    align = max([align, *(local.align for local in found.values())])
    offsets = {}
    for number, local in sorted(found.items()):
        top = -(-top // local.align) * local.align
        offsets[number] = top
        top += -(-local.size // 8) * 8
    return FrameLayout(offsets, top, align, tuple(name for name in SAVED if name in used), calls)


def _collect(operands: Iterable[object], used: set[str], found: dict[int, Local]) -> None:
    """Note every saved register and every local among the operands of a step."""
    for operand in operands:
        if isinstance(operand, str):
            if operand in SAVED:
                used.add(operand)
        elif isinstance(operand, Local):
            found[operand.number] = operand
        elif isinstance(operand, Memory):
            base = operand.base
            if isinstance(base, Local):
                found[base.number] = base
            elif base in SAVED:
                used.add(base)
        elif isinstance(operand, (Indirect, AddressOf)) or type(operand) is tuple:
            _collect(operand, used, found)
