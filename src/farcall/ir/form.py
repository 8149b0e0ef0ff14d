"""What each instruction has to be by itself, wherever it stands: sizes, constants, places inside locals, operands that
fit what they are for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from ..convention.placement import ValueLocation
from ..ctype import DataModel, Enum, Integer, Pointer, unqualified
from ..record import NamedTuple
from .instruction import (
    RESULT,
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
    Symbol,
    TailJump,
    ThreadPointer,
)

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "ALIKE", "CONDITIONS", "CONVERSIONS", "MOST_KEPT", "OPERATIONS", "REGISTERS", "SHIFTS", "SIGNED", "Access", "accesses",
    "base_of", "form_faults", "own_accesses",
]  # fmt: skip

REGISTERS = ("t0", "t1", "s0", "s1", "s2")
#: Comparisons as numbers with a sign; the others are of numbers without, or ask only whether they are equal.
SIGNED = ("lt", "le", "gt", "ge")
CONDITIONS = ("eq", "ne", *SIGNED, "below", "below_eq", "above", "above_eq")
SHIFTS = ("shl", "shr", "sar")
OPERATIONS = ("add", "sub", "and", "or", "xor", "mul", *SHIFTS, "neg")
#: Conversions, with the bytes that they read and write.
CONVERSIONS = {"f64:f32": (8, 4), "f32:f64": (4, 8)}

#: How many instructions are remembered, with what they are found to be: routines have most of theirs in common.
MOST_KEPT = 4096

Faults = Iterator[str]


def form_faults(routine: Routine, instruction: Instruction, model: DataModel) -> tuple[str, ...]:
    """What is wrong with an instruction of `routine`, each as a clause."""
    if isinstance(instruction, ALIKE):
        return _alike(instruction, model.pointer)
    return *_CHECKS[type(instruction)](routine, instruction, model.pointer), *_unknown(instruction)


@lru_cache(maxsize=MOST_KEPT)
def _alike(instruction: Instruction, pointer: int) -> tuple[str, ...]:
    return *_ALIKE_CHECKS[type(instruction)](instruction, pointer), *_unknown(instruction)


def _unknown(instruction: Instruction) -> Faults:
    for register in _registers(instruction):
        if register not in REGISTERS:
            yield f"there is no register {register!r}"


class Access(NamedTuple):
    """An instruction reads or `writes` so many bytes at a place."""

    place: Memory | Indirect
    size: int
    writes: bool = False


def accesses(routine: Routine, instruction: Instruction, pointer: int) -> list[Access]:
    """What an instruction reads and writes of memory, in that order; not the pointers that lead there."""
    match instruction:
        case Return(Memory() as place):
            return [Access(place, routine.placement.result.size)]
        case LoadArgument(number, Memory() as place):
            return [Access(place, _argument_size(routine, number, pointer), True)]
    return own_accesses(instruction, pointer)


def own_accesses(instruction: Instruction, pointer: int) -> list[Access]:
    """The same of an instruction that is the same in any routine."""
    match instruction:
        case Load(_, place, size):
            return [Access(place, size)]
        case Branch(_, Memory() as place, _, _, size):
            return [Access(place, size or pointer)]
        case Store(place, _, size):
            return [Access(place, size, True)]
        case AtomicAdd(place):
            return [Access(place, pointer), Access(place, pointer, True)]
        case SaveResult(placement, place):
            return [Access(place, placement.result.size, True)]
        case Copy(to, source, size):
            return [Access(source, size), Access(to, size, True)]
        case Convert(kind, to, source):
            read, written = CONVERSIONS[kind]
            return [Access(source, read), Access(to, written, True)]
        case Invoke(target, placement, arguments, result):
            found = [Access(target, pointer)] if isinstance(target, Memory) else []
            for passed, one in zip(placement.arguments, arguments, strict=True):
                if isinstance(one, (Memory, Indirect)):
                    found.append(Access(one, passed.size))
            if isinstance(result, (Memory, Indirect)):
                found.append(Access(result, placement.result.size, True))
            return found
    return []


def _registers(instruction: Instruction) -> Iterator[str]:
    """Every name of a register among the operands."""
    match instruction:
        case Branch(_, left, right):
            operands: tuple[object, ...] = (left, right)
        case Compute(_, to, operand):
            operands = (to, operand)
        case Invoke(target, _, arguments, result):
            operands = (target, *arguments, result)
        case Jump() | Label():
            operands = ()
        case Convert(_, to, source):
            operands = (to, source)
        case _:
            operands = tuple(instruction)[:-1]  # all but the note
    for one in operands:
        base = base_of(one)
        if isinstance(base, str):
            yield base


def base_of(operand: object) -> object:
    """The register or local that an operand is, or lies at, or whose pointer leads to it."""
    if isinstance(operand, AddressOf):
        operand = operand.place
    if isinstance(operand, Indirect):
        operand = operand.pointer
    return operand.base if isinstance(operand, Memory) else operand


def _load_argument(routine: Routine, one: LoadArgument, pointer: int) -> Faults:
    passed = _argument(routine, one.number)
    if passed is None:
        yield f"there is no argument {one.number}"
    elif one.number < 0:
        if not passed.by_reference:
            yield "the result does not go through a hidden pointer"
    elif isinstance(one.to, str):
        yield from _wide(passed.size, pointer)
        if passed.by_reference or not _is_whole(passed):
            yield f"an argument of {passed.type} cannot be taken into a register"
    yield from _inside(one.to, _argument_size(routine, one.number, pointer), pointer)


def _argument_size(routine: Routine, number: int, pointer: int) -> int:
    passed = _argument(routine, number)
    return pointer if number < 0 or passed is None else passed.size


def _argument(routine: Routine, number: int) -> ValueLocation | None:
    if number == -1:
        return routine.placement.result
    arguments = routine.placement.arguments
    return arguments[number] if 0 <= number < len(arguments) else None


def _load(one: Load, pointer: int) -> Faults:
    yield from _wide(one.size, pointer)
    yield from _inside(one.source, one.size, pointer)
    yield from _aligned(one.source, one.size)
    if one.signed and one.size & (one.size - 1):
        yield f"no sign of {one.size} bytes"


def _store(one: Store, pointer: int) -> Faults:
    yield from _wide(one.size, pointer)
    yield from _inside(one.to, one.size, pointer)
    yield from _aligned(one.to, one.size)
    yield from _constant(one.source, one.size)
    if isinstance(one.source, int) and one.size & (one.size - 1):
        yield f"a constant of {one.size} bytes"


def _copy(one: Copy, pointer: int) -> Faults:
    if one.size < 0:
        yield f"a copy of {one.size} bytes"
    yield from _inside(one.to, one.size, pointer)
    yield from _inside(one.source, one.size, pointer)


def _load_address(one: LoadAddress, pointer: int) -> Faults:
    yield from _inside(one.place, 0, pointer)


def _move(one: Move, pointer: int) -> Faults:
    yield from _constant(one.source, pointer)


def _compute(one: Compute, pointer: int) -> Faults:
    if one.operation not in OPERATIONS:
        yield f"there is no operation {one.operation!r}"
    elif one.operation in SHIFTS and not (isinstance(one.operand, int) and 0 <= one.operand < 8 * pointer):
        yield f"a shift by {one.operand}"
    yield from _constant(one.operand, pointer)


def _atomic_add(routine: Routine, one: AtomicAdd, pointer: int) -> Faults:
    yield from _inside(one.place, pointer, pointer)
    yield from _aligned(one.place, pointer)
    if not -(1 << 31) <= one.amount < 1 << 31:
        yield f"{one.amount:#x} does not fit 32 signed bits"


def _convert(routine: Routine, one: Convert, pointer: int) -> Faults:
    if one.kind not in CONVERSIONS:
        yield f"there is no conversion {one.kind!r}"
        return
    read, written = CONVERSIONS[one.kind]
    for place, size in ((one.source, read), (one.to, written)):
        yield from _inside(place, size, pointer)
        yield from _aligned(place, min(size, pointer))


def _branch(one: Branch, pointer: int) -> Faults:
    size = one.size or pointer
    if one.condition not in CONDITIONS:
        yield f"there is no condition {one.condition!r}"
    yield from _wide(size, pointer)
    if size & (size - 1):
        yield f"{size} bytes are not compared at once"
    yield from _inside(one.left, size, pointer)
    yield from _aligned(one.left, size)
    yield from _constant(one.right, size)
    if isinstance(one.right, Symbol) and size != pointer:
        yield f"{size} bytes of an address are compared"


def _invoke(routine: Routine, one: Invoke, pointer: int) -> Faults:
    expected, given = len(one.placement.arguments), len(one.arguments)
    if expected != given:
        yield f"{given} arguments for {expected} parameters"
    yield from _inside(one.target, pointer, pointer)
    for number, (passed, operand) in enumerate(zip(one.placement.arguments, one.arguments, strict=False)):
        for fault in _operand(passed, operand, pointer):
            yield f"argument {number}: {fault}"
    result = one.placement.result
    if one.tail:
        yield from _tail(routine, one)
    elif result.by_reference:
        if not isinstance(one.result, (Memory, Indirect)):
            yield "a result by hidden pointer needs memory"
    elif isinstance(one.result, str):
        yield from _wide(result.size, pointer)
        if not _is_whole(result):
            yield f"a result of {result.type} cannot go to a register"
    yield from _inside(one.result, result.size, pointer)


def _tail(routine: Routine, one: Invoke) -> Faults:
    """A call whose result is the routine's own, and whose arguments outlive the frame."""
    own, given = routine.placement.result, one.placement.result
    if one.result is not None or given.by_reference:
        yield "the result of a tail call goes to the routine's caller"
    elif own.by_reference or [p.place for p in own.pieces] != [p.place for p in given.pieces][: len(own.pieces)]:
        yield f"a tail call gives {given.type}, not {own.type}"
    for number, operand in enumerate(one.arguments):
        if isinstance(operand, AddressOf) and isinstance(operand.place.base, Local):
            yield f"argument {number}: a tail call outlives the local it would point to"


