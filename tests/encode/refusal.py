"""What encoders refuse, by what they say: one test for each row of a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

__all__ = ["refusing"]


def refusing(rows: Sequence[tuple[Callable[[], object], str]]) -> Callable[[Callable[[], object], str], None]:
    """The test of calls that are refused, each beside a pattern that the message starts with."""

    @pytest.mark.parametrize(("encode", "message"), rows, ids=[message[:40] for _, message in rows])
    def refused(encode: Callable[[], object], message: str) -> None:
        with pytest.raises(ValueError, match=f"^{message}"):
            encode()

    return refused
