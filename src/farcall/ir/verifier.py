"""The verifier: whether a routine keeps the rules of the language, on every way through it.

    form      sizes that registers have, constants that fit, places inside their locals and aligned, operands of the kind
              that a parameter or result is of, one local a number
    labels    each that is used is there, none twice
    control   never falls off the end; no instruction that nothing leads to
    flow      registers and bytes of locals are written before they are read, whatever was lost at an Invoke; arguments
              are taken before they are lost; RESULT is used while it is there

The tests hold every routine to it. With `FARCALL_VERIFY=1` in the environment each is checked before it is lowered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from ..ctype import DataModel
from ..errors import FarcallError
from ..record import NamedTuple
from .flow import ends, flow_faults
from .form import ALIKE, MOST_KEPT, form_faults
from .instruction import AddressOf, Branch, Indirect, Instruction, Jump, Label, Local, Memory, Routine

__all__ = ["Fault", "VerifierError", "faults", "verify"]


class Fault(NamedTuple):
    """What is wrong with instruction `number` of a routine, counted from 0; -1 for the routine as a whole."""

    number: int
    instruction: Instruction | None
    why: str

    def __str__(self) -> str:
        return self.why if self.instruction is None else f"instruction {self.number}, {self.instruction}: {self.why}"


class VerifierError(FarcallError):
    """A routine that breaks a rule of the language: a fault of farcall's own.

    `routine` is its name, `faults` are all that were found.
    """

    def __init__(self, routine: str, faults: list[Fault]) -> None:
        self.routine = routine
        self.faults = faults
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(f"routine {routine!r}: {faults[0]}{more}")


def verify(routine: Routine, model: DataModel) -> None:
    """Raises VerifierError, naming routine, instruction and what is wrong, unless the routine keeps all rules."""
    found = faults(routine, model)
    if found:
        raise VerifierError(routine.name, found)


def faults(routine: Routine, model: DataModel) -> list[Fault]:
    """Everything that is wrong with a routine. What comes of ways through it is only looked at where the instructions
    are right by themselves and the labels are there."""
    steps = routine.steps
    found = [Fault(number, step, why) for number, step in enumerate(steps) for why in form_faults(routine, step, model)]
    found += _locals(routine)
    found += _labels(routine)
    if not steps or not ends(steps[-1]):
        found.append(Fault(len(steps) - 1, steps[-1] if steps else None, "control falls off the end"))
    if found:
        return found
    return [Fault(number, steps[number], why) for number, why in flow_faults(routine, model.pointer)]


def _labels(routine: Routine) -> Iterator[Fault]:
    placed = Counter(step.name for step in routine.steps if isinstance(step, Label))
    for number, step in enumerate(routine.steps):
        if isinstance(step, (Branch, Jump)) and step.label not in placed:
            yield Fault(number, step, f"there is no label {step.label!r}")
        elif isinstance(step, Label) and placed[step.name] > 1:
            yield Fault(number, step, f"the label is there {placed[step.name]} times")


def _locals(routine: Routine) -> Iterator[Fault]:
    """Locals are of one size and alignment wherever they are named, and those are possible."""
    known: dict[int, Local] = {}
    for number, step in enumerate(routine.steps):
        for local in _alike(step) if isinstance(step, ALIKE) else _named(step):
            first = known.setdefault(local.number, local)
            if first != local:
                yield Fault(number, step, f"local {local.number} is {first} elsewhere")
            if local.size < 1 or local.align < 1 or local.align & (local.align - 1):
                yield Fault(number, step, f"no local has {local.size} bytes aligned to {local.align}")


@lru_cache(maxsize=MOST_KEPT)
def _alike(step: Instruction) -> tuple[Local, ...]:
    return tuple(_named(step))


def _named(operands: Instruction | tuple[object, ...]) -> Iterator[Local]:
    for operand in operands:
        if isinstance(operand, Local):
            yield operand
        elif isinstance(operand, (Memory, Indirect, AddressOf)) or type(operand) is tuple:
            yield from _named(operand)
