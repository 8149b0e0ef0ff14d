"""Stubs for a big-endian target: the same steps as for its little-endian twin, on other bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from farcall.convention import Target
from farcall.ctype import BIG, ILP32, LITTLE, LP64, ByteOrder, DataModel
from farcall.ir.builder import Builder
from farcall.ir.instruction import Copy, Indirect, Instruction, Load, Memory, Store
from farcall.stub import Surroundings
from farcall.stub.call_mark import mark
from farcall.stub.field import Bits, bits_getter, bits_setter
from farcall.stub.interpreter import MARK, SIZE
from tests.routines import every, interpreters
from tests.stub.standin import CONVENTION, CPU, stand_in

MODELS = [ILP32, LP64]
ORDERS = [LITTLE, BIG]


@pytest.fixture(autouse=True)
def _standin(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch)


def surroundings(model: DataModel, order: ByteOrder, row: int = 0) -> Surroundings:
    model = replace(model, name=f"{model.name}-{order.name}", byteorder=order)
    on = Target(model.name, cpu=CPU, system="linux", model=model, convention=CONVENTION)
    return Surroundings(on, interpreters(model.pointer)[row])


def stripped(step: Instruction) -> object:
    """A step without the offsets of its memory and without its constants and texts."""
    shape: list[object] = [type(step).__name__]
    for name in getattr(step, "__slots__", None) or getattr(step, "_fields", ()):
        value = getattr(step, name)
        if isinstance(value, (Memory, Indirect)):
            shape.append(type(value).__name__)
        elif name in ("size", "to", "signed", "condition", "operation"):
            shape.append(value)
    return shape


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_every_stub_does_the_same_steps(model: DataModel) -> None:
    for row in range(len(interpreters(model.pointer))):
        twins = [every(env.target, env.interpreter) for env in (surroundings(model, order, row) for order in ORDERS)]
        for (name, little), (_, big) in zip(*twins, strict=True):
            assert [stripped(step) for step in little.steps] == [stripped(step) for step in big.steps], name


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_the_mark_is_one_number_of_eight_bytes(model: DataModel, order: ByteOrder) -> None:
    env = surroundings(model, order)
    w = Builder("mark", env.placement("getter"))
    mark(w, env)
    memory = bytearray(SIZE)
    for step in w.finish().steps:
        assert isinstance(step, Store)
        assert isinstance(step.to, Memory)
        assert isinstance(step.source, int)
        offset = step.to.offset
        memory[offset : offset + step.size] = step.source.to_bytes(step.size, order.name, signed=True)
    assert memory == MARK.to_bytes(SIZE, order.name, signed=True)


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8])
def test_a_bit_field_s_bytes_are_the_low_ones_of_its_word(size: int, order: ByteOrder) -> None:
    env, bits = surroundings(LP64, order), Bits(size, 1, 3, False, 8)
    low = order.low(8, size)
    for routine, copies in ((bits_getter(bits, False, env), 1), (bits_setter(bits, False, env), 2)):
        found = [step for step in routine.steps if isinstance(step, Copy)]
        words = [place for step in found for place in (step.to, step.source) if isinstance(place, Memory)]
        assert [place.offset for place in words if not isinstance(place.base, str)] == [low] * copies


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_a_count_of_references_that_shares_its_word_is_its_low_half(order: ByteOrder) -> None:
    rows = interpreters(8)
    row = next(n for n, one in enumerate(rows) if one.fast and one.none_immortal)
    env = surroundings(LP64, order, row)
    steps = dict(every(env.target, env.interpreter))
    counts = [
        step.source.offset
        for routine in steps.values()
        for step in routine.steps
        if isinstance(step, Load) and step.note == "the reference count" and isinstance(step.source, Memory)
    ]
    assert counts
    assert set(counts) == {order.low(8, 4)}
