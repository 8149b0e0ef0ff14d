"""MIPS's placements, o32's, n64's and n32's, against gcc, byte by byte, for random signatures in either byte order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from farcall.convention import Target, place, target
from tests import oracle
from tests.oracle import exchange, mips
from tests.oracle.here import pads_nothing
from tests.oracle.signature import Case

COUNT = 40
#: gcc 12 has no _Float16 here, and for o32 none of the types of 128 bits.
EXTRA = oracle.EXTRA - {"float16"}
NARROW = EXTRA - {"int128", "float128"}


@pytest.mark.parametrize("kinds", ["base", "every"])
@pytest.mark.parametrize("name", sorted(mips.MACHINES))
@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
def test_random_signatures(name: str, soft: bool, kinds: str, tmp_path: Path) -> None:
    seed, count = oracle.requested(COUNT)
    on, machine = target(name), mips.MACHINES[name]
    if soft:
        on, machine = replace(on, convention=f"{on.convention}-soft"), mips.SOFT[name]
    extra = EXTRA if machine.word == 8 else NARROW
    found = exchange.differing(
        on,
        machine,
        tmp_path,
        seed,
        count,
        extra if kinds == "every" else frozenset(),
        oracle.NO_QUIRKS,
        lambda case: pads_nothing(case, align=2 * machine.word) and is_seen(case, on),
    )
    assert not found, f"seed {seed}: {len(found)} of {count} differ\n\n" + "\n\n".join(found[:10])


def is_seen(case: Case, on: Target) -> bool:
    """Not a result with a part in a0, which soft n64 has for two numbers, and a long one: the frames have no room for it."""
    result = place(case.signature, on).result
    pieces = () if result.by_reference or on.convention.startswith("o32") else result.pieces
    return not any(str(piece.place) == "a0" for piece in pieces)
