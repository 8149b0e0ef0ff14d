"""s390x's placements against gcc, byte by byte, for random signatures, with vector registers and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.convention import target
from tests import oracle
from tests.oracle import exchange, s390x

COUNT = 100
TARGETS = {"s390x": "s390x-linux", "s390x-novx": "s390x-linux-novx"}
#: gcc 12 has no _Float16 here.
EXTRA = oracle.EXTRA - {"float16"}


@pytest.mark.parametrize("kinds", ["base", "every"])
@pytest.mark.parametrize("abi", sorted(TARGETS))
def test_random_signatures(abi: str, kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    found = exchange.differing(
        target(TARGETS[abi]),
        s390x.MACHINES[abi],
        tmp_path,
        seed,
        count,
        EXTRA if kinds == "every" else frozenset(),
        oracle.NO_QUIRKS,
        lambda case: True,
    )
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
