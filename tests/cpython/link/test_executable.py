"""Executable memory fit for the CPU: what was overwritten runs anew, and who has to be told of it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from farcall import seed
from farcall.cpython.facts.host import host_target
from farcall.cpython.link import executable
from farcall.lower.cpu_facts import Dynamic, Hardware, hardware
from farcall.memory import CodeMemory, default_memory

#: Without what is asked of the dynamic linker: no library is made for the code.
FACTS = hardware(host_target().cpu)._replace(dynamic=Dynamic())
Calls = list[tuple[int, ...]]


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> CodeMemory:
    """A memory that is made fit as the process's own is, for a process that has not asked for it yet."""
    memory = CodeMemory(b"\0")
    monkeypatch.setattr(executable, "default_memory", lambda: memory)
    monkeypatch.setattr(executable, "_ready", [])
    return memory


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What is told to C, which is not called."""
    told: Calls = []

    def word_function(address: int, count: int) -> Callable[..., int]:
        def call(*arguments: int) -> int:
            assert len(arguments) == count
            told.append(arguments)
            return 0

        return call

    monkeypatch.setattr(executable.seed, "word_function", word_function)
    return told


def pretended(monkeypatch: pytest.MonkeyPatch, facts: Hardware) -> None:
    """Pretend that the CPU is another one."""
    monkeypatch.setattr(executable, "hardware", lambda cpu: facts)
    monkeypatch.setattr(executable, "_try_rewriting", lambda memory, facts: None)


def test_the_process_has_one() -> None:
    assert executable.executable_memory() is executable.executable_memory() is default_memory()
    assert default_memory().trap == FACTS.trap


def test_a_memory_is_made_fit_for_this_cpu(fresh: CodeMemory) -> None:
    assert executable.executable_memory() is fresh
    assert fresh.trap == FACTS.trap
    assert fresh.statistics().slots == 0
    if FACTS.synchronise:
        assert fresh.on_commit is not None


@pytest.mark.parametrize("size", [16, 4000, 100_000])
def test_what_is_committed_is_what_runs(size: int) -> None:
    """Also where other code was before."""
    memory = executable.executable_memory()
    seen: dict[int, int] = {}
    for number in range(40):
        slot = memory.reserve(size)
        slot.commit(FACTS.samples[number % 2])
        assert seed.word_function(slot.address, 0)() == number % 2 + 1
        if memory.reuse:
            slot.write(0, FACTS.samples[1 - number % 2])
            assert seed.word_function(slot.address, 0)() == 2 - number % 2
        seen[slot.address] = seen.get(slot.address, 0) + 1
        slot.free()
    assert (max(seen.values()) > 1) >= memory.reuse


def test_caches_are_told_of_what_was_written(fresh: CodeMemory, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    pretended(monkeypatch, FACTS._replace(trap=b"\x01\x02", synchronise=b"routine"))
    slot = executable.executable_memory().reserve(100)
    slot.commit(b"code")
    slot.write(40, b"more")
    assert calls == [(slot.address, slot.address + 100), (slot.address + 40, slot.address + 44)]
    executable.synchronise(0x1000, 24)
    assert calls[2:] == [(0x1000, 0x1018)]
    assert seed.read(slot.address + 4, 36) == b"\x01\x02" * 18
    slot.free()


def test_where_nobody_has_to_be_told_nobody_is(
    fresh: CodeMemory, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretended(monkeypatch, FACTS._replace(synchronise=b""))
    executable.executable_memory().reserve(100).commit(b"code")
    executable.synchronise(0x1000, 24)
    assert calls == []


@pytest.mark.parametrize("keeps", [False, True])
def test_on_a_machine_that_keeps_what_it_has_run_no_place_is_used_twice(
    keeps: bool, fresh: CodeMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An emulator is one that gives the first routine's result, or the one just written, for each address."""
    known: dict[int, int] = {}

    def word_function(address: int, count: int) -> Callable[..., int]:
        def call() -> int:
            found = 1 if seed.read(address, len(FACTS.samples[0])) == FACTS.samples[0] else 2
            return known.setdefault(address, found) if keeps else found

        return call

    monkeypatch.setattr(executable, "hardware", lambda cpu: FACTS._replace(synchronise=b""))
    monkeypatch.setattr(executable.seed, "word_function", word_function)
    memory = executable.executable_memory()
    assert memory.reuse is not keeps
    assert len(known) == keeps  # tried once
    for number in range(3000):  # less than a region
        slot = memory.reserve(64)
        slot.commit(FACTS.samples[number % 2])
        assert known.get(slot.address) in (None, number % 2 + 1)
        slot.free()
