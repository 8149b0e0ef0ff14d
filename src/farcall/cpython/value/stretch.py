"""So many bytes of memory as a memoryview, whatever their number, by a few classes only."""

from __future__ import annotations

from ...ctype import Array as ArrayType
from ...ctype import Qualified, names
from ..facts.host import END, WORD
from ..link.native import BF_GETBUFFER, Kept, entry, make_type
from .base import Value, view
from .classes import CONST
from .given import count_of
from .making import finished

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["checked_size", "stretch"]

#: The most bytes that a buffer can have: a Py_ssize_t.
MOST = (1 << (8 * WORD - 1)) - 1

#: One class for all numbers of so many bits, which a slice is made of.
_classes: dict[tuple[int, bool], Any] = {}


def stretch(place: int, size: int, keep: object, *, const: bool) -> memoryview:
    """The `size` bytes at an address, which `keep` keeps; with `const` they are read-only."""
    most = min(1 << size.bit_length(), MOST)
    cls = _classes.get((most, const)) or _classes.setdefault((most, const), _class(most, const))
    return memoryview(view(cls, place, keep))[:size]


def checked_size(size: Any, place: int, where: str) -> int:
    """A number of bytes at an address, as an int. Raises TypeError for no integer, ValueError for a negative one,
    OverflowError for bytes beyond the address space."""
    count = count_of(size, f"{where}: the number of bytes")
    if count > MOST or place + count > END:
        raise OverflowError(f"{where}: so many bytes are beyond the address space")
    return count


def _class(size: int, const: bool) -> Any:
    """A class that says of itself that it has `size` bytes. Its instances own none."""
    byte, kept = Qualified(names.uchar, CONST) if const else names.uchar, Kept()
    slots = [(BF_GETBUFFER, entry("getbuffer_described"))]
    cls: Any = make_type("memory", (Value,), 0, "Bytes that lie elsewhere.", (), slots, kept=kept)
    cls.__const__ = const
    return finished(cls, ArrayType(byte, size))
