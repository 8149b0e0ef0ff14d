"""SPARC's placements against gcc, byte by byte, for random signatures."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.convention import Register, Stack, ValueLocation, place, target
from farcall.convention.homogeneous import lone_part
from farcall.ctype import Complex, Float, Record, Vector, Void, alignof, sizeof, unqualified
from tests import oracle
from tests.oracle import exchange, sparc
from tests.oracle.here import pads_nothing

COUNT = 40
V9 = target("sparc64-linux")
#: gcc has no _Float16 here.
EXTRA = oracle.EXTRA - {"float16"}


def answers(case: oracle.Case) -> bool:
    """Not one with what gcc goes wrong with.

    - An empty struct: its callers pass nothing, its callees count a doubleword.
    - A struct around one floating-point number, not in registers: where that is in an array, gcc ends with an error of its own.
    - A struct that is aligned to its size, with a float beside an integer: its callees lose the float.
    """
    placement = place(case.signature, V9)
    for passed in (placement.result, *placement.arguments):
        type = unqualified(passed.type)
        if not isinstance(type, Record) or passed.by_reference:
            continue
        if not passed.size or (alignof(type, case.model) >= passed.size and is_mixed(passed)):
            return False
        stacked = any(isinstance(piece.place, Stack) for piece in passed.pieces)
        if stacked and isinstance(lone_part(type, case.model), (Complex, Float, Vector)):
            return False
    return pads_nothing(case)


def has_a_result(case: oracle.Case) -> bool:
    """Not one with an empty struct as its result, of which the frame cannot tell that it is in memory."""
    return isinstance(unqualified(case.signature.result), Void) or sizeof(case.signature.result, case.model) > 0


def is_mixed(passed: ValueLocation) -> bool:
    """Whether registers of both kinds hold parts of one doubleword."""
    banks: dict[int, set[str]] = {}
    for piece in passed.pieces:
        if isinstance(piece.place, Register):
            banks.setdefault(piece.offset // 8, set()).add(piece.place.bank)
    return any(len(found) > 1 for found in banks.values())


@pytest.mark.parametrize("kinds", ["base", "every"])
@pytest.mark.parametrize("name", sorted(sparc.MACHINES))
def test_random_signatures(name: str, kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    on, machine = target(name), sparc.MACHINES[name]
    extra = EXTRA if machine.word == 8 else EXTRA - {"int128"}
    found = exchange.differing(
        on,
        machine,
        tmp_path,
        seed,
        count,
        extra if kinds == "every" else frozenset(),
        oracle.NO_QUIRKS,
        answers if machine.word == 8 else has_a_result,
    )
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
