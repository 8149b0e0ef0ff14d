"""Systems whose pages are larger than 4 KiB: regions are whole pages, and nothing else depends on how large they are."""

from __future__ import annotations

import mmap

import pytest

from farcall import seed
from farcall.memory import CodeMemory

SIZES = (4096, 16384, 65536)


def mapped(address: int) -> list[tuple[int, str, int]]:
    """Size, permissions and file offset of the mapping that starts at an address."""
    found = []
    with open("/proc/self/maps", encoding="utf-8") as lines:
        for line in lines:
            span, permissions, offset, *_ = line.split()
            start, end = (int(part, 16) for part in span.split("-"))
            if start == address:
                found.append((end - start, permissions, int(offset, 16)))
    return found


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """The size of a page, which may be larger than it is here and then fits here too."""
    size = int(request.param)
    if size % mmap.PAGESIZE:
        pytest.skip(f"pages are of {mmap.PAGESIZE} bytes here")
    monkeypatch.setattr(mmap, "PAGESIZE", size)
    return size


@pytest.mark.parametrize("first", [1, 64, 4096, 5000, 20_000, 65_537, 262_144])
def test_regions_are_whole_pages(page: int, first: int) -> None:
    memory = CodeMemory(first=first, largest=first)
    slot = memory.reserve(1)
    size = slot.region.size
    assert size == memory.statistics().reserved
    assert size % page == 0
    assert first <= size < first + page
    assert mapped(slot.address) == [(size, "r-xs", 0)]
    assert mapped(slot.writable) == [(size, "rw-s", 0)]
    slot.abort()


def test_all_of_a_region_is_used(page: int) -> None:
    """Down to the last granule, through both views."""
    memory = CodeMemory(first=1, largest=1)
    slots = [memory.reserve(64) for _ in range(page // 64)]
    assert memory.statistics().regions == 1
    assert sorted(slot.offset for slot in slots) == list(range(0, page, 64))
    for number, slot in enumerate(slots):
        slot.commit(number.to_bytes(4, "little") * 16)
    region = seed.read(min(slot.address for slot in slots), page)
    assert region == b"".join(number.to_bytes(4, "little") * 16 for number in range(page // 64))
    more = memory.reserve(64)
    assert memory.statistics().regions == 2
    assert memory.statistics().reserved == 2 * page
    for slot in slots:
        slot.free()
    more.abort()


def test_a_slot_larger_than_a_page(page: int) -> None:
    slot = CodeMemory(first=1, largest=1).reserve(page + 1)
    assert slot.region.size == 2 * page
    slot.commit(b"\x11" * (page + 1))
    assert seed.read(slot.address + page, 64) == b"\x11" + b"\xcc" * 63
    slot.free()
