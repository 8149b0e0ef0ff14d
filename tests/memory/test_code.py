"""Executable memory: what runs, what is reused. The kernel's own maps are the witness."""

from __future__ import annotations

import random
import re
import threading

import pytest

from farcall import seed
from farcall.memory import CodeMemory, default_memory
from tests.memory.runnable import (
    ANSWER,
    GRANULE,
    answer,
    assert_no_page_is_writable_and_executable,
    call,
    fit_memory,
    maps,
    writable_and_executable,
)


def test_code_runs_and_can_be_rewritten():
    memory = fit_memory()
    slot = memory.reserve(100)
    assert slot.address % GRANULE == 0
    assert slot.size == 100
    slot.write(1, b"later overwritten")
    slot.commit(ANSWER)
    assert call(slot) == 42
    slot.write(0, answer(7))
    assert seed.read(slot.address, len(ANSWER)) == answer(7)
    assert call(slot) == 7 or not memory.reuse
    slot.free()


def test_rest_of_a_slot_and_freed_slots_are_traps():
    memory = CodeMemory()
    keep = memory.reserve(64)
    slot = memory.reserve(100)
    slot.commit(ANSWER)
    assert seed.read(slot.address, 128) == ANSWER + b"\xcc" * (128 - len(ANSWER))
    slot.free()
    assert seed.read(slot.address, 128) == b"\xcc" * 128
    aborted = memory.reserve(64)
    aborted.write(0, b"half done")
    aborted.abort()
    assert seed.read(aborted.address, 64) == b"\xcc" * 64
    keep.abort()


def test_the_trap_of_another_processor_keeps_its_phase():
    trap = bytes.fromhex("000020d4")  # four bytes long
    memory = CodeMemory(trap)
    slot = memory.reserve(30)
    slot.commit(b"\x11" * 6)
    assert seed.read(slot.address, 64) == b"\x11" * 6 + trap[2:] + trap * 14
    keep = memory.reserve(8)
    slot.free()
    assert seed.read(slot.address, 64) == trap * 16
    keep.abort()


@pytest.mark.parametrize("trap", [b"", b"\xcc" * 3, b"\xcc" * 128])
def test_a_trap_divides_the_granule(trap):
    with pytest.raises(ValueError, match="trap"):
        CodeMemory(trap)


def test_freed_slots_are_reused():
    memory = CodeMemory()
    slots = [memory.reserve(300) for _ in range(50)]
    for slot in slots:
        slot.commit(b"\xc3")
    addresses = {slot.address for slot in slots}
    assert len(addresses) == 50
    keep = memory.reserve(1)
    for slot in slots:
        slot.free()
    assert {memory.reserve(320).address for _ in range(50)} == addresses
    assert memory.statistics().regions == 1
    keep.abort()


def test_regions_grow_double_and_are_released():
    memory = CodeMemory(first=64 * 1024, largest=128 * 1024)
    slots = [memory.reserve(32 * 1024) for _ in range(14)]
    for slot in slots:
        slot.commit(ANSWER)
    statistics = memory.statistics()
    assert (statistics.regions, statistics.reserved) == (4, (64 + 128 * 3) * 1024)  # 2 + 4 + 4 + 4 slots
    assert (statistics.slots, statistics.in_use) == (14, 14 * 32 * 1024)
    code = {start for start, flags, name in maps() if "farcall" in name and "x" in flags}
    for slot in slots:
        slot.free()
    statistics = memory.statistics()
    assert (statistics.regions, statistics.slots, statistics.in_use) == (1, 0, 0)
    gone = code - {start for start, flags, name in maps() if "farcall" in name and "x" in flags}
    assert len(gone) == 3


def test_a_slot_larger_than_any_region():
    slot = CodeMemory(first=4096, largest=4096).reserve(100_000)
    slot.commit(b"\x90" * 99_999 + b"\xc3")
    assert seed.read(slot.address + 99_999, 1) == b"\xc3"


@pytest.mark.parametrize("size", [0, -1])
def test_sizes_are_positive(size):
    with pytest.raises(ValueError, match="positive size"):
        CodeMemory().reserve(size)


def test_misuse_is_an_error():
    memory = CodeMemory()
    slot = memory.reserve(16)
    with pytest.raises(ValueError, match="do not fit"):
        slot.commit(b"x" * 17)
    for offset, data in ((-1, b"x"), (16, b"x"), (10, b"1234567")):
        with pytest.raises(ValueError, match="do not lie within"):
            slot.write(offset, data)
    with pytest.raises(RuntimeError, match="not committed"):
        slot.free()
    slot.commit(ANSWER)
    with pytest.raises(RuntimeError, match="not freshly reserved"):
        slot.commit(ANSWER)
    with pytest.raises(RuntimeError, match="not reserved"):
        slot.abort()
    slot.free()
    for act in (slot.free, slot.abort, lambda: slot.write(0, b"x"), lambda: slot.commit(b"x")):
        with pytest.raises(RuntimeError, match="freed"):
            act()
    other = memory.reserve(10)
    other.abort()
    for act in (other.free, other.abort, lambda: other.write(0, b"x"), lambda: other.commit(b"x")):
        with pytest.raises(RuntimeError, match="aborted"):
            act()


def test_on_commit_is_told_of_every_change_of_committed_code():
    told = []
    slot = CodeMemory(on_commit=lambda address, size: told.append((address, size))).reserve(32)
    slot.write(0, b"early")
    assert told == []
    slot.commit(ANSWER)
    slot.write(1, b"\x07")
    assert told == [(slot.address, 32), (slot.address + 1, 1)]


