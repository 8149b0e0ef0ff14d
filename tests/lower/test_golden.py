"""The listings of well-known stubs are what they were. `python -m tests.lower.bless` takes over a change."""

from __future__ import annotations

import pytest

from tests.lower.bless import FILES, fresh, kept


@pytest.mark.parametrize(("cpu", "name"), FILES)
def test_the_listing_is_what_it_was(cpu: str, name: str) -> None:
    assert fresh(cpu, name) == kept()[cpu, name].read_text(encoding="utf-8")


def test_no_listing_is_left_over() -> None:
    assert kept().keys() == set(FILES)
