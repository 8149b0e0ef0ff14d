"""powerpc64's placements, of either byte order and its ELF ABI, against gcc, byte by byte, for random signatures."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.convention import target
from tests import oracle
from tests.oracle import exchange, powerpc64
from tests.oracle.here import pads_nothing

COUNT = 100
MACHINES = {"ppc64-linux": powerpc64.BIG, "ppc64le-linux": powerpc64.LITTLE}
#: gcc 12 has no _Float16 here.
EXTRA = oracle.EXTRA - {"float16"}


@pytest.mark.parametrize("kinds", ["base", "every"])
@pytest.mark.parametrize("name", MACHINES)
def test_random_signatures(name: str, kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    found = exchange.differing(
        target(name),
        MACHINES[name],
        tmp_path,
        seed,
        count,
        EXTRA if kinds == "every" else frozenset(),
        oracle.NO_QUIRKS,
        pads_nothing,
    )
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
