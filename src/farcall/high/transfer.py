"""C's memmove and memset, which know how large Python's objects are."""

from __future__ import annotations

from functools import lru_cache

from ..cpython.facts.host import END
from ..cpython.value import Pointer, Value, accept, owner
from ..cpython.value.extent import extent
from ..cpython.value.foreign import size_of
from ..cpython.value.given import count_of, named_index, shown
from ..ctype import Pointer as PointerType
from ..ctype import Qualified, Void
from ..errors import NullPointerError
from ..record import NamedTuple
from .library import Library

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["memmove", "memset"]

WRITTEN, READ = PointerType(Void()), PointerType(Qualified(Void(), frozenset({"const"})))

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
    places = _place("memmove()", "to", to, WRITTEN), _place("memmove()", "source", source, READ)
    count = _size("memmove()", size, *places)
    _library().memmove(places[0].pointer, places[1].pointer, count)


def memset(to: Any, byte: int, size: int, /) -> None:
    """Fill `size` bytes of memory with a byte, 0 to 255.

    `to` is what C takes for a `void *`. Raises as `memmove`, and OverflowError for what is no byte.

        >>> place = farcall.new("unsigned char[4]")
        >>> farcall.memset(place, 255, 2)
        >>> list(place)
        [255, 255, 0, 0]
    """
    place = _place("memset()", "to", to, WRITTEN)
    count = _size("memset()", size, place)
    value = named_index(byte, "memset() parameter 'byte'")
    if not 0 <= value <= 255:
        raise OverflowError(f"memset() parameter 'byte': {shown(value)} is no byte, 0 to 255")
    _library().memset(place.pointer, value, count)


@lru_cache(maxsize=1)
def _library() -> Any:
    library = Library(None)
    library.cdef(DECLARED)
    return library


class _Place(NamedTuple):
    """A parameter by its name, what stands for it in the call, and how many bytes there are, None where that is not known. A
    pointer to a buffer holds it: it neither moves nor shrinks before the call."""

    name: str
    pointer: Any
    room: int | None


def _place(function: str, name: str, thing: Any, wanted: PointerType) -> _Place:
    """What a parameter says. Raises TypeError for what is no memory, NullPointerError for NULL."""
    if isinstance(thing, Value) and not isinstance(thing, Pointer):
        return _Place(name, thing, extent(thing))
    if type(thing) in (bytes, bytearray, memoryview):
        seen = memoryview(thing)
        return _Place(name, thing if type(thing) is bytes else seen, seen.nbytes)
    known = isinstance(thing, Pointer)  # whose type and life the call looks at
    pointer = thing if known else accept(wanted, thing, f"{function} parameter {name!r}")
    if not pointer:
        raise NullPointerError(f"{function} parameter {name!r} is NULL")
    held = None if known else owner(pointer)
    while isinstance(held, tuple):  # of what stands for something else
        held = held[0]
    return _Place(name, pointer, held.nbytes if isinstance(held, memoryview) else size_of(thing, int(pointer)))


def _size(function: str, size: Any, *places: _Place) -> int:
    """How many bytes there are to be. Raises if they are more than one of the places is known to have."""
    count = count_of(size, f"{function} parameter 'size'")
    for name, pointer, room in places:
        if room is not None and room < count:
            raise ValueError(f"{function} parameter {name!r} has {room} bytes, not {shown(count)}")
        if room is None and int(pointer) + count > END:
            raise OverflowError(f"{function} parameter 'size': {shown(count)} bytes are beyond the address space")
    return count
