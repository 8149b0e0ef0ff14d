"""powerpc's placements against gcc, byte by byte, for random signatures, with either rule for small structs."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.convention import target
from farcall.ctype import names
from tests import oracle
from tests.oracle import exchange, powerpc

COUNT = 100
#: gcc has no such types here.
EXTRA = oracle.EXTRA - {"int128", "float16", "float128"}


def fits(case: oracle.Case) -> bool:
    """Not one whose result takes more general registers than the frame has room for."""
    return case.signature.result != names.complex_longdouble


@pytest.mark.parametrize("kinds", ["base", "every"])
@pytest.mark.parametrize("name", sorted(powerpc.MACHINES))
def test_random_signatures(name: str, kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    extra = EXTRA if kinds == "every" else frozenset()
    found = exchange.differing(
        target(name), powerpc.MACHINES[name], tmp_path, seed, count, extra, oracle.NO_QUIRKS, fits
    )
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
