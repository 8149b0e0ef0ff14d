"""Calls and closures of `pascal` and `register` against Free Pascal, which has them: random signatures, both tiers, both
policies of the GIL, every byte both ways."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import farcall
from farcall.cpython.callable import body as bodies
from farcall.cpython.callable import closure as closures
from farcall.cpython.callable.function import bind
from farcall.cpython.link.linker import linker
from tests import oracle
from tests.oracle import pascal
from tests.test_oracle_calls import RUNS, Machine, function_type, report
from tests.test_oracle_closures import POLICIES, TIERS, Callers

CHUNK = 400  # signatures in one unit
COUNT = 300

pytestmark = [
    pytest.mark.skipif(oracle.HERE.target.cpu != "i386", reason="conventions of i386"),
    pytest.mark.parametrize("convention", pascal.CONVENTIONS),
]


def chunks(convention: str) -> Iterator[list[oracle.Case]]:
    seed, count = oracle.requested(COUNT)
    cases = pascal.random_cases(f"{convention} {seed}", count, convention, oracle.HERE.model)
    for first in range(0, count, CHUNK):
        yield cases[first : first + CHUNK]


def test_calls(convention: str, tmp_path: Path) -> None:
    seed, _ = oracle.requested(COUNT)
    differing = []
    for part, cases in enumerate(chunks(convention)):
        name = f"callees{part}"
        machine = Machine(pascal.library(pascal.callee_source(name, cases), tmp_path, name))
        for number, case in enumerate(cases):
            address = machine.library.address(case.name)
            for run in RUNS[number % 2]:
                tier, gil = run
                call = bind(case.name, function_type(case), address, gil=gil, tier=tier)
                found = list(machine.differences(case, call, random.Random(f"{seed} {case.name} {tier}")))
                if found:
                    differing.append(report(seed, case, run, found))
    assert not differing, f"{len(differing)} differ from Pascal\n\n" + "\n\n".join(differing[:10])


@pytest.mark.parametrize("tier", TIERS)
def test_closures(convention: str, tier: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed, _ = oracle.requested(COUNT)
    for module in (bodies, closures):
        monkeypatch.setattr(module, "linker", lambda: linker(tier))
    monkeypatch.setattr(bodies, "_closures", {})
    differing = []
    for part, cases in enumerate(chunks(convention)):
        name = f"callers{part}"
        callers = Callers(pascal.library(pascal.caller_source(name, cases), tmp_path, name))
        for number, case in enumerate(cases):
            function, gil = function_type(case), POLICIES[number % 2]
            rng = random.Random(f"{seed} {case.name} {tier}")
            found = list(callers.differences(case, lambda f: farcall.Closure(f, function), gil, rng))  # noqa: B023
            if found:
                differing.append(report(seed, case, (tier, gil), found))
    assert not differing, f"{len(differing)} differ from Pascal\n\n" + "\n\n".join(differing[:10])
