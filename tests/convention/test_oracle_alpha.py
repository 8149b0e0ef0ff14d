"""Alpha's placements against gcc, byte by byte, for random signatures."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.convention import Stack, place, target
from farcall.convention.homogeneous import lone_part
from farcall.ctype import Complex, names, sizeof, unqualified
from tests import oracle
from tests.oracle import alpha, exchange

COUNT = 40
ALPHA = target("alpha-linux")
#: gcc has no _Float16 here.
EXTRA = oracle.EXTRA - {"float16"}


def answers(case: oracle.Case) -> bool:
    """Not one with a `float _Complex` behind the dots, which would be two addresses; nor what gcc goes wrong with.

    - A struct around a float behind the dots: its callees look for it where nothing is.
    - An argument on the stack behind a complex number in registers, in a variadic function: its callees look for it where
      nothing is, or it ends with an error of its own.
    """
    signature = case.signature
    if signature.fixed is None:
        return True
    tail = [unqualified(type) for type in signature.parameters[signature.fixed :]]
    found = [lone_part(type, case.model) for type in tail if sizeof(type, case.model)]
    if {names.float_, names.complex_float} & {unqualified(part) for part in found if part is not None}:
        return False
    arguments = place(signature, ALPHA).arguments
    stacked = any(isinstance(piece.place, Stack) for one in arguments for piece in one.pieces)
    return not (stacked and any(isinstance(unqualified(type), Complex) for type in signature.parameters))


@pytest.mark.parametrize("kinds", ["base", "every"])
def test_random_signatures(kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    extra = EXTRA if kinds == "every" else frozenset()
    found = exchange.differing(ALPHA, alpha.MACHINE, tmp_path, seed, count, extra, oracle.NO_QUIRKS, answers)
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
