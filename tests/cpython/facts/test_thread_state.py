"""Where a thread's state keeps what is raised: checked on the running interpreter before code relies on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from farcall.cpython.facts.interpreter import agrees, counts_references, known
from farcall.cpython.facts.without_gil import has_gil
from farcall.record import replace

FOUND = known()
if FOUND is None or counts_references() or not has_gil() or not agrees(FOUND):
    pytest.skip("no layouts are relied on here", allow_module_level=True)
ROW = FOUND


def test_an_exception_under_way_changes_nothing() -> None:
    def handled() -> bool:
        try:
            raise KeyError
        except KeyError:
            return agrees(ROW)

    def suspended() -> Iterator[bool]:
        try:
            raise ValueError
        except ValueError:
            yield agrees(ROW)
            yield agrees(ROW)

    assert handled()
    assert list(suspended()) == [True, True]


@pytest.mark.parametrize("words", [-1, 1])
def test_a_state_that_is_laid_out_otherwise_is_not_relied_on(words: int) -> None:
    assert not agrees(replace(ROW, state_handled=ROW.state_handled + words * ROW.pointer))


def test_what_is_raised_is_no_other_word() -> None:
    assert not agrees(replace(ROW, state_raised=ROW.state_handled))
