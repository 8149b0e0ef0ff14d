"""Functions of one shape share their code; their classes are their own."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

import farcall
from farcall.cpython.callable import plan as plans
from farcall.cpython.callable.body import closure_body
from farcall.cpython.callable.closure import Closure
from farcall.cpython.callable.function import bind
from farcall.cpython.link.linker import linker
from farcall.cpython.value import class_of
from farcall.ctype import Field, Function, Parameter, Pointer, Qualified, Record
from farcall.ctype import names as c
from farcall.stub import Policy

ABS = ctypes.cast(ctypes.CDLL(None).abs, ctypes.c_void_p).value or 0
TIERS = ("fast", "api")


def block(tag: str) -> Record:
    return Record("struct", tag, (Field("x", c.int_),))


def takes(*types: Any, result: Any = c.int_) -> Function:
    return Function(result, tuple(Parameter(f"p{i}", type) for i, type in enumerate(types)))


def image(function: Function, tier: str = "") -> bytes:
    return planned(function, Policy(True, False), tier).code().prepared.image


def planned(function: Function, policy: Policy, tier: str = "") -> plans.Plan:
    return plans.plan_of(function, plans.facts_of_types(function), policy, tier, None, ())


@pytest.mark.parametrize("tier", TIERS)
def test_two_signatures_of_one_shape_have_one_image_and_their_own_classes(tier: str) -> None:
    one, other = block("shared_one"), block("shared_other")
    first, second = takes(one, result=one), takes(other, result=other)
    made = [bind("abs", function, ABS, tier=tier) for function in (first, second)]
    assert image(first, tier) is image(second, tier)
    for builtin, record in zip(made, (one, other), strict=True):
        cls = class_of(record)
        given = builtin(cls(-7))
        assert type(given) is cls
        assert given.x == 7
    with pytest.raises(TypeError, match=r"p0.*shared_one"):
        made[0](class_of(other)(1))


@pytest.mark.parametrize("tier", TIERS)
def test_pointers_to_const_compare_with_both_their_classes(tier: str) -> None:
    read = ctypes.CDLL(None).strlen
    address = ctypes.cast(read, ctypes.c_void_p).value or 0
    const = frozenset({"const"})
    first, second = (takes(Pointer(Qualified(block(f"text{n}"), const)), result=c.size_t) for n in range(2))
    assert image(first, tier) is image(second, tier)
    for function in (first, second):
        strlen = bind("strlen", function, address, tier=tier)
        record = function.parameters[0].type.target.type  # type: ignore[attr-defined]
        value = class_of(record)(0x00414243)
        assert strlen(value) == 3
        assert strlen(farcall.addressof(value)) == 3


@pytest.mark.parametrize("tier", TIERS)
def test_any_number_of_signatures_takes_one_code(tier: str) -> None:
    image(takes(Pointer(block("first")), c.int_, Pointer(block("first"))), tier)
    kept, before = len(linker(tier)._kept), len(plans._plans)
    types = [Pointer(block(f"many{n}")) for n in range(1500)]
    images = {id(image(takes(type, c.int_, type), tier)) for type in types}
    assert len(images) == 1
    assert (len(linker(tier)._kept), len(plans._plans)) == (kept, before)


def test_a_policy_has_code_of_its_own() -> None:
    function = takes(c.int_)
    images = {
        planned(function, Policy(gil, errno)).code().prepared.image for gil in (True, False) for errno in (True, False)
    }
    assert len(images) == 4


def test_a_variadic_function_makes_no_code_before_it_is_called() -> None:
    record = block("variadic")
    function = Function(record, (Parameter("p", record), Parameter("q", c.double)), True)
    kept = len(linker()._kept)
    bind("f", function, ABS)
    assert len(linker()._kept) <= kept + 1


def test_what_cannot_be_passed_is_refused_each_time() -> None:
    incomplete = Record("struct", "shared_hidden")
    for _ in range(2):
        with pytest.raises(farcall.IncompleteTypeError, match=r"argument 0.*shared_hidden"):
            bind("f", takes(incomplete), ABS)
    incomplete.complete((Field("x", c.int_),))
    assert bind("abs", takes(incomplete), ABS)(class_of(incomplete)(-3)) == 3


def test_a_pointer_to_a_record_that_is_completed_later_takes_its_buffers() -> None:
    later = Record("struct", "shared_later")
    function = takes(Pointer(later), result=c.void)
    before = image(function)
    later.complete((Field("x", c.int_),))
    assert image(function) is not before


def test_closures_of_one_shape_share_their_body() -> None:
    one, other = block("closed_one"), block("closed_other")
    seen: list[type] = []

    def run(value: Any) -> int:
        seen.append(type(value))
        return int(value.x)

    made = [Closure(run, _function=takes(record)) for record in (one, other)]
    assert len({closure_body(takes(record)).address for record in (one, other)}) == 1
    assert [
        closure(class_of(record)(n)) for n, (closure, record) in enumerate(zip(made, (one, other), strict=True))
    ] == [0, 1]
    assert seen == [class_of(one), class_of(other)]
