"""Stubs for each data model keep the law of registers as wide as a pointer; and layouts are those of each model's C."""

from __future__ import annotations

import pytest

from farcall import convention
from farcall.convention import Signature, Target
from farcall.convention.dispatch import conventions
from farcall.ctype import names
from farcall.ir.instruction import (
    Branch,
    Compute,
    Copy,
    Invoke,
    Label,
    Load,
    LoadArgument,
    Local,
    Memory,
    Move,
    Return,
    SaveResult,
    Store,
    Symbol,
)
from farcall.stub import Routine, Surroundings
from tests.stub.every import every, interpreters
from tests.stub.law import breaches
from tests.stub.standin import CONVENTION, CPU, TARGETS, place_on_stack

CASES = [(target, row) for target in TARGETS for row in interpreters(target.model.pointer)]
NARROW = TARGETS[2]


@pytest.fixture(autouse=True)
def _standin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(conventions(CPU), CONVENTION, place_on_stack)


@pytest.mark.parametrize(("target", "row"), CASES, ids=lambda thing: thing.name.replace(" ", "_"))
def test_no_step_moves_more_than_a_pointer_through_a_register(target: Target, row: object) -> None:
    count, wrong = 0, []
    for name, routine in every(target, row):  # type: ignore[arg-type]
        count += 1
        wrong += [f"{name}: {breach}" for breach in breaches(routine, target.model.pointer)]
    assert wrong == []
    assert count > 500


SIXTY_FOUR = place_on_stack(Signature(names.longlong, (names.longlong,)), NARROW)
WRONG = [
    Load("t0", Memory("s0"), 8),
    Store(Memory("s0"), 0, 8),
    Store(Memory("s0"), 1 << 32, 4),
    Store(Memory(Local(1, 8), 8), 0, 4),
    Copy(Memory(Local(1, 8)), Memory("s0"), 12),
    Move("t0", 1 << 40),
    Compute("and", "t0", 1 << 32),
    Compute("shl", "t0", 32),
    Branch("eq", "t0", 0, "here", 8),
    Branch("above", "t0", 1 << 32, "here"),
    Branch("eq", "t0", 0, "nowhere"),
    Label("here"),
    LoadArgument(0, "t0"),
    Invoke("t0", SIXTY_FOUR, ("t0",), Memory("s0")),
    Invoke("t0", SIXTY_FOUR, (Memory("s0"),), "t0"),
    Invoke("t0", SIXTY_FOUR, ()),
    SaveResult(SIXTY_FOUR, Memory("s0")),
    Return("t0"),
]  # fmt: skip


@pytest.mark.parametrize("step", WRONG, ids=str)
def test_the_law_is_enforced(step: object) -> None:
    routine = Routine("wrong", SIXTY_FOUR, (step, Label("here")))  # type: ignore[arg-type]
    assert len(breaches(routine, 4)) == 1


def test_what_is_wrong_with_4_bytes_is_right_with_8() -> None:
    steps = [step for step in WRONG if isinstance(step, (Load, Move, LoadArgument, Return, SaveResult))]
    assert breaches(Routine("right", SIXTY_FOUR, tuple(steps)), 8) == []


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
