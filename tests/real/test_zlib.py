"""zlib, with its memory allocated by Python."""

from __future__ import annotations

import zlib
from typing import Any

import pytest

import farcall

DECLARED = """
typedef struct {
    const unsigned char *next_in; unsigned avail_in; unsigned long total_in;
    unsigned char *next_out; unsigned avail_out; unsigned long total_out;
    const char *msg; void *state;
    void *(*zalloc)(void *opaque, unsigned items, unsigned size);
    void (*zfree)(void *opaque, void *address);
    void *opaque;
    int data_type; unsigned long adler, reserved;
} z_stream;
int deflateInit_(z_stream *stream, int level, const char *version, int size);
int deflate(z_stream *stream, int flush);
int deflateEnd(z_stream *stream);
int inflateInit_(z_stream *stream, const char *version, int size);
int inflate(z_stream *stream, int flush);
int inflateEnd(z_stream *stream);
const char *zlibVersion(void);
unsigned long crc32(unsigned long crc, const unsigned char *data, unsigned length);
"""
FINISH, STREAM_END, MEM_ERROR = 4, 1, -4


@pytest.fixture(scope="module")
def z() -> farcall.Library:
    try:
        library = farcall.Library("z")
    except farcall.LibraryError:
        pytest.skip("needs zlib")
    library.cdef(DECLARED)
    return library


class Pool:
    """An allocator: blocks by address."""

    def __init__(self, limit: int = 1 << 30) -> None:
        self.blocks: dict[int, Any] = {}
        self.limit, self.taken, self.most = limit, 0, 0

    def allocate(self, opaque: Any, items: int, size: int) -> Any:
        if self.taken + items * size > self.limit:
            return None
        block = farcall.array(farcall.uchar, items * size)()
        place = farcall.addressof(block)
        self.blocks[int(place)] = block
        self.taken += items * size
        self.most = max(self.most, self.taken)
        return int(place)

    def free(self, opaque: Any, address: Any) -> None:
        self.taken -= len(self.blocks.pop(int(address)))


def stream(z: farcall.Library, pool: Pool) -> Any:
    made = z.types.z_stream()
    made.zalloc, made.zfree = pool.allocate, pool.free  # kept by the struct
    return made


def run(z: farcall.Library, stream: Any, data: bytes, act: str, room: int) -> bytes:
    out = bytearray(room)
    stream.next_in, stream.avail_in = data, len(data)
    stream.next_out, stream.avail_out = out, room
    assert getattr(z, act)(farcall.addressof(stream), FINISH) == STREAM_END
    return bytes(out[: stream.total_out])


def test_custom_allocators(z: farcall.Library) -> None:
    data = b"".join(b"%d squared is %d\n" % (i, i * i) for i in range(20000))
    pool = Pool()
    packing = stream(z, pool)
    size = farcall.sizeof(z.types.z_stream)
    assert z.deflateInit_(farcall.addressof(packing), 6, z.zlibVersion(), size) == 0
    assert pool.taken > 100_000
    packed = run(z, packing, data, "deflate", len(data))
    assert z.deflateEnd(farcall.addressof(packing)) == 0
    assert not pool.blocks
    assert pool.taken == 0
    assert zlib.decompress(packed) == data
    unpacking = stream(z, pool)
    assert z.inflateInit_(farcall.addressof(unpacking), z.zlibVersion(), size) == 0
    assert run(z, unpacking, packed, "inflate", len(data) + 10) == data
    assert z.inflateEnd(farcall.addressof(unpacking)) == 0
    assert not pool.blocks


def test_an_allocator_that_has_no_more(z: farcall.Library) -> None:
    pool = Pool(limit=50_000)
    made = stream(z, pool)
    size = farcall.sizeof(z.types.z_stream)
    assert z.deflateInit_(farcall.addressof(made), 6, z.zlibVersion(), size) == MEM_ERROR
    assert not pool.blocks


def test_an_allocator_that_raises(z: farcall.Library) -> None:
    """NULL is what zlib gets, which it takes for no memory; the exception comes out of the call."""

    def allocate(opaque: Any, items: int, size: int) -> Any:
        raise MemoryError("not today")

    made = z.types.z_stream()
    made.zalloc, made.zfree = allocate, lambda opaque, address: None
    with pytest.raises(MemoryError, match="not today"):
        z.deflateInit_(farcall.addressof(made), 6, z.zlibVersion(), farcall.sizeof(z.types.z_stream))
