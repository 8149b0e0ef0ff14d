"""Every public function and method of every layer has an example, which is so, says what it raises, and in what it measures."""

from __future__ import annotations

import contextlib
import inspect
import re

import pytest

from farcall import errors, raw
from tests.docs.public import Public, failures, public

PUBLIC = [one for one in public() if one.short not in errors.__all__]
CALLED = [one for one in PUBLIC if one.is_called]
#: What shows a block that needs more around it than a docstring has.
SHOWN = {
    "farcall.debug_map", "farcall.dtype", "farcall.from_ctypes", "farcall.from_dtype", "farcall.keep_threads", "farcall.perf_map",
    "farcall.register_ctype", "farcall.struct", "farcall.to_ctypes", "farcall.va_list.of", "farcall.draw", "farcall.errno",
    "farcall.last_error", "farcall.CType.pack", "farcall.CType.unpack",
}  # fmt: skip
#: What takes no value that could be wrong.
NOTHING_WRONG = {"farcall.debug_map", "farcall.keep_threads", "farcall.arg", "farcall.arena.close"}
#: The words of names and parameters for what is measured, and the units.
MEASURE = re.compile(r"size(of)?|alignment|alignof|offsets?|offsetof|n?bytes|length")
UNIT = re.compile(r"\b(bytes?|items?|elements?)\b")


def named(of: list[Public]) -> list[object]:
    return [pytest.param(one, id=one.name) for one in of]


def measures(one: Public) -> bool:
    words = one.short.split("_")
    with contextlib.suppress(TypeError, ValueError):  # what has no signature has no parameters with names
        words += inspect.signature(one.thing).parameters  # type: ignore[arg-type]
    return any(MEASURE.fullmatch(word) for word in words)


def test_the_walk_finds_them() -> None:
    names = {one.name for one in PUBLIC}
    assert len(names) == len(PUBLIC)
    assert len([name for name in names if name.startswith("farcall.raw.")]) == len(raw.exports()) + 1
    assert {"farcall.Library.cdef", "farcall.Pointer.bytes", "farcall.Array.bytes", "farcall.FnPtr.call", "farcall.new",
            "farcall.middle.Type.size", "farcall.middle.Closure.callable", "farcall.arena.close", "farcall.Closure.keep",
            "farcall.low.call", "farcall.build.suffix"} <= names  # fmt: skip


@pytest.mark.parametrize("one", named(PUBLIC))
def test_it_has_a_docstring(one: Public) -> None:
    assert len(one.said) > 8


@pytest.mark.parametrize("one", named(CALLED))
def test_it_has_an_example_which_is_so(one: Public) -> None:
    assert re.search(r"\n\n *\S", one.said) if one.name in SHOWN else ">>> " in one.said
    assert failures(one.said, one.name) == ""


@pytest.mark.parametrize("one", named([one for one in CALLED if one.name not in NOTHING_WRONG]))
def test_it_says_what_it_raises(one: Public) -> None:
    assert re.search(r"[Rr]aise[sd]?\b|\w+Error", one.said)


@pytest.mark.parametrize("one", named([one for one in PUBLIC if measures(one)]))
def test_it_says_in_what_it_measures(one: Public) -> None:
    assert UNIT.search(one.said)
