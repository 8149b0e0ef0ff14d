"""memmove and memset are C's, and refuse what they can know to be too small."""

from __future__ import annotations

import ctypes
import struct
from array import array
from typing import Any

import pytest

import farcall


def place() -> Any:
    return farcall.new("unsigned char[8]", list(range(8)))


@pytest.mark.parametrize("source", [b"abcd", bytearray(b"abcd"), memoryview(b"abcd"), array("B", b"abcd")])
def test_memmove_takes_what_c_takes(source: Any) -> None:
    to = place()
    farcall.memmove(to, source, 4)
    assert bytes(to) == b"abcd\4\5\6\7"


def test_places_may_overlap() -> None:
    to = place()
    start = farcall.pointer(farcall.uchar)(to)
    farcall.memmove(start + 2, start, 6)
    assert list(to) == [0, 1, 0, 1, 2, 3, 4, 5]
    farcall.memmove(int(start), int(start) + 2, 6)
    assert list(to) == [0, 1, 2, 3, 4, 5, 4, 5]


def test_memset() -> None:
    to = place()
    farcall.memset(to, 200, 3)
    assert list(to) == [200, 200, 200, 3, 4, 5, 6, 7]
    room = bytearray(3)
    farcall.memset(room, 1, 2)
    assert room == b"\1\1\0"


def test_no_bytes_are_none() -> None:
    to = place()
    farcall.memmove(to, b"", 0)
    farcall.memset(to, 1, 0)
    assert list(to) == list(range(8))


@pytest.mark.parametrize(
    ("to", "source", "size", "error", "words"),
    [
        (bytearray(3), b"abcd", 4, ValueError, "'to' has 3 bytes, not 4"),
        (bytearray(9), b"abcd", 5, ValueError, "'source' has 4 bytes, not 5"),
        (farcall.int_(0), b"abcdefgh", 8, ValueError, "'to' has 4 bytes"),
        (bytearray(4), b"abcd", -1, ValueError, "'size' cannot be -1"),
        (bytearray(4), b"abcd", 1.0, TypeError, "'size' must be an int"),
        (b"abcd", b"abcd", 4, TypeError, "parameter 'to'.*read-only"),
        (bytearray(4), 1.5, 4, TypeError, "parameter 'source'"),
        (None, b"abcd", 4, farcall.NullPointerError, "'to' is NULL"),
        (bytearray(4), None, 4, farcall.NullPointerError, "'source' is NULL"),
        (bytearray(4), farcall.pointer(None)(), 4, farcall.NullPointerError, "'source' is NULL"),
    ],
)
def test_memmove_refuses(to: Any, source: Any, size: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        farcall.memmove(to, source, size)


@pytest.mark.parametrize(
    ("to", "byte", "size", "error", "words"),
    [
        (bytearray(4), 256, 1, OverflowError, "256 is no byte"),
        (bytearray(4), -1, 1, OverflowError, "-1 is no byte"),
        (bytearray(4), 0, 5, ValueError, "'to' has 4 bytes"),
        (b"abcd", 0, 1, TypeError, "read-only"),
        (bytearray(4), "a", 1, TypeError, "'byte' must be an int, not str"),
    ],
)
def test_memset_refuses(to: Any, byte: Any, size: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        farcall.memset(to, byte, size)


class Lent:
    def __init__(self, thing: object) -> None:
        self._as_parameter_ = thing


@pytest.mark.parametrize(
    "null", [0, ctypes.c_void_p(), ctypes.POINTER(ctypes.c_int)(), Lent(0), Lent(None), Lent(Lent(0))]
)
def test_null_of_any_kind(null: Any) -> None:
    if getattr(null, "_as_parameter_", 0) is None:
        with pytest.raises(TypeError, match="parameter 'to' must be void"):
            farcall.memset(null, 0, 4)
        return
    with pytest.raises(farcall.NullPointerError, match="'to' is NULL"):
        farcall.memset(null, 0, 4)
    with pytest.raises(farcall.NullPointerError, match="'source' is NULL"):
        farcall.memmove(bytearray(4), null, 4)


@pytest.mark.parametrize("size", [1 << 8 * struct.calcsize("P"), (1 << 8 * struct.calcsize("P")) - 8, 1 << 300])
def test_bytes_beyond_the_address_space(size: int) -> None:
    for place in (16, farcall.cast("void *", 16)):
        with pytest.raises(OverflowError, match=r"memset\(\) parameter 'size': .* beyond the address space"):
            farcall.memset(place, 0, size)


def test_ctypes_pointers_have_the_size_of_what_they_point_to() -> None:
    room = (ctypes.c_char * 20)()
    for place in (ctypes.cast(room, ctypes.c_void_p), ctypes.cast(room, ctypes.POINTER(ctypes.c_char)), room):
        farcall.memset(room, 0, 20)
        farcall.memmove(place, b"x" * 20, 20)
        assert bytes(room) == b"x" * 20
    with pytest.raises(ValueError, match="'to' has 20 bytes, not 21"):
        farcall.memset(room, 0, 21)


def test_what_stands_for_a_buffer_has_its_size() -> None:
    with pytest.raises(ValueError, match="'to' has 3 bytes, not 4"):
        farcall.memset(Lent(bytearray(3)), 1, 4)


def test_a_buffer_does_not_shrink_meanwhile() -> None:
    room = bytearray(64)

    class Shrinking:
        def __init__(self, number: int) -> None:
            self.number = number

        def __index__(self) -> int:
            room.clear()
            return self.number

    for byte, size in ((Shrinking(65), 64), (65, Shrinking(64))):
        with pytest.raises(BufferError):
            farcall.memset(room, byte, size)  # type: ignore[arg-type]
    assert room == bytes(64)
