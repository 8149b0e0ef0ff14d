"""Oniguruma by its header: a search with an encoding and a syntax, which are the library's variables."""

from __future__ import annotations

from typing import Any

import pytest

import farcall
from tests.real.installed import installed


@pytest.fixture(scope="module")
def onig() -> Any:
    return installed(["libonig.so.5"], "oniguruma.h", "libonig-dev")


def test_a_search(onig: Any) -> None:
    assert int(onig.ONIG_ENCODING_UTF8) == onig.address("OnigEncodingUTF8")
    pattern, text = "b(é+)c".encode(), "aaabéééc".encode()
    expression, error = farcall.new(onig.types["regex_t *"]), onig.types.OnigErrorInfo()
    begin = farcall.new("unsigned char[]", list(pattern))
    start = farcall.new("unsigned char[]", list(text))
    at, of = (farcall.cast("unsigned char *", farcall.addressof(one)) for one in (begin, start))
    status = onig.onig_new(
        farcall.addressof(expression),
        at,
        at + len(pattern),
        onig.ONIG_OPTION_DEFAULT,
        onig.ONIG_ENCODING_UTF8,
        onig.ONIG_SYNTAX_RUBY,
        error,
    )
    assert status == onig.ONIG_NORMAL
    region = onig.onig_region_new()
    end = of + len(text)
    assert onig.onig_search(expression, of, end, of, end, region, onig.ONIG_OPTION_NONE) == 3
    assert (region.num_regs, region.beg[1], region.end[1]) == (2, 4, 10)
    onig.onig_region_free(region, 1)
    onig.onig_free(expression)