def test_without_reuse_no_byte_is_handed_out_twice():
    """As long as its region lives; a region goes when nothing in it is left and it has no room any more."""
    memory = CodeMemory(first=4096, largest=4096)
    memory.reuse = False
    kept, taken = memory.reserve(64), {}
    for size in [64, 200, 1000, 64] * 200:
        slot = memory.reserve(size)
        assert slot.region.slots == 1 + (slot.region is kept.region)
        spans = taken.setdefault(id(slot.region), (slot.region, []))[1]  # held, so that no other one is at its place
        assert all(slot.offset >= end for end in spans)
        spans.append(slot.offset + slot.length)
        slot.commit(b"\xc3")
        slot.free()
        assert memory.statistics().regions <= 2
    assert len(taken) > 50
    found = memory.statistics()
    assert (found.slots, found.in_use) == (1, 64)
    kept.abort()
    assert memory.statistics().slots == memory.statistics().in_use == 0
    assert memory.statistics().regions == 1


def test_never_writable_and_executable_through_many_operations():
    memory = fit_memory(first=16 * 1024, largest=64 * 1024)
    others = len(writable_and_executable())
    chance = random.Random(1)
    live = []
    for step in range(3000):
        if chance.random() < 0.55 or not live:
            slot = memory.reserve(chance.randrange(len(ANSWER), 2000))
            if chance.random() < 0.1:
                slot.abort()
            else:
                slot.commit(answer(step))
                live.append((slot, step))
        else:
            slot, number = live.pop(chance.randrange(len(live)))
            assert call(slot) == number
            slot.free()
        if step % 300 == 0:
            assert_no_page_is_writable_and_executable(others)
    assert [call(slot) for slot, _ in live] == [number for _, number in live]
    statistics = memory.statistics()
    assert statistics.slots == len(live)
    assert statistics.in_use == sum(-(-slot.size // GRANULE) * GRANULE for slot, _ in live)


def test_threads_share_one_memory():
    memory = fit_memory(first=16 * 1024)
    wrong: list[object] = []

    def work(seed_number: int) -> None:
        chance = random.Random(seed_number)
        live = []
        for step in range(400):
            slot = memory.reserve(chance.randrange(len(ANSWER), 900))
            slot.commit(answer(seed_number * 1000 + step))
            live.append((slot, seed_number * 1000 + step))
            if len(live) > 20:
                old, number = live.pop(chance.randrange(len(live)))
                if call(old) != number:
                    wrong.append((old, number))
                old.free()
        for old, number in live:
            if call(old) != number:
                wrong.append((old, number))
            old.free()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert memory.statistics()[2:] == (0, 0, 0)


def test_a_finalizer_may_free_and_reserve_in_the_middle_of_a_reservation(monkeypatch):
    memory = CodeMemory(first=4096)
    doomed = memory.reserve(64)
    doomed.commit(ANSWER)
    made = []
    from farcall.memory.code import CodeMemory as Inner

    take = Inner._take

    def interrupted(self, length):
        result = take(self, length)
        if not made:
            made.append(memory.reserve(64))
            doomed.free()
        return result

    monkeypatch.setattr(Inner, "_take", interrupted)
    slot = memory.reserve(64)
    assert len({slot.address, made[0].address, doomed.address}) == 3
    assert memory.statistics().slots == 2
    assert seed.read(doomed.address, 64) == b"\xcc" * 64


def test_a_slot_that_there_is_no_memory_to_free_is_freed_later(monkeypatch):
    memory = fit_memory()
    slots = [memory.reserve(64) for _ in range(3)]
    for slot in slots:
        slot.commit(ANSWER)
    traps = memory.traps

    def short(start: int, length: int) -> bytes:
        monkeypatch.setattr(memory, "traps", traps)
        raise MemoryError

    monkeypatch.setattr(memory, "traps", short)
    slots[0].free()  # from a finalizer, say, which has nobody to tell
    assert memory.statistics().slots == 3
    slots[1].free()
    assert memory.statistics().slots == 1
    monkeypatch.setattr(memory, "traps", short)
    slots[2].free()
    memory.reserve(64).abort()
    assert memory.statistics().slots == 0


def test_the_default_memory_is_one():
    assert default_memory() is default_memory()
    assert re.fullmatch(r"<Slot 5 bytes at 0x[0-9a-f]+, reserved>", repr(default_memory().reserve(5)))


def test_place_is_reserve_and_commit_in_one() -> None:
    told: list[tuple[int, int]] = []
    memory = CodeMemory(trap=b"\x0f\x0b", on_commit=lambda address, size: told.append((address, size)))
    for size in (1, 63, 64, 65, 200):
        code = bytes([0x90]) * size
        slot = memory.place(code)
        assert (slot.state, slot.size, slot.address % 64) == ("committed", size, 0)
        assert told.pop() == (slot.address, size)
        rest = slot.length - size
        shift = size % 2
        assert seed.read(slot.address, slot.length) == code + (b"\x0f\x0b" * 64)[shift : shift + rest]
        slot.free()
        assert seed.read(slot.address, slot.length) == b"\x0f\x0b" * (slot.length // 2)
    with pytest.raises(ValueError, match="no bytes"):
        memory.place(b"")


def test_place_in_the_middle_of_a_change_stays_away_from_it() -> None:
    memory = CodeMemory()
    memory.place(b"first")
    memory._busy = True
    apart = memory.place(b"second")
    memory._busy = False
    assert seed.read(apart.address, 6) == b"second"
    assert memory.statistics().regions == 2
    apart.free()
