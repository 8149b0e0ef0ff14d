"""Each test runs through both of farcall's doors."""

from __future__ import annotations

import pytest

from tests.raw.door import FARCALL, Door, Memory, door


@pytest.fixture(params=FARCALL)
def ffi(request: pytest.FixtureRequest) -> Door:
    return door(request.param)


@pytest.fixture
def memory(ffi: Door) -> Memory:
    return Memory(ffi)
