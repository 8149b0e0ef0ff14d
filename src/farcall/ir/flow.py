"""What holds before each instruction, on every way that leads there: which registers and which bytes of locals have
been written, whether the routine's arguments lie where they came, and what RESULT is."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from ..convention.placement import Placement
from ..record import NamedTuple
from .effect import NOTHING, Effect, effect
from .instruction import RESULT, Branch, Instruction, Invoke, Jump, Label, Return, Routine, SaveResult, TailJump

__all__ = ["ends", "flow_faults"]

ENDS = frozenset((Jump, Return, TailJump))


class State(NamedTuple):
    """What holds at a point of a routine. `written` has for each local a bit for each byte; `result` is the placement
    of the call that RESULT is of."""

    registers: frozenset[str]
    arguments: bool
    result: Placement | None
    written: dict[int, int]

    def meet(self, other: State) -> State:
        """What holds whichever of two ways was gone."""
        theirs = other.written
        both = {number: bits & theirs[number] for number, bits in self.written.items() if number in theirs}
        same = self.result if self.result is other.result else None
        return State(self.registers & other.registers, self.arguments and other.arguments, same, both)

    def after(self, done: Effect) -> State:
        """What holds when an instruction has had its effect."""
        if done is NOTHING:
            return self
        written = self.written
        for number, bits in done.written:
            written = written | {number: written.get(number, 0) | bits}
        return State(
            self.registers - done.loses | done.defines,
            self.arguments and not done.loses_arguments,
            self.result if done.keeps_result else done.leaves,
            written,
        )


def ends(instruction: Instruction) -> bool:
    """Whether control never goes on behind the instruction."""
    kind = type(instruction)
    return kind in ENDS or (kind is Invoke and instruction.tail)  # type: ignore[union-attr]


def flow_faults(routine: Routine, pointer: int) -> Iterator[tuple[int, str]]:
    """What instructions need and do not find, each with its number. The form of all is right, all labels are there, and
    control does not fall off the end."""
    effects = [effect(routine, step, pointer) for step in routine.steps]
    for number, (needs, state) in enumerate(zip(effects, _states(routine, effects), strict=True)):
        if state is None:
            yield number, "nothing leads here"
            continue
        for register in sorted(needs.reads - state.registers):
            yield number, f"{register} may hold nothing here"
        for local, bits in needs.read_bytes:
            missing = bits & ~state.written.get(local, 0)
            if missing:
                yield number, f"byte {(missing & -missing).bit_length() - 1} of local {local} may not have been written"
        if needs.needs_arguments and not state.arguments:
            yield number, "the routine's arguments may be lost by now"
        if type(step := routine.steps[number]) in (SaveResult, Invoke):
            for fault in _result_faults(step, state.result):
                yield number, fault


def _states(routine: Routine, effects: list[Effect]) -> list[State | None]:
    """What holds before each instruction; None where nothing leads to it.

    Ways meet at labels alone. The first that waits is gone on from first: as most ways lead forward, all that meet at a
    label have then met."""
    steps = routine.steps
    labels = {step.name: number for number, step in enumerate(steps) if isinstance(step, Label)}
    found: list[State | None] = [None] * len(steps)
    waiting = [0]
    found[0] = State(frozenset(routine.live_in), True, None, {})

    def come(number: int, state: State) -> None:
        known = found[number]
        if known is None or (state != known and (state := known.meet(state)) != known):
            found[number] = state
            if number not in waiting:
                heappush(waiting, number)

    while waiting:
        number = heappop(waiting)
        state = found[number]
        assert state is not None  # it waits
        while True:
            step = steps[number]
            state = state.after(effects[number])
            if isinstance(step, (Branch, Jump)):
                come(labels[step.label], state)
            if ends(step):
                break
            number += 1
            if isinstance(steps[number], Label):
                come(number, state)
                break
            found[number] = state
    return found


def _result_faults(step: Instruction, left: Placement | None) -> Iterator[str]:
    """What is wrong with the use of RESULT, which a call of placement `left` has left."""
    if isinstance(step, SaveResult) and left is not step.placement:
        yield "RESULT is not what a call of this placement has left"
    if not isinstance(step, Invoke) or RESULT not in step.arguments:
        return
    used = [passed for passed, one in zip(step.placement.arguments, step.arguments, strict=True) if one == RESULT]
    if len(used) > 1:
        yield "RESULT is good for one use"
    for passed in used:
        if left is None:
            yield "RESULT may be lost by now"
        elif left.result.type != passed.type:
            yield f"RESULT has {left.result.type}, wanted is {passed.type}"
