"""32-bit Arm's placements against gcc, byte by byte, for random signatures: by the VFP variant, by the base standard, and by the
ABI before that."""

from __future__ import annotations

from pathlib import Path

import pytest

from farcall.convention import target
from farcall.ctype import alignof, sizeof
from tests import oracle
from tests.oracle import arm, exchange

COUNT = 150
#: gcc has no such types here.
EXTRA = oracle.EXTRA - {"int128", "float128"}
#: Nor these by the ABI before.
OLD_LACKS = {"float16"}


def answerable(case: oracle.Case) -> bool:
    """Not one with an empty struct aligned to 8, behind which gcc aligns what is on the stack. Nothing of it is passed."""
    empty = (type for type in case.signature.parameters if not sizeof(type, case.model))
    return all(alignof(type, case.model) < 8 for type in empty)


@pytest.mark.parametrize("kinds", ["base", "every"])
@pytest.mark.parametrize("name", sorted(arm.MACHINES))
def test_random_signatures(name: str, kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    extra = EXTRA - set(OLD_LACKS if name == "arm-linux-oabi" else ()) if kinds == "every" else frozenset()
    found = exchange.differing(
        target(name), arm.MACHINES[name], tmp_path, seed, count, extra, oracle.AARCH64, answerable
    )
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])
