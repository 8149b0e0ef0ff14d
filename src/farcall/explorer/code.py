"""The code that is generated for a call or a closure, on any target: a line with the value that it moves."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from ..convention import Placement, Target
from ..cpython.facts import interpreter as facts
from ..lower import Code, Listed, listed, lower
from ..record import NamedTuple
from ..stub import Interpreter, Policy, Surroundings, call, closure, crossing
from ..stub.link import TARGET

__all__ = ["CodeLine", "code_lines", "code_of", "interpreter_on"]

#: Notes that name a value: the number of an argument of Python's, or of a parameter of C's, from 0.
NAMED = re.compile(r"(argument|parameter) (\d+)\b")


class CodeLine(NamedTuple):
    """A line of a listing. `value` is the index of the value that it is about: 0 is the result, parameters count from 1,
    and -1 is none."""

    line: Listed
    value: int


def interpreter_on(target: Target, tier: str = "") -> Interpreter:
    """The facts for a Python on `target` of the running one's version, in a usual build if that is another width."""
    here, width = facts.interpreter(tier), target.model.pointer
    if here.pointer == width:
        return here
    row = (facts.ROWS if width == 8 else facts.ROWS_32).get(sys.version_info[:2])
    if here.fast and row is not None:
        return row
    return facts.without_layouts(width)


def code_of(placement: Placement, target: Target, policy: Policy, *, tier: str = "", called: bool = False) -> Code:
    """The code of a builtin that calls by `placement`, or, with `called`, of a closure's body that is called so. Raises
    UnsupportedTypeError, UnsupportedTargetError."""
    env, plan = Surroundings(target, interpreter_on(target, tier)), crossing(placement.signature, target)
    routine = closure(plan, env) if called else call(plan, policy, env)
    return lower(routine, target, listed=True)


def code_lines(code: Code, *, called: bool = False) -> tuple[CodeLine, ...]:
    """The lines, each with the value that it reads from an object, or takes to its place or from there."""
    lines = listed(code)
    values = dict(_moves(lines, called))
    if not called:
        values = {**dict(_reads(lines)), **values}
    return tuple(CodeLine(line, values.get(number, -1)) for number, line in enumerate(lines))


def _moves(lines: tuple[Listed, ...], called: bool) -> Iterator[tuple[int, int]]:
    """The numbers of the lines that move values as the convention has it: of a closure its own, of a call those of the
    C function, whose result is taken right behind it."""
    wanted = "" if called else TARGET.name
    ours = False
    for number, line in enumerate(lines):
        if line.moved is None:
            ours = False
        elif line.moved.of == wanted:
            ours = True
            yield number, line.moved.value
        elif not called and line.moved.value == 0 and (ours or _calls_target(lines, number)):
            ours = True
            yield number, 0


def _calls_target(lines: tuple[Listed, ...], number: int) -> bool:
    """Whether the line before this one calls the C function."""
    return number > 0 and lines[number - 1].note == "the C function"


def _reads(lines: tuple[Listed, ...]) -> Iterator[tuple[int, int]]:
    """The lines that read Python's arguments: from where one is fetched to where C's parameter is stored."""
    fetched: dict[int, int] = {}
    for number, line in enumerate(lines):
        named = NAMED.search(line.note)
        if named is None:
            continue
        value = int(named[2]) + 1
        if named[1] == "argument":
            fetched = {value: number}
            yield number, value
        else:
            for between in range(fetched.pop(value, number), number + 1):
                yield between, value
