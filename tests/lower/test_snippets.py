"""What is kept of steps gives the same code as lowering them anew: listings are made without it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pytest

from farcall.convention import Signature, Target, place
from farcall.ctype import names
from farcall.ir.instruction import Branch, Invoke, Label, Load, LoadArgument, Local, Memory, Return, Routine, Store
from farcall.lower import Code, lower
from farcall.lower.engine import snippet
from tests.routines import LINUX, LOWERED, NEWER, TEXT, every, stub

#: One in so many routines is tried, a prime so that each kind comes up.
STRIDE = 41


def _untold(code: Code) -> Code:
    return code._replace(lines=())


def _some(target: Target, start: int = 0) -> list[Routine]:
    return [routine for _, routine in islice(every(target, NEWER), start, None, STRIDE)]


@pytest.mark.parametrize("target", LOWERED, ids=str)
def test_code_from_snippets_is_the_code_of_the_listing(target: Target) -> None:
    for routine in _some(target):
        told = _untold(lower(routine, target, listed=True))
        assert lower(routine, target) == told  # perhaps the first with these steps
        for _ in range(snippet.OFTEN):
            assert lower(routine, target) == told


@pytest.mark.parametrize("target", LOWERED, ids=str)
def test_code_for_images_is_made_without_snippets(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    routines = [stub(names.double, names.double, names.long, target=target), stub(TEXT, TEXT, target=target)]
    monkeypatch.setattr(snippet, "_kept", {})
    before = [lower(routine, target, apart=True) for routine in routines]
    for routine in routines:
        lower(routine, target)
    after = [lower(routine, target, apart=True) for routine in routines]
    assert [_shown(code) for code in after] == [_shown(code) for code in before]
    assert all(code.cells and not code.relocations for code in after)


def _shown(code: Code) -> tuple[object, ...]:
    return code.data, [(cell.offset, cell.name) for cell in code.cells], code.unwind


def test_when_too_many_are_kept_all_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    routines = _some(LINUX)[:30]
    before = [lower(routine, LINUX) for routine in routines]
    monkeypatch.setattr(snippet, "_kept", {})
    monkeypatch.setattr(snippet, "MOST", 5)
    assert [lower(routine, LINUX) for routine in routines] == before
    (kept,) = snippet._kept.values()
    assert sum(len(known) for _, known, *_ in kept.kinds.values()) < 300  # of the last routine


def test_threads_may_keep_the_same_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    routines = _some(LINUX, 3)[:30]
    before = [lower(routine, LINUX) for routine in routines]
    monkeypatch.setattr(snippet, "_kept", {})
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: [lower(routine, LINUX) for routine in routines], range(4)):
            assert found == before


def _stored(target: Target, room: int, label: str) -> Routine:
    """`long f(long x)` by way of a local above another one of `room` bytes."""
    first, second = Local(1, room), Local(2, 8)
    return Routine(
        "stored",
        place(Signature(names.long, (names.long,)), target),
        (
            LoadArgument(0, "t0"),
            Store(Memory(first), "t0", 8),
            Store(Memory(second), "t0", 8),
            Branch("eq", Memory(second), 0, label),
            Label(label),
            Load("t0", Memory(second), 8),
            Return("t0"),
        ),
    )


@pytest.mark.parametrize("target", [target for target in LOWERED if target.model.pointer == 8], ids=str)
def test_a_step_is_another_where_its_local_lies_elsewhere(target: Target) -> None:
    for _ in range(snippet.OFTEN + 1):
        near, far, renamed = (lower(_stored(target, *facts), target) for facts in ((8, "a"), (4096, "a"), (8, "b")))
    assert near != far
    assert near == renamed
    for facts, code in (((8, "a"), near), ((4096, "a"), far)):
        assert _untold(lower(_stored(target, *facts), target, listed=True)) == code


def test_a_step_that_seldom_comes_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snippet, "_kept", {})
    for room in range(8, 8008, 16):
        lower(_stored(LINUX, room, "a"), LINUX)
    (kept,) = snippet._kept.values()
    assert sum(len(known) for _, known, *_ in kept.kinds.values()) < 200  # of 2000: hashes may be equal


def test_what_a_snippet_knows_by_identity_it_keeps() -> None:
    for routine in _some(LINUX)[:20] * snippet.OFTEN:
        lower(routine, LINUX)
    for kept in snippet._kept.values():
        for made in kept.kinds[LoadArgument][1].items():
            (identity, *_), *_ = made[0]
            assert identity == id(made[1].things[0])
        for (_, identity, standing, *_), known in kept.kinds[Invoke][1].items():
            assert identity == id(known.things[1])
            assert standing is None or standing[0] == id(known.things[0])
