"""Snippets: the code of one instruction of a routine, kept, to be written again where the same one comes.

Routines are much alike: most of their instructions have been lowered before, for others. What one becomes depends on the CPU
and the target, on its own operands, on where the locals lie that it names, and on what a machine says of its frame
(`Machine.outlook`); those that enter or leave the routine depend on the whole frame (`Machine.standing`) and on how the
routine is called as well. So an instruction's code is kept by these. What looks at more, or places a label, is lowered each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from ...ir.instruction import (
    RESULT,
    AddressOf,
    Branch,
    Compute,
    Convert,
    Copy,
    Indirect,
    Invoke,
    Jump,
    Load,
    LoadAddress,
    LoadArgument,
    Memory,
    Move,
    Return,
    Store,
    Symbol,
    ThreadPointer,
)
from ...record import NamedTuple

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, TypeAlias

__all__ = ["KEYS", "LABEL", "MOST", "OFTEN", "Kept", "Reference", "Snippet", "kept"]

#: An instruction that leads to a place not yet known: where it starts and ends, what encodes it from a distance, the
#: label or cell that it leads to, whether it is a cell, and where the distance counts from.
Reference: TypeAlias = "tuple[int, int, Callable[..., bytes], Callable[[int], tuple[Any, ...]], str, bool, int]"
#: Where each local lies, by its number.
Offsets = dict[int, int]


#: A row of the frame: where it begins, and what `Assembler.frame` takes.
Row = tuple[int, int, tuple[str, ...], str]


class Snippet(NamedTuple):
    """Bytes, and what they refer to, with places counted from their start. References to the instruction's own label have no
    name. `cells` are those of the pool that are named, `absolute` those in the instructions, `rows` those of the frame.
    `things` are what the instruction's key has the identity of, and so must not go."""

    data: bytes
    references: tuple[Reference, ...]
    cells: tuple[str, ...]
    absolute: tuple[tuple[int, str], ...]
    rows: tuple[Row, ...]
    things: object


def _place(place: Any, offsets: Offsets) -> Hashable:
    """An operand by what it is in code: a local by where it lies, in a frame that is called 0."""
    kind = type(place)
    if kind is Memory:
        base, offset = place
        return (base, offset) if type(base) is str else (0, offsets[base[0]] + offset)
    if kind is AddressOf:
        return "&", _place(place[0], offsets)
    if kind is Indirect:
        pointer, offset = place
        held = _place(pointer, offsets) if type(pointer) is Memory else (0, offsets[pointer[0]])
        return "*", held, offset
    return place  # type: ignore[no-any-return]


def _load(step: Load, offsets: Offsets, standing: Hashable) -> Hashable:
    place = step[1]
    base = place[0]
    if type(base) is str:
        return step[0], base, place[1], step[2], step[3]
    return step[0], 0, offsets[base[0]] + place[1], step[2], step[3]


def _store(step: Store, offsets: Offsets, standing: Hashable) -> Hashable:
    place = step[0]
    base = place[0]
    if type(base) is str:
        return base, place[1], step[1], step[2]
    return 0, offsets[base[0]] + place[1], step[1], step[2]


def _branch(step: Branch, offsets: Offsets, standing: Hashable) -> Hashable:
    """All but the label, which may be any."""
    left = step[1]
    if type(left) is str:
        return step[0], left, step[2], step[4]
    base = left[0]
    if type(base) is str:
        return step[0], base, left[1], step[2], step[4]
    return step[0], 0, offsets[base[0]] + left[1], step[2], step[4]


def _jump(step: Jump, offsets: Offsets, standing: Hashable) -> Hashable:
    return ()


def _alone(step: Compute | Move | ThreadPointer, offsets: Offsets, standing: Hashable) -> Hashable:
    """What names no memory: all but the note."""
    return step[:-1]


def _between(step: Copy | LoadAddress | Convert, offsets: Offsets, standing: Hashable) -> Hashable:
    return tuple([_place(operand, offsets) for operand in step[:-1]])


def _invoke(step: Invoke, offsets: Offsets, standing: Hashable) -> Hashable:
    """Its placement goes by identity: placements are large, and those of the functions that stubs call are made once. None
    for a call that passes on what another has left, and for one of the routine's own function, such as nobody else
    calls."""
    target, placement, arguments, result, tail, _ = step
    if type(target) is not Symbol or ":" not in target[0]:
        return None
    places = [target, id(placement), standing if tail else None]
    for argument in (result, *arguments):
        if type(argument) is str:
            places.append(argument)
        elif argument is RESULT:
            return None
        else:
            places.append(_place(argument, offsets))
    return tuple(places)


def _bounding(step: LoadArgument | Return, offsets: Offsets, standing: Hashable) -> Hashable:
    """What enters or leaves the routine."""
    return standing, *[_place(operand, offsets) for operand in step[:-1]]


#: What the snippets of a kind of instructions are kept by; None for one of which nothing is kept.
KEYS: dict[type[Any], Callable[[Any, Offsets, Hashable], Hashable]] = {
    Load: _load,
    Store: _store,
    Copy: _between,
    LoadAddress: _between,
    Move: _alone,
    Compute: _alone,
    ThreadPointer: _alone,
    Convert: _between,
    Branch: _branch,
    Jump: _jump,
    Invoke: _invoke,
    LoadArgument: _bounding,
    Return: _bounding,
}

#: Which operand is the label that a kind of instructions leads to.
LABEL: dict[type[Any], int] = {Branch: 3, Jump: 0}

#: How often a step has to come to be kept.
OFTEN = 2
#: How many snippets are kept for machines of one outlook; when there are more, all are forgotten.
MOST = 4096

#: How many routines are looked at together to find what comes often, and of how many steps of a kind that is counted, by
#: their hashes.
ROUTINES, COUNTED = 512, 4096


class Kept:
    """What is kept for machines of one outlook, by the kind of step: what its key is, the snippets by that, and how often
    others came; and which operand its label is, if it leads to one."""

    __slots__ = ("kinds", "routines")

    def __init__(self) -> None:
        self.routines = 0
        self.kinds: dict[
            type[Any],
            tuple[Callable[[Any, Offsets, Hashable], Hashable], dict[Hashable, Snippet], bytearray, int | None],
        ] = {kind: (key, {}, bytearray(COUNTED), LABEL.get(kind)) for kind, key in KEYS.items()}


_kept: dict[Hashable, Kept] = {}


def kept(outlook: Hashable) -> Kept:
    """What is kept for machines of this outlook, one of which is about to lower a routine."""
    found = _kept.get(outlook)
    if found is None or sum([len(known) for _, known, _, _ in found.kinds.values()]) > MOST:
        found = _kept[outlook] = Kept()
    found.routines += 1
    if found.routines % ROUTINES == 0:
        for _, _, times, _ in found.kinds.values():
            times[:] = bytes(COUNTED)
    return found
