"""Stubs for each data model keep the rules of the language, so of registers as wide as a pointer."""

from __future__ import annotations

import pytest

from farcall import convention
from farcall.convention import Target
from farcall.convention.dispatch import conventions
from farcall.ir.instruction import Symbol
from farcall.ir.verifier import faults
from farcall.stub import Interpreter, Surroundings
from tests.routines import LOWERED, every, interpreters
from tests.stub.standin import CONVENTION, CPU, TARGETS, place_on_stack

CASES = [(target, row) for target in LOWERED for row in interpreters(target.model.pointer)]
CASES += [
    (target, row) for target in TARGETS if target not in LOWERED for row in interpreters(target.model.pointer)[-2:]
]


@pytest.fixture(autouse=True)
def _standin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(conventions(CPU), CONVENTION, place_on_stack)


@pytest.mark.parametrize(("target", "row"), CASES, ids=lambda thing: thing.name.replace(" ", "_"))
def test_every_routine_keeps_the_rules(target: Target, row: Interpreter) -> None:
    count, wrong = 0, []
    for name, routine in every(target, row):
        count += 1
        wrong += [f"{name}: {fault}" for fault in faults(routine, target.model)]
    assert wrong == []
    assert count > 1000


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
