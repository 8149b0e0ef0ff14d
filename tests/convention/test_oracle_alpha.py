"""Alpha's placements against gcc, byte by byte, for random signatures."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.convention import target
from farcall.convention.homogeneous import lone_part
from farcall.ctype import names, unqualified
from tests import oracle
from tests.oracle import alpha, exchange

COUNT = 40
#: gcc has no _Float16 here.
EXTRA = oracle.EXTRA - {"float16"}


def is_placed(case: oracle.Case) -> bool:
    """Not one with a `float _Complex` behind the dots, which would be two addresses; nor a struct around a float there, which
    gcc's callees look for where nothing is."""
    tail = case.signature.parameters[len(case.signature.parameters) if (n := case.signature.fixed) is None else n :]
    found = [lone_part(type, case.model) for type in tail]
    return not {names.float_, names.complex_float} & {unqualified(part) for part in found if part is not None} and (
        names.complex_float not in map(unqualified, tail)
    )


@pytest.mark.parametrize("kinds", ["base", "every"])
def test_random_signatures(kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    extra = EXTRA if kinds == "every" else frozenset()
    found = exchange.differing(
        target("alpha-linux"), alpha.MACHINE, tmp_path, seed, count, extra, oracle.NO_QUIRKS, is_placed
    )
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
