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
TRIALS = 40


@pytest.fixture
def laboratory() -> Iterator[Laboratory]:
    made = Laboratory()
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.name)
def test_stubs_do_what_the_interpreter_says(tier: Interpreter, laboratory: Laboratory) -> None:
    shares = []
    for number, (name, routine) in enumerate(every(HOST, tier)):
        if (number + 5) % STRIDE or not possible(routine):
            continue
        try:
            found = laboratory.try_out(routine, TRIALS, name)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error
        shares.append(len(found) / len(routine.steps))
    # Calls of many arguments fail at an early one, as random words are seldom all of them objects: each stub counts once.
    far = sum(share >= 0.5 for share in shares)
    assert far > len(shares) / 2, f"{far} of {len(shares)} stubs were carried out for the most part"
