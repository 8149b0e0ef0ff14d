"""No memory, at any line of what makes functions, closures and values: a MemoryError, and all goes on afterwards."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable
from typing import Any

import pytest

import farcall
from tests.shortage import failures

LIBRARY = farcall.Library("libm.so.6")
LENGTHS = itertools.count(1)
ROOMS = os.path.dirname(farcall.__file__).replace("\\", "/") + "/"


def declare() -> None:
    library = farcall.Library("libm.so.6")
    library.cdef("struct s { int a[3]; }; double cos(double x); typedef int (*callback)(struct s *);")
    assert library.cos(0.0) == 1.0


#: What is made, and of how many lines one fails.
ACTS: dict[str, tuple[int, Callable[[], Any]]] = {
    "function": (31, lambda: LIBRARY.function("double cos(double x, struct { int a; char *p; } *q, const char *s)")),
    "declarations": (31, declare),
    "closure": (97, lambda: farcall.Closure(abs, f"int (*)(int, char (*)[{next(LENGTHS)}])")),  # of a type that is new
    "array": (7, lambda: farcall.new("const char *[2]", ["text"])),
    "view": (7, lambda: farcall.view("int[2]", bytearray(8))[0]),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", ACTS)
def test_running_out_of_memory(name: str) -> None:
    stride, act = ACTS[name]
    act()
    seen = {}
    for error in failures(act, ROOMS, stride):
        seen[type(error)] = error
        act()
    assert list(seen) == [MemoryError], re.sub(r"\s+", " ", repr(seen))