def _operand(passed: ValueLocation, operand: object, pointer: int) -> Faults:
    """What is wrong with an operand in place of an argument."""
    if isinstance(operand, (Memory, Indirect)):
        yield from _inside(operand, passed.size, pointer)
        return
    if passed.by_reference:
        yield f"a value of {passed.type} by reference comes from memory"
        return
    yield from _wide(passed.size, pointer)
    if operand == RESULT:
        return
    if not _is_whole(passed):
        yield f"a value of {passed.type} comes from memory"
    if isinstance(operand, (AddressOf, Symbol)) and passed.size != pointer:
        yield f"an address for {passed.size} bytes"
    if isinstance(operand, AddressOf):
        yield from _inside(operand.place, 0, pointer)
    yield from _constant(operand, min(passed.size, pointer) or pointer)


def _right(routine: Routine, one: Jump | Label | TailJump | ThreadPointer, pointer: int) -> Faults:
    return iter(())


def _save_result(routine: Routine, one: SaveResult, pointer: int) -> Faults:
    yield from _wide(one.placement.result.size, pointer)
    yield from _inside(one.to, one.placement.result.size, pointer)


def _return(routine: Routine, one: Return, pointer: int) -> Faults:
    result = routine.placement.result
    if result.by_reference:
        if (one.value is None) != (routine.placement.returned_address is None):
            yield "the hidden pointer is returned where the convention has it so, else nothing"
        elif isinstance(one.value, Memory):
            yield "the hidden pointer is returned from a register"
    elif one.value is None:
        if result.size:
            yield f"nothing is returned for {result.type}"
    elif isinstance(one.value, Memory):
        yield from _inside(one.value, result.size, pointer)
    elif not result.size:
        yield "a value is returned for nothing"
    else:
        yield from _wide(result.size, pointer)
        if not _is_whole(result):
            yield f"a result of {result.type} is returned from memory"
        yield from _constant(one.value, min(result.size, pointer))


