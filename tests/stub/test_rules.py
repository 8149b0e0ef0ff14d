"""Stubs for each data model keep the rules of the language, so of registers as wide as a pointer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from farcall import convention
from farcall.convention import Placement, Target
from farcall.ctype import unqualified
from farcall.ir.instruction import Invoke, Routine, SaveResult, Symbol
from farcall.ir.verifier import faults
from farcall.stub import Interpreter, Surroundings
from tests.conftest import not_for_debug_builds
from tests.routines import LINUX, LOWERED, NEWER, every, interpreters
from tests.stub.standin import TARGETS, stand_in

CASES = [(target, row) for target in LOWERED for row in interpreters(target.model.pointer)]
CASES += [
    (target, row) for target in TARGETS if target not in LOWERED for row in interpreters(target.model.pointer)[-2:]
]
#: The cases by the width of a pointer and the interpreter: what targets have in common is looked at once in each.
PARTS: dict[tuple[int, str], list[tuple[Target, Interpreter]]] = {}
for target, row in CASES:
    PARTS.setdefault((target.model.pointer, row.name), []).append((target, row))


@pytest.fixture(autouse=True)
def _standin(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch)


def asked(step: object) -> object:
    """What the rules ask of an instruction: the same of many types and of CPUs that are as wide."""
    if not isinstance(step, (Invoke, SaveResult)) or (isinstance(step, Invoke) and step.tail):
        return step  # of a tail call the result is in the same registers
    return type(step), *(_way(part) if isinstance(part, Placement) else part for part in step)


def _way(placement: Placement) -> object:
    values = (*placement.arguments, placement.result)
    pieces = [tuple((one.offset, one.size, type(one.place)) for one in value.pieces) for value in values]
    return placement.returned_address is None, *(
        (type(unqualified(value.type)), value.size, value.by_reference, some)
        for value, some in zip(values, pieces, strict=True)
    )


def distinct(target: Target, row: Interpreter, known: set[object]) -> Iterator[tuple[str, Routine]]:
    """All routines but those of which the rules ask what they have asked before."""
    for name, routine in every(target, row):
        key = _way(routine.placement), tuple(asked(step) for step in routine.steps)
        if key not in known:
            known.add(key)
            yield f"{target.name}, {row.name}, {name}", routine


def test_every_routine_of_one_target_keeps_the_rules() -> None:
    found = dict(distinct(LINUX, NEWER, set()))
    assert [f"{name}: {fault}" for name, routine in found.items() for fault in faults(routine, LINUX.model)] == []
    assert len(found) > 500


@pytest.mark.slow
@not_for_debug_builds
@pytest.mark.parametrize("part", PARTS, ids=str)
def test_every_routine_keeps_the_rules(part: tuple[int, str]) -> None:
    known: set[object] = set()
    wrong = [
        f"{name}: {fault}"
        for target, row in PARTS[part]
        for name, routine in distinct(target, row, known)
        for fault in faults(routine, target.model)
    ]
    assert wrong == []
    assert len(known) > 500


def test_errno_is_asked_of_each_system_as_its_c_library_has_it() -> None:
    """glibc's errno.h; the BSDs' and macOS' sys/errno.h; Cygwin's and Windows' errno.h."""
    asked = {
        real.system: Surroundings(real, interpreters(real.model.pointer)[0]).errno("t0").target
        for real in convention.TARGETS.values()
    }
    assert {system: symbol.name for system, symbol in asked.items() if isinstance(symbol, Symbol)} == {
        "linux": "api:__errno_location", "freebsd": "api:__error", "macos": "api:__error", "openbsd": "api:__errno",
        "cygwin": "api:__errno", "windows": "api:_errno",
    }  # fmt: skip
