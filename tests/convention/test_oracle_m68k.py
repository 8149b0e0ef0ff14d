"""m68k's placements against gcc, byte by byte, for random signatures."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.convention import target
from tests import oracle
from tests.oracle import exchange, m68k

COUNT = 40
M68K = target("m68k-linux")
#: gcc has no other formats and no wider integers here.
EXTRA = oracle.EXTRA - {"float16", "float128", "int128"}


def answers(case: oracle.Case) -> bool:
    """Any signature."""
    return True


@pytest.mark.parametrize("kinds", ["base", "every"])
def test_random_signatures(kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    extra = EXTRA if kinds == "every" else frozenset()
    found = exchange.differing(M68K, m68k.MACHINE, tmp_path, seed, count, extra, oracle.NO_QUIRKS, answers)
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