_CHECKS: dict[type, Callable[[Routine, Any, int], Faults]] = {
    LoadArgument: _load_argument,
    AtomicAdd: _atomic_add,
    Convert: _convert,
    Jump: _right,
    Label: _right,
    Invoke: _invoke,
    TailJump: _right,
    ThreadPointer: _right,
    SaveResult: _save_result,
    Return: _return,
}
#: Instructions whose form and effect are the same in every routine, and which occur in most.
_ALIKE_CHECKS: dict[type, Callable[[Any, int], Faults]] = {
    Load: _load,
    Store: _store,
    Copy: _copy,
    LoadAddress: _load_address,
    Move: _move,
    Compute: _compute,
    Branch: _branch,
}
ALIKE = tuple(_ALIKE_CHECKS)


def _is_whole(passed: ValueLocation) -> bool:
    """Whether a value is a number or an address, as a general register holds it."""
    return isinstance(unqualified(passed.type), (Integer, Enum, Pointer))


def _wide(size: int, pointer: int) -> Faults:
    if size > pointer:
        yield f"{size} bytes in a register of {pointer}"
    elif size < 1:
        yield f"{size} bytes in a register"


def _constant(operand: object, size: int) -> Faults:
    if isinstance(operand, int) and size > 0 and not -(1 << (8 * size - 1)) <= operand < 1 << (8 * size):
        yield f"{operand:#x} does not fit {size} bytes"


def _inside(place: object, size: int, pointer: int) -> Faults:
    """What is wrong with `size` bytes at a place, if it is in a local."""
    if isinstance(place, Indirect):
        place, size = place.pointer, pointer
        if isinstance(place, Local):
            place = Memory(place)
        yield from _aligned(place, pointer)
    if isinstance(place, Memory) and isinstance(place.base, Local):
        local = place.base
        if place.offset < 0 or place.offset + size > local.size:
            yield f"bytes {place.offset} to {place.offset + size} of a local of {local.size}"


def _aligned(place: object, size: int) -> Faults:
    """What is wrong with reading or writing `size` bytes at once, if they are in a local."""
    if isinstance(place, Memory) and isinstance(place.base, Local) and size > 0 and not size & (size - 1):
        local = place.base
        if local.align % size or place.offset % size:
            yield f"{size} bytes at once at byte {place.offset} of a local aligned to {local.align}"
