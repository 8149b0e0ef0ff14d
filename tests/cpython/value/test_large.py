"""Values of more bytes than an object can have: views of mapped memory, of which few pages are touched."""

from __future__ import annotations

import mmap
import sys
import weakref
from typing import Any

import pytest

import farcall

GIGABYTE = 1 << 30

pytestmark = pytest.mark.skipif(sys.maxsize < 8 * GIGABYTE, reason="needs addresses of 64 bits")


@pytest.fixture(scope="module")
def mapped() -> Any:
    try:
        memory = mmap.mmap(-1, 5 * GIGABYTE)
    except (OSError, MemoryError) as error:
        pytest.skip(f"needs 5 GB of addresses: {error}")
    return memory


@pytest.mark.parametrize("tier", ["fast", "api"])
def test_arrays(mapped: Any, tier: str) -> None:
    libc = farcall.Library("libc.so.6", tier=tier)
    seen = farcall.view(f"unsigned char[{5 * GIGABYTE}]", mapped)
    assert len(seen) == farcall.sizeof(seen) == memoryview(seen).nbytes == 5 * GIGABYTE
    for _ in range(3):
        for index in (0, 3 * GIGABYTE, 5 * GIGABYTE - 1, -1):
            seen[index] = 7
            assert seen[index] == mapped[index] == 7
            seen[index] = 0
    seen[4 * GIGABYTE : 4 * GIGABYTE + 3] = [1, 2, 3]
    assert seen[4 * GIGABYTE : 4 * GIGABYTE + 4] == [1, 2, 3, 0]
    assert list(seen[4 * GIGABYTE + 2 : 4 * GIGABYTE - 1 : -1]) == [3, 2, 1]
    with pytest.raises(IndexError):
        seen[5 * GIGABYTE]
    found = libc.function("void *memchr(const void *, int, size_t)")(farcall.addressof(seen) and seen, 0, 1)
    assert int(found) == int(farcall.addressof(seen))
    assert repr(seen).endswith("more]>")
    assert weakref.ref(seen)() is seen
    del found
    seen[4 * GIGABYTE : 4 * GIGABYTE + 3] = [0, 0, 0]


def test_rows_and_structs(mapped: Any) -> None:
    rows = farcall.view(f"char[2][{GIGABYTE * 9 // 4}]", mapped)
    rows[1][GIGABYTE * 9 // 4 - 1] = b"x"
    assert mapped[GIGABYTE * 9 // 2 - 1] == ord("x") == rows[-1][-1][0]
    pointer = farcall.cast(f"char (*)[{GIGABYTE * 9 // 4}]", rows)
    assert (pointer[1][GIGABYTE * 9 // 4 - 1], int(pointer + 1) - int(pointer)) == (b"x", GIGABYTE * 9 // 4)
    mapped[GIGABYTE * 9 // 2 - 1] = 0
    lib = farcall.cdef(
        f"struct far {{ char before[{3 * GIGABYTE}]; int number; enum {{ A, B }} e; int bits : 3; double *at; }};"
    )
    far = farcall.view(lib.types.far, mapped)
    for one in (far, farcall.addressof(far)):
        for _ in range(3):
            one.number, one.e, one.bits = 5, 1, -1
            assert (one.number, one.e, one.bits, bool(one.at)) == (5, 1, -1, False)
    assert mapped[3 * GIGABYTE : 3 * GIGABYTE + 4] == (5).to_bytes(4, sys.byteorder)
    assert farcall.offsetof(lib.types.far, "number") == 3 * GIGABYTE
    one.number = one.e = one.bits = 0


def test_numpy(mapped: Any) -> None:
    numpy = pytest.importorskip("numpy", reason="needs numpy")
    seen = numpy.asarray(farcall.view(f"double[{5 * GIGABYTE // 8}]", mapped))
    assert (seen.shape, seen.nbytes) == ((5 * GIGABYTE // 8,), 5 * GIGABYTE)
    seen[-1] = 2.5
    assert farcall.view(f"double[{5 * GIGABYTE // 8}]", mapped)[-1] == 2.5
    seen[-1] = 0
    assert numpy.from_dlpack(farcall.view(f"int[2][{GIGABYTE // 2}]", mapped)).shape == (2, GIGABYTE // 2)


def test_one_is_made() -> None:
    """In memory of its own, as much as there is."""
    with pytest.raises(MemoryError):
        farcall.new(f"char[{1 << 60}]")
