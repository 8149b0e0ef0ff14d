"""The law of the steps' language, as a check: no step moves more than a pointer through a register, no constant is
wider than what it goes into, nothing reaches beyond a local, and every label is there once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from farcall.convention import ValueLocation
from farcall.ir.instruction import (
    RESULT,
    AddressOf,
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
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    SaveResult,
    Store,
)
from farcall.stub import Routine

__all__ = ["breaches"]


def breaches(routine: Routine, pointer: int) -> list[str]:
    """What the routine does that it may not, where pointers have so many bytes."""
    found = [f"{step}: {why}" for step in routine.steps for why in _wrong(routine, step, pointer)]
    labels = Counter(step.name for step in routine.steps if isinstance(step, Label))
    found += [f"label {name} is there {count} times" for name, count in labels.items() if count > 1]
    wanted = {step.label for step in routine.steps if isinstance(step, (Branch, Jump))}
    return found + [f"no label {name}" for name in sorted(wanted - set(labels))]


def _wrong(routine: Routine, step: Instruction, pointer: int) -> Iterator[str]:
    match step:
        case Load(_, source, size):
            yield from _wide(size, pointer)
            yield from _beyond(source, size)
        case Store(to, source, size):
            yield from _wide(size, pointer)
            yield from _beyond(to, size)
            yield from _constant(source, size)
        case Copy(to, source, size):
            yield from _beyond(to, size)
            yield from _beyond(source, size)
        case Convert(kind, to, source):
            yield from _beyond(source, 8 if kind.startswith("f64") else 4)
            yield from _beyond(to, 8 if kind.endswith("f64") else 4)
        case Move(_, source):
            yield from _constant(source, pointer)
        case Compute(operation, _, operand):
            yield from _constant(operand, pointer)
            if operation in ("shl", "shr", "sar") and not 0 <= int(operand) < 8 * pointer:
                yield f"a shift by {operand}"
        case Branch(_, left, right, _, size):
            yield from _wide(size, pointer)
            yield from _beyond(left, size or pointer)
            yield from _constant(right, size or pointer)
        case LoadArgument(number, to):
            passed = routine.placement.result if number < 0 else routine.placement.arguments[number]
            size = pointer if number < 0 else passed.size
            if isinstance(to, str):
                yield from _wide(size, pointer)
            yield from _beyond(to, size)
        case Invoke():
            yield from _invoke(step, pointer)
        case SaveResult(placement, to):
            yield from _wide(placement.result.size, pointer)
            yield from _beyond(to, placement.result.size)
        case Return(value):
            if isinstance(value, Memory):
                yield from _beyond(value, routine.placement.result.size)
            elif value is not None:
                yield from _register(routine.placement.result, value, pointer)


def _invoke(step: Invoke, pointer: int) -> Iterator[str]:
    arguments = step.placement.arguments
    if len(arguments) != len(step.arguments):
        yield f"{len(step.arguments)} arguments for {len(arguments)} parameters"
    for passed, operand in zip(arguments, step.arguments, strict=False):
        if isinstance(operand, (Memory, Indirect)):
            yield from _beyond(operand, passed.size)
        elif isinstance(operand, AddressOf):
            yield from _wide(passed.size, pointer)
            yield from _beyond(operand.place, 0)
        else:
            yield from _register(passed, operand, pointer)
    if isinstance(step.result, str):
        yield from _wide(step.placement.result.size, pointer)
    elif step.result is not None:
        yield from _beyond(step.result, step.placement.result.size)


def _register(passed: ValueLocation, operand: object, pointer: int) -> Iterator[str]:
    """What is wrong with a register, a number or a symbol in place of a value."""
    if not passed.by_reference:
        yield from _wide(passed.size, pointer)
    if operand != RESULT:
        yield from _constant(operand, min(passed.size, pointer) or pointer)


def _wide(size: int, pointer: int) -> Iterator[str]:
    if size > pointer:
        yield f"{size} bytes in a register of {pointer}"


def _constant(operand: object, size: int) -> Iterator[str]:
    if isinstance(operand, int) and not -(1 << (8 * size - 1)) <= operand < 1 << (8 * size):
        yield f"{operand:#x} does not fit {size} bytes"


def _beyond(place: object, size: int) -> Iterator[str]:
    """What is wrong with `size` bytes at a place, if it is in a local."""
    if isinstance(place, Indirect):
        place, size = place.pointer, 4
        if isinstance(place, Local):
            place = Memory(place)
    if isinstance(place, Memory) and isinstance(place.base, Local):
        local = place.base
        if place.offset < 0 or place.offset + size > local.size:
            yield f"bytes {place.offset} to {place.offset + size} of a local of {local.size}"
