"""Calls with pointer parameters of every kind keep the rules of the language, and do as machine code what the interpreter
says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from farcall.convention import Signature, Target
from farcall.ctype import Function, Parameter, Pointer, Qualified, names
from farcall.ir.instruction import Symbol
from farcall.ir.verifier import faults
from farcall.stub import Interpreter, Policy, Routine, Surroundings, call, crossing
from tests.ir.native import HOST
from tests.routines import LOWERED, PAIR, TEXT, TIERS, interpreters
from tests.stub.laboratory import Laboratory, possible

CONST_VOID = Pointer(Qualified(names.void, frozenset({"const"})))
CALLBACK = Pointer(Function(names.int_, (Parameter("", names.int_),)))
PARAMETERS = (Pointer(names.int_), Pointer(names.void), CONST_VOID, TEXT, CALLBACK, PAIR)
CASES = [(target, row) for target in LOWERED for row in interpreters(target.model.pointer)]


def calls(target: Target, row: Interpreter) -> Iterator[Routine]:
    """A call with each parameter alone, which comes in a register, and behind another, which does not."""
    for parameter in PARAMETERS:
        for parameters in ((parameter,), (names.int_, parameter)):
            plan = crossing(Signature(names.int_, parameters), target)
            yield call(plan, Policy(), Surroundings(target, row))


@pytest.mark.parametrize(("target", "row"), CASES, ids=lambda thing: thing.name.replace(" ", "_"))
def test_the_rules(target: Target, row: Interpreter) -> None:
    assert [fault for routine in calls(target, row) for fault in faults(routine, target.model)] == []


def test_a_cache_for_each_parameter() -> None:
    plan = crossing(Signature(names.int_, (names.int_, Pointer(names.void), CALLBACK)), HOST)
    for row in TIERS:
        routine = call(plan, Policy(), Surroundings(HOST, row))
        found = {part.name for step in routine.steps for part in step if isinstance(part, Symbol)}
        caches = {name for name in found if name.startswith("cache:")}
        assert caches == ({"cache:1", "cache:2"} if row.fast else set())


@pytest.mark.parametrize("row", TIERS, ids=lambda row: row.name)
def test_machine_code_does_the_same(row: Interpreter) -> None:
    laboratory = Laboratory()
    try:
        for number, routine in enumerate(calls(HOST, row)):
            if possible(routine):
                laboratory.try_out(routine, 40, f"call {number}")
    finally:
        laboratory.close()
