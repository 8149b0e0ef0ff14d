"""Instructions are equal only within their kind, cannot be changed, and are made as any class's instances."""

from __future__ import annotations

import copy
import pickle
from typing import get_args

import pytest

from farcall.ir.instruction import RESULT, Indirect, Instruction, Jump, Label, Load, Local, Memory, Symbol
from farcall.ir.record import Record


def test_only_records_of_one_kind_are_equal() -> None:
    assert Jump("x") != Label("x")
    assert (Jump("x") == Label("x")) is False
    assert Jump("x") == Jump("x")
    assert Memory("s0", 8) != Indirect(Memory("s0"), 8)
    assert Symbol("x") != ("x",)
    assert Symbol("x") != ("x",)
    assert len({Jump("x"), Label("x"), Jump("x")}) == 2
    assert Jump("x", "why") != Jump("x")


def test_fields_have_names_defaults_and_an_order() -> None:
    made = Load("t0", Memory("s0"), 8, note="n")
    assert made == Load(to="t0", source=Memory("s0", 0), size=8, signed=False, note="n")
    assert (made.to, made.source, made.size, made.signed, made.note) == ("t0", Memory("s0"), 8, False, "n")
    base, offset = made.source
    assert (base, offset) == ("s0", 0)
    match made:
        case Load(to, Memory(base), size):
            assert (to, base, size) == ("t0", "s0", 8)
    assert repr(Local(1, 16)) == "Local(number=1, size=16, align=8)"


def test_wrong_constructors_are_named() -> None:
    with pytest.raises(TypeError, match=r"Load\(\) missing 2 required positional arguments: 'source' and 'size'"):
        Load("t0")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"Jump\(\) got an unexpected keyword argument 'to'"):
        Jump("x", to="y")  # type: ignore[call-arg]


def test_records_are_frozen() -> None:
    made = Jump("x")
    with pytest.raises(AttributeError):
        made.label = "y"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        made.other = "y"  # type: ignore[attr-defined]


def test_copies_and_pickles_are_equal() -> None:
    made = Load("t0", Memory(Local(1, 8)), 8)
    assert copy.deepcopy(made) == pickle.loads(pickle.dumps(made)) == made
    assert pickle.loads(pickle.dumps(RESULT)) == RESULT


@pytest.mark.parametrize("kind", get_args(Instruction), ids=lambda kind: kind.__name__)
def test_every_instruction_says_what_it_does_and_loses(kind: type[Record]) -> None:
    text = kind.__doc__ or ""
    assert "lose" in text.lower() or "ends" in text or "end the routine" in text.lower()
    assert kind.__match_args__[-1] == "note"
