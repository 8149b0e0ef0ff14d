"""Every stub does as machine code of this CPU what the interpreter says, whichever way it goes.

`FARCALL_STUBS` is one in how many stubs are looked at (32).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from farcall.stub import Interpreter
from tests.ir.native import HOST
from tests.routines import TIERS, every
from tests.stub.laboratory import Laboratory, possible

STRIDE = int(os.environ.get("FARCALL_STUBS", "32"))
TRIALS = 300  # long stubs fail at an early argument, as random words are seldom all of them objects


@pytest.fixture
def laboratory() -> Iterator[Laboratory]:
    made = Laboratory()
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.name)
def test_stubs_do_what_the_interpreter_says(tier: Interpreter, laboratory: Laboratory) -> None:
    there = reached = 0
    for number, (name, routine) in enumerate(every(HOST, tier)):
        if (number + 5) % STRIDE or not possible(routine):
            continue
        try:
            found = laboratory.try_out(routine, TRIALS, name)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error
        there += len(routine.steps)
        reached += len(found)
    assert reached > there // 3, f"{reached} of {there} instructions were reached"
