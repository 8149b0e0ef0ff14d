"""The oracle against itself: gcc's callers call gcc's callees; farcall's placements have no part in it."""

from __future__ import annotations

import ctypes
import random
from pathlib import Path

import pytest

from farcall.ctype import Field, Record
from farcall.ctype import names as c
from tests import oracle


@oracle.needs_here
def test_what_a_caller_sends_is_what_the_callee_sees(tmp_path: Path) -> None:
    here = oracle.HERE
    cases = oracle.cases_here("self", 60, here.kinds)
    callers = ctypes.CDLL(str(oracle.build(oracle.caller_source(cases), tmp_path, here.flags, "callers")))
    callees = ctypes.CDLL(str(oracle.build(oracle.callee_source(cases), tmp_path, here.flags, "callees")))
    args_in = oracle.buffer(callers, "args_in", oracle.BUFFER_SIZE)
    args_seen = oracle.buffer(callees, "args_seen", oracle.BUFFER_SIZE)
    given = oracle.buffer(callees, "result_buffer", oracle.BUFFER_SIZE)
    got = oracle.buffer(callers, "result_buffer", oracle.BUFFER_SIZE)
    for case in cases:
        values = oracle.random_values(random.Random(case.name), case)
        args_seen[:] = bytes(oracle.BUFFER_SIZE)
        got[:] = bytes(oracle.BUFFER_SIZE)
        for at, value in zip(case.offsets, values.arguments, strict=True):
            args_in[at : at + len(value)] = value
        given[: len(values.result)] = values.result
        getattr(callers, f"call_{case.name}")(getattr(callees, case.name))
        for type, at, value in zip(case.signature.parameters, case.offsets, values.arguments, strict=True):
            assert oracle.same(type, value, bytes(args_seen[at : at + len(value)]), here.model), (str(case), str(type))
        assert oracle.same(case.signature.result, values.result, bytes(got[: len(values.result)]), here.model), str(
            case
        )
    assert ctypes.c_ulong.in_dll(callees, "calls_seen").value == len(cases)


def test_a_case_depends_on_its_number_only() -> None:
    long = oracle.callee_source(oracle.random_cases(7, 30, sorted(oracle.EXTRA)))
    short = oracle.callee_source(oracle.random_cases(7, 3, sorted(oracle.EXTRA), first=12))
    assert short.splitlines()[-1] in long.splitlines()
    function = short[short.index("f13(") : short.index("f14(")]
    assert function.rpartition("}")[0] in long


def test_cases_reach_what_they_promise() -> None:
    cases = oracle.random_cases(1, 300)
    signatures = [case.signature for case in cases]
    text = "\n".join(oracle.definitions(cases))
    assert max(len(s.parameters) for s in signatures) == 24
    assert sum(s.fixed is not None for s in signatures) >= 20
    assert all(word in text for word in ("union ", "enum ", "struct ", "typedef", "(*", "][2]", "}; "))
    assert sum(s.result == c.void for s in signatures) >= 10
    sizes = {len(oracle.random_value(random.Random(0), t)) for s in signatures for t in s.parameters}
    assert {1, 2, 4, 8, 12, 16, 24, 64} <= sizes
    assert max(sizes) == 64


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="decimal"):
        oracle.random_cases(1, 1, ["decimal"])


def test_values_are_valid() -> None:
    rng = random.Random(3)
    assert {oracle.random_value(rng, c.bool_) for _ in range(50)} == {b"\0", b"\1"}
    assert all(oracle.random_value(rng, c.longdouble)[7] & 0x80 for _ in range(50))
    assert oracle.significant(c.longdouble) == b"\xff" * 10 + bytes(6)
    bits = Record("struct", "b", [Field("a", c.int_, 3), Field(None, c.int_, 7), Field("b", c.uint, 30)])
    assert oracle.significant(bits) == bytes.fromhex("07000000ffffff3f")
    assert not oracle.same(c.int_, b"abcd", b"abce")
    assert oracle.same(c.longdouble, bytes(16), bytes(10) + b"padpad")
