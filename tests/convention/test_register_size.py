"""How wide registers are: known for all that a placement names, and wide enough for what it puts there."""

from __future__ import annotations

import pytest

from farcall.convention import TARGETS, Register, Target, place
from farcall.convention.dispatch import FILES
from farcall.convention.register_size import SIZES, register_size
from farcall.errors import UnsupportedTypeError
from tests.oracle.signature import EXTRA, random_cases


def test_every_cpu_with_a_convention_has_a_row() -> None:
    assert set(SIZES) == set(FILES)


@pytest.mark.parametrize("target", TARGETS.values(), ids=str)
def test_a_register_holds_what_is_put_there(target: Target) -> None:
    for case in random_cases(f"sizes {target}", 10, EXTRA, model=target.model):
        try:
            placement = place(case.signature, target)
        except UnsupportedTypeError:
            continue
        for location in (placement.result, *placement.arguments):
            for piece in location.pieces:
                if isinstance(piece.place, Register):
                    assert register_size(piece.place, target.cpu) >= max(piece.size, piece.extend_to), (
                        placement,
                        piece,
                    )


def test_known_ones() -> None:
    assert register_size(Register("r8", "general"), "x86_64") == 8
    assert register_size(Register("ymm3", "vector"), "x86_64") == 32
    assert register_size(Register("f2", "vector"), "s390x") == 8
    assert register_size(Register("v24", "vector"), "s390x") == 16


def test_an_unknown_one_has_no_size() -> None:
    assert register_size(Register("r1", "general"), "vax") == 0
    assert register_size(Register("p1", "predicate"), "aarch64") == 0
