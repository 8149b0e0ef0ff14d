"""What an instruction reads, writes and loses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from ..convention.placement import Placement
from ..record import NamedTuple
from .form import ALIKE, MOST_KEPT, Access, accesses, base_of, own_accesses
from .instruction import (
    AddressOf,
    AtomicAdd,
    Branch,
    Compute,
    Convert,
    Copy,
    Indirect,
    Instruction,
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

__all__ = ["NOTHING", "Effect", "effect"]

TEMPORARIES = frozenset(("t0", "t1"))
NONE: frozenset[str] = frozenset()
#: Bytes of a local: its number, and a bit for each byte.
Bytes = tuple[int, int]


class Effect(NamedTuple):
    """`reads` and `defines` are registers, `loses` those that hold nothing afterwards; `read_bytes` and `written` are
    bytes of locals. `needs_arguments` and `loses_arguments` are of the routine's own; `keeps_result`: RESULT stays what it
    was, else it is that of a call of placement `leaves`, or nothing."""

    reads: frozenset[str] = NONE
    defines: frozenset[str] = NONE
    loses: frozenset[str] = NONE
    read_bytes: tuple[Bytes, ...] = ()
    written: tuple[Bytes, ...] = ()
    needs_arguments: bool = False
    loses_arguments: bool = False
    keeps_result: bool = False
    leaves: Placement | None = None


NOTHING = Effect(keeps_result=True)


def effect(routine: Routine, step: Instruction, pointer: int) -> Effect:
    """The effect of an instruction of `routine` whose form is right."""
    if isinstance(step, (Jump, Label)):
        return NOTHING
    return (
        _alike(step, pointer) if isinstance(step, ALIKE) else _effect(step, accesses(routine, step, pointer), pointer)
    )


@lru_cache(maxsize=MOST_KEPT)
def _alike(step: Instruction, pointer: int) -> Effect:
    return _effect(step, own_accesses(step, pointer), pointer)


def _effect(step: Instruction, found: list[Access], pointer: int) -> Effect:
    to: object = None
    if isinstance(step, Invoke):
        to = step.result
    elif isinstance(step, (Load, Move, Compute, LoadAddress, LoadArgument, ThreadPointer)):
        to = step.to
    return Effect(
        _reads(step),
        frozenset((to,)) if isinstance(to, str) else NONE,
        TEMPORARIES if isinstance(step, Invoke) else NONE,
        tuple(_read_bytes(found, pointer)),
        tuple(_written(step, found)),
        needs_arguments=isinstance(step, (LoadArgument, TailJump)),
        loses_arguments=isinstance(step, (Invoke, Copy, Convert, AtomicAdd, SaveResult)) or _in_parts(step),
        keeps_result=isinstance(step, (Store, Branch)) or (isinstance(step, (Load, Move)) and to != "t0"),
        leaves=step.placement if isinstance(step, Invoke) and _leaves(step) else None,
    )


def _in_parts(step: Instruction) -> bool:
    """Whether an instruction moves a number of bytes that nothing moves at once."""
    return isinstance(step, (Load, Store)) and bool(step.size & (step.size - 1))


def _leaves(step: Invoke) -> bool:
    """Whether a call leaves its result where it is returned: one that no place was named for, in one register."""
    result = step.placement.result
    return step.result is None and not result.by_reference and len(result.pieces) == 1


def _bits(place: Memory, size: int) -> int:
    return (1 << size) - 1 << place.offset


def _read_bytes(found: list[Access], pointer: int) -> Iterator[Bytes]:
    """The bytes of locals that are read, as values or as pointers that lead to others."""
    for place, size, writes in found:
        read: Memory | Local = place.pointer if isinstance(place, Indirect) else place
        if isinstance(read, Local):
            read = Memory(read)
        if isinstance(read.base, Local) and (isinstance(place, Indirect) or not writes):
            yield read.base.number, _bits(read, pointer if isinstance(place, Indirect) else size)


def _written(step: Instruction, found: list[Access]) -> Iterator[Bytes]:
    """The bytes of locals that are written: all of one whose address is given away."""
    for place, size, writes in found:
        if writes and isinstance(place, Memory) and isinstance(place.base, Local):
            yield place.base.number, _bits(place, size)
    given = step.arguments if isinstance(step, Invoke) else (step,)
    for one in given:
        if isinstance(one, (AddressOf, LoadAddress)) and isinstance(one.place.base, Local):
            yield one.place.base.number, (1 << one.place.base.size) - 1


def _reads(step: Instruction) -> frozenset[str]:
    """The registers whose values an instruction uses."""
    operands: tuple[object, ...] = ()
    match step:
        case Store(to, source) | Convert(_, to, source) | Copy(to, source):
            operands = (to, source)
        case Load(_, value) | Move(_, value) | LoadAddress(_, value):
            operands = (value,)
        case Compute(operation, to, operand):
            operands = (to,) if operation == "neg" else (to, operand)
        case Branch(_, left, right):
            operands = (left, right)
        case Invoke(target, _, arguments, result):
            operands = (target, *arguments, None if isinstance(result, str) else result)
        case Return(value) | AtomicAdd(value) | TailJump(value) | SaveResult(_, value):
            operands = (value,)
        case LoadArgument(_, Memory() as place):
            operands = (place,)
    return frozenset([base for operand in operands if isinstance(base := base_of(operand), str)])
