"""On Windows: the system's unwinder walks through generated code, as long as the code is there."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import farcall
from farcall import seed
from farcall.cdecl import Scope, parse_function
from farcall.cpython.callable.handler import Handler
from farcall.cpython.link import code_map
from farcall.ctype import LLP64
from farcall.system.windows.function_tables import Tables

pytestmark = pytest.mark.skipif(sys.platform != "win32", reason="Windows' unwinder is asked")

SOURCE = """
#include <setjmp.h>
#include <windows.h>
int walk(void **frames, int most) { return CaptureStackBackTrace(0, most, frames, 0); }
int walk_from(int (*middle)(int), int x) { return middle(x) + 1; }
static jmp_buf place;
static void jumps(void *cif, void *result, void **arguments, void *data) { longjmp(place, 7); }
void *jumper(void) { return jumps; }
int caught(int (*middle)(int)) { int number = setjmp(place); return number ? number : middle(1); }
int depth_of(void **frames, int most)
{
    CONTEXT context;
    int count = 0;
    RtlCaptureContext(&context);
    while (context.Rip && count < most) {
        DWORD64 base, established;
        void *data;
        PRUNTIME_FUNCTION entry = RtlLookupFunctionEntry(context.Rip, &base, 0);
        frames[count++] = (void *)context.Rip;
        if (!entry) break;
        RtlVirtualUnwind(0, base, context.Rip, entry, &context, &data, &established, 0);
    }
    return count;
}
"""

#: Where a thread starts; CaptureStackBackTrace gives the last 62 frames at most.
STARTS = ("ntdll.dll", "kernel32.dll", "python.exe")


@pytest.fixture
def walked(load_c: Callable[..., farcall.Library]) -> farcall.Library:
    return load_c(
        SOURCE,
        "int walk(size_t *, int); int walk_from(int (*middle)(int), int x); int depth_of(size_t *, int most);"
        "uintptr_t jumper(void); int caught(int (*middle)(int));",
    )


def generated(address: int) -> str:
    """The name of the generated code that an address lies in."""
    for each in code_map._maps:
        for offset, (name, layout, count) in each.pieces.items():
            if 0 <= address - each.region.address - offset < -(-layout.size // 64) * 64 * count:
                return name
    return ""


def names_of(walk: Callable[..., int]) -> list[str]:
    """The frames: generated code by its name, others by their module's."""
    room = farcall.array(farcall.size_t, 200)()
    count = walk(room, 200)
    frames = list(room)[:count]
    return [generated(frame) or Path(seed.symbol_origin(frame)[0]).name.lower() for frame in frames]


@pytest.mark.parametrize("how", ["walk", "depth_of"])
def test_a_walk_sees_through_a_call(walked: farcall.Library, how: str) -> None:
    found = names_of(getattr(walked, how))
    assert f"call:{how}" in found[:3]
    assert f"python{sys.version_info[0]}{sys.version_info[1]}.dll" in found
    assert found[-1] in STARTS


def test_a_walk_sees_through_a_callback(walked: farcall.Library) -> None:
    kept: list[list[str]] = []

    def middle(x: int) -> int:
        kept.append(names_of(walked.depth_of))
        return x

    assert walked.walk_from(middle, 4) == 5
    (found,) = kept
    assert [name.partition(":")[0] for name in found if ":" in name].count("closure body") == 1
    assert "call:walk_from" in found
    assert found[-1] in STARTS


def test_the_system_unwinds_through_it(walked: farcall.Library) -> None:
    """longjmp does it as exceptions do (RtlUnwindEx), here through the code between C and a handler in C."""
    handler = Handler(parse_function("int f(int)", Scope(LLP64))[1], walked.jumper())
    for _ in range(3):
        assert walked.caught(handler) == 7


def test_the_unwinder_knows_all_code_there_is_and_no_other(walked: farcall.Library) -> None:
    def agree() -> int:
        gc.collect()
        known = [
            (set(each._tables._known), set(each.pieces)) for each in code_map._maps if isinstance(each._tables, Tables)
        ]
        assert all(told == there for told, there in known)
        return sum(len(told) for told, _ in known)

    assert agree() > 0
    made = [farcall.function(walked.walk, f"int f(struct {{ char a[{size}]; }})") for size in range(300, 310)]
    more = agree()
    assert more >= len(made)
    made.clear()
    assert agree() <= more
