"""What is written for Windows' unwinder, undone by its rules ("x64 exception handling"): the frame of every stretch of code."""

from __future__ import annotations

import pytest

from farcall.convention import target
from farcall.ctype import Vector, names
from farcall.lower import Unwind, thunk
from farcall.lower.frames import shapes
from farcall.lower.function_table import stretches, undoing
from farcall.lower.x86_64.machine import PUSHED
from tests.routines import TIERS, block, every, lowered, stub

WINDOWS = target("x86_64-windows-msvc")
VECTOR = Vector(names.double, 4)
BY_NUMBER = {number: name for name, number in PUSHED.items()}


def undone(data: bytes) -> tuple[str, int, tuple[str, ...]]:
    """From what the frame is measured, how far above that the caller's frame starts, and what was pushed, first to last."""
    version, prologue, count, pointer = data[:4]
    assert (version, prologue, len(data)) == (1, 0, 4 + 2 * (count + count % 2))
    assert len(data) % 4 == 0
    base, depth, pushed, at = "rsp", 0, [], 4
    while at < 4 + 2 * count:
        place, operation, information = data[at], data[at + 1] & 15, data[at + 1] >> 4
        assert place == 0
        at += 2
        if operation == 0:
            pushed.append(BY_NUMBER[information])
            depth += 8
        elif operation == 1:
            size = 4 if information else 2
            depth += int.from_bytes(data[at : at + size], "little") * (1 if information else 8)
            at += size
        elif operation == 2:
            depth += 8 * information + 8
        else:
            assert (operation, depth, pushed, information) == (3, 0, [], 0)
            base = BY_NUMBER[pointer]
    return base, depth + 8, tuple(reversed(pushed))


def test_every_stretch_of_every_routine() -> None:
    codes = [lowered(routine, WINDOWS) for _, routine in every(WINDOWS, TIERS[0])]
    codes += [lowered(stub(VECTOR, *[VECTOR] * 9, target=WINDOWS), WINDOWS)]
    codes += [
        lowered(stub(names.int_, block(size), gil=True, target=WINDOWS), WINDOWS) for size in (300, 90_000, 700_000)
    ]
    forms = set()
    for code in codes:
        found = stretches(code.cpu, len(code.data), shapes(code))
        ends = [0]
        for one in found:
            row = [record for record in code.unwind if record.offset <= one.start][-1]
            assert undone(one.undoing) == (row.base, row.depth, row.saved)
            assert one.start == ends[-1]
            ends.append(one.end)
            forms.add(one.undoing)
        assert ends[-1] == len(code.data)
    assert {undone(form)[0] for form in forms} == {"rsp", "rbp"}
    assert len(forms) > 10


@pytest.mark.parametrize("depth", [8, 16, 136, 144, 8 * 0xFFFF, 8 * 0x10000 + 8, 8 * 0x10000 + 16, 1 << 26])
def test_frames_of_any_size(depth: int) -> None:
    assert undone(undoing("x86_64", Unwind(0, depth, (), "rsp"))) == ("rsp", depth, ())


def test_a_thunk_has_the_frame_that_its_caller_left() -> None:
    from farcall.convention import Signature, place

    code = thunk(WINDOWS, place(Signature(names.void, ()), WINDOWS))
    found = stretches(code.cpu, len(code.data), shapes(code))
    assert [undone(one.undoing) for one in found] == [("rsp", 8, ())]
