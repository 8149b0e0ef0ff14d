"""What a routine wants of its frame, whatever the CPU: locals, room for the arguments of its calls, saved registers."""

from __future__ import annotations

from operator import itemgetter

from ..ctype import DataModel
from ..ir.instruction import (
    AddressOf,
    AtomicAdd,
    Branch,
    Compute,
    Convert,
    Copy,
    Indirect,
    Invoke,
    Jump,
    Label,
    Load,
    LoadAddress,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    Routine,
    SaveResult,
    Store,
    TailJump,
    ThreadPointer,
)
from ..record import NamedTuple
from .byref_copies import copies_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["SAVED", "FrameLayout", "frame_layout", "through_pointers"]

#: The stub's registers that live over an Invoke, in the order in which frames keep them.
SAVED = ("s0", "s1", "s2")

#: The operands that have others in them, and locals.
PLACES = frozenset({Memory, Indirect, AddressOf, Local})

#: Which fields of an instruction are operands, all but an Invoke's arguments.
PLACED: dict[type[Any], tuple[int, ...]] = {
    LoadArgument: (1,),
    Load: (0, 1),
    Store: (0, 1),
    Copy: (0, 1),
    LoadAddress: (0, 1),
    Move: (0, 1),
    Compute: (1, 2),
    ThreadPointer: (0,),
    AtomicAdd: (0,),
    Convert: (1, 2),
    Branch: (1, 2),
    Jump: (),
    Label: (),
    Invoke: (0, 3),
    TailJump: (0,),
    SaveResult: (1,),
    Return: (0,),
}

_TAKERS = {kind: tuple([itemgetter(index) for index in indices]) for kind, indices in PLACED.items()}


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
    """The layout of `routine`'s frame; `align` is the least that the stack pointer is a multiple of at calls. It is more
    where a local or an argument of a call wants more."""
    used: set[str] = set()
    found: dict[int, Local] = {}
    top, steps = 0, _by_kind(routine.steps)
    operands: set[Any] = set()  # each once: of two that are equal, both name the same registers and locals
    for kind, some in steps.items():
        for take in _TAKERS[kind]:
            operands.update(map(take, some))
    calls = steps.get(Invoke, [])
    for placement in {id(step.placement): step.placement for step in calls}.values():
        copies = copies_of(placement, model)
        top = max(top, copies.end)
        align = max(align, copies.align, placement.stack_align if placement.stack_size else 0)
    for step in calls:
        operands.update(step.arguments)
    for operand in operands:
        kind = type(operand)
        if kind is str:
            used.add(operand)
        elif kind is Memory and type(operand[0]) is str:
            used.add(operand[0])
        elif kind in PLACES:
            _collect(operand, used, found)
    offsets = {}
    for number, local in sorted(found.items()):
        align = max(align, local.align)
        top = -(-top // local.align) * local.align
        offsets[number] = top
        top += -(-local.size // 8) * 8
    return FrameLayout(offsets, top, align, tuple([name for name in SAVED if name in used]), bool(calls))


def _by_kind(steps: tuple[Any, ...]) -> dict[type[Any], list[Any]]:
    found: dict[type[Any], list[Any]] = {}
    for step in steps:
        kind = type(step)
        if kind in found:
            found[kind].append(step)
        else:
            found[kind] = [step]
    return found


def through_pointers(routine: Routine) -> bool:
    """Whether an instruction of `routine` touches memory that a pointer in memory points to."""
    return any(
        any(type(step[index]) is Indirect for index in PLACED[type(step)])
        or (isinstance(step, Invoke) and any(type(operand) is Indirect for operand in step.arguments))
        for step in routine.steps
    )


def _collect(operand: Any, used: set[str], found: dict[int, Local]) -> None:
    """Note the register or the local in an operand of an instruction that has one in it."""
    kind = type(operand)
    while kind is not str:
        if kind is Memory:
            operand = operand.base
        elif kind is Indirect:
            operand = operand.pointer
        elif kind is AddressOf:
            operand = operand.place
        else:
            found[operand.number] = operand
            return
        kind = type(operand)
    used.add(operand)
