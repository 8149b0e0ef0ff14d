"""MIPS's placements, o32's and n64's, against gcc, byte by byte, for random signatures in either byte order."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from farcall.convention import target
from tests import oracle
from tests.oracle import exchange, mips
from tests.oracle.here import pads_nothing

COUNT = 40
#: gcc 12 has no _Float16 here, and for o32 none of the types of 128 bits.
EXTRA = oracle.EXTRA - {"float16"}
NARROW = EXTRA - {"int128", "float128"}


@pytest.mark.parametrize("kinds", ["base", "every"])
@pytest.mark.parametrize("name", sorted(mips.MACHINES))
def test_random_signatures(name: str, kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    on = target(name)
    extra = EXTRA if on.model.pointer == 8 else NARROW
    found = exchange.differing(
        on,
        mips.MACHINES[name],
        tmp_path,
        seed,
        count,
        extra if kinds == "every" else frozenset(),
        oracle.NO_QUIRKS,
        partial(pads_nothing, align=2 * on.model.pointer),
    )
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
