"""C's memmove and memset, which know how large Python's objects are."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ..cpython.value import Pointer, Value
from ..cpython.value.extent import extent
from ..cpython.value.given import index_of
from ..errors import NullPointerError
from .library import Library

__all__ = ["memmove", "memset"]

DECLARED = """
void *memmove(void *to, const void *source, size_t size);
void *memset(void *to, int byte, size_t size);
"""


def memmove(to: Any, source: Any, size: int, /) -> None:
    """Copy `size` bytes from one place in memory to another; they may overlap.

    `to` and `source` are what C takes for a `void *`: values, pointers, buffers, addresses. Raises ValueError where a value
    or a buffer has fewer bytes, TypeError for what is no memory or, as `to`, is read-only, NullPointerError for NULL. How
    much memory there is behind a pointer or an address, farcall cannot check.

        >>> place = farcall.new("char[]", "copied")
        >>> farcall.memmove(place, b"moved.", 6)
        >>> place.string()
        'moved.'
    """
    count = _size("memmove()", size, to=to, source=source)
    _library().memmove(to, source, count)


def memset(to: Any, byte: int, size: int, /) -> None:
    """Fill `size` bytes of memory with a byte, 0 to 255.

    `to` is what C takes for a `void *`. Raises as `memmove`, and OverflowError for what is no byte.

        >>> place = farcall.new("unsigned char[4]")
        >>> farcall.memset(place, 255, 2)
        >>> list(place)
        [255, 255, 0, 0]
    """
    count = _size("memset()", size, to=to)
    value = index_of(byte)
    if not 0 <= value <= 255:
        raise OverflowError(f"memset() parameter 'byte': {value} is no byte, 0 to 255")
    _library().memset(to, value, count)


@lru_cache(maxsize=1)
def _library() -> Any:
    library = Library(None)
    library.cdef(DECLARED)
    return library


def _size(function: str, size: Any, **places: Any) -> int:
    """How many bytes there are to be. Raises if they are more than one of the places is known to have."""
    try:
        count = index_of(size)
    except TypeError:
        raise TypeError(f"{function} parameter 'size' must be an int, not {type(size).__name__}") from None
    if count < 0:
        raise ValueError(f"{function} parameter 'size' cannot be {count}")
    for name, place in places.items():
        if place is None or (isinstance(place, Pointer) and not place):
            raise NullPointerError(f"{function} parameter {name!r} is NULL")
        room = _room(place)
        if room is not None and room < count:
            raise ValueError(f"{function} parameter {name!r} has {room} bytes, not {count}")
    return count


def _room(place: Any) -> int | None:
    """How many bytes a value or a buffer has; None where that is not known."""
    if isinstance(place, Pointer):
        return None
    if isinstance(place, Value):
        return extent(place)
    try:
        with memoryview(place) as seen:
            return seen.nbytes
    except (TypeError, ValueError, BufferError):
        return None
