"""Bytes at a pointer: copies and buffers of so many, without a class for each number."""

from __future__ import annotations

import gc
import struct
import weakref
from typing import Any

import pytest

import farcall
from farcall.cpython.value import stretch as module

WORD = struct.calcsize("P")


def pointer(text: str = "char *", data: bytes = b"some bytes") -> Any:
    return farcall.cast(text, farcall.new("char[]", data))


@pytest.mark.parametrize("type", ["char *", "const char *", "void *", "const void *", "int *", "char **"])
def test_bytes_and_buffer_whatever_the_target_is(type: str) -> None:
    p = pointer(type)
    assert p.bytes(4) == b"some"
    assert p.bytes(0) == b""
    seen = p.buffer(6)
    assert (bytes(seen), seen.format, seen.shape, seen.readonly) == (b"some b", "B", (6,), "const" in type)


def test_without_a_size_bytes_end_at_the_nul() -> None:
    assert pointer(data=b"a\0b").bytes() == b"a"
    assert pointer(data=b"a\0b").bytes(3) == b"a\0b"


def test_a_buffer_is_the_memory() -> None:
    p = pointer()
    p.buffer(4)[:] = b"MORE"
    assert p.string() == "MORE bytes"


def test_a_buffer_of_const_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="read-only"):
        pointer("const char *").buffer(2)[0] = 1


def test_a_buffer_keeps_what_the_pointer_keeps() -> None:
    class Source(bytearray):
        pass

    source = Source(b"kept bytes")
    gone = weakref.ref(source)
    p = farcall.pointer(farcall.uchar)(source)
    seen = p.buffer(4)
    del source, p
    gc.collect()
    assert bytes(seen) == b"kept"
    assert gone() is not None
    del seen
    gc.collect()
    assert gone() is None


def test_any_number_makes_few_classes() -> None:
    p, before = pointer(data=bytes(5000)), len(module._classes)
    for size in range(4000):
        assert p.buffer(size).nbytes == size
    assert len(module._classes) - before <= 13


def test_more_than_a_class_can_own() -> None:
    size = 1 << (8 * WORD - 2)
    assert pointer().buffer(size).nbytes == size


@pytest.mark.parametrize("method", ["bytes", "buffer"])
def test_it_refuses(method: str) -> None:
    p = pointer()
    with pytest.raises(ValueError, match="cannot be -1"):
        getattr(p, method)(-1)
    with pytest.raises(ValueError, match="cannot be an int of more than 256 bits"):
        getattr(p, method)(-(10**5000))
    with pytest.raises(TypeError, match="must be an int"):
        getattr(p, method)("4")
    with pytest.raises(OverflowError, match="address space"):
        getattr(p, method)(1 << 8 * WORD)
    with pytest.raises(farcall.NullPointerError):
        getattr(farcall.type_of("char *")(), method)(4)


@pytest.mark.parametrize("method", ["bytes", "buffer"])
def test_freed_memory_is_refused(method: str) -> None:
    arena = farcall.arena()
    p = farcall.addressof(arena.new("int", 5))
    arena.close()
    with pytest.raises(farcall.FreedMemoryError):
        getattr(p, method)(4)


def test_an_arena_that_was_seen_keeps_its_memory() -> None:
    arena = farcall.arena()
    seen = farcall.addressof(arena.new("int", 5)).buffer(4)
    arena.close()
    assert bytes(seen) == struct.pack("@i", 5)
