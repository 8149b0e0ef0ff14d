"""The listings of well-known stubs are what they were. `python -m tests.lower.bless` takes over a change."""

from __future__ import annotations

import pytest

from tests.lower.bless import DIRECTORY, fresh
from tests.lower.routines import GOLDEN


@pytest.mark.parametrize("name", GOLDEN)
def test_the_listing_is_what_it_was(name: str) -> None:
    assert fresh(name) == (DIRECTORY / f"{name}.txt").read_text(encoding="utf-8")


def test_no_listing_is_left_over() -> None:
    assert {file.stem for file in DIRECTORY.glob("*.txt")} == set(GOLDEN)
