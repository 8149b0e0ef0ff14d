"""Routines for a Python without a GIL, where they differ: they are well formed, and every CPU takes them."""

from __future__ import annotations

import pytest

from farcall.convention import Signature, Target
from farcall.ctype import Pointer, names
from farcall.ir.verifier import verify
from farcall.lower import lower
from farcall.record import replace
from farcall.stub import Policy, call, closure, crossing, entrance
from farcall.stub.closure_object import closure_clear, closure_close, closure_dealloc, closure_open
from farcall.stub.interpreter import Surroundings
from tests.routines import LOWERED, PAIR, TEXT, interpreters


@pytest.mark.parametrize("target", LOWERED, ids=str)
def test_they_are_well_formed_and_every_cpu_takes_them(target: Target) -> None:
    with_gil = interpreters(target.model.pointer)[-1]
    env, other = (Surroundings(target, row) for row in (replace(with_gil, gil=False), with_gil))
    for one_object in (True, False):
        assert entrance(env, one_object) != entrance(other, one_object)
        verify(entrance(env, one_object), target.model)
        lower(entrance(env, one_object), target)
    for result in (Pointer(names.int_), PAIR):
        routine = closure(crossing(Signature(result, (names.int_,)), target), env)
        assert routine != closure(crossing(Signature(result, (names.int_,)), target), other)
        verify(routine, target.model)
        lower(routine, target)
    fast = replace(env.interpreter, unchanging=True)
    for parameter in (TEXT, Pointer(names.void), Pointer(names.int_), PAIR):
        routine = call(
            crossing(Signature(names.int_, (parameter, names.int_)), target), Policy(), Surroundings(target, fast)
        )
        assert routine != call(crossing(Signature(names.int_, (parameter, names.int_)), target), Policy(), env)
        verify(routine, target.model)
        lower(routine, target)
    for made in (closure_dealloc, closure_clear, closure_close, closure_open):
        assert made(env) != made(other)
        verify(made(env), target.model)
        lower(made(env), target)
