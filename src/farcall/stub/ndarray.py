"""Where NumPy's arrays keep what generated code reads of them: PyArrayObject_fields (numpy/ndarraytypes.h), which extension
modules read too, compiled for whichever NumPy from 1.7 on. Python looks whether live arrays agree before any is read."""

from __future__ import annotations

from functools import cache

from ..record import NamedTuple

__all__ = ["C_CONTIGUOUS", "PLAIN_ARRAY", "WARNS", "WRITEABLE", "ArrayLayout", "array_layout"]

#: Flags of arrays: items one behind the other in C's order; they may be written; whoever writes them is to be warned, the
#: sign of the int.
C_CONTIGUOUS, WRITEABLE, WARNS = 0x1, 0x400, 1 << 31
#: Where link.NDARRAY has the class of arrays once more, in pointers: 0 unless they are laid out as this says.
PLAIN_ARRAY = 1


class ArrayLayout(NamedTuple):
    """Offsets in bytes: the address of the items; how many dimensions there are, and the flags, both of which are ints."""

    data: int
    dimensions: int
    flags: int


@cache
def array_layout(header: int, pointer: int) -> ArrayLayout:
    """The layout behind an object's header of so many bytes, where pointers have so many."""
    return ArrayLayout(header, header + pointer, header + 6 * pointer)
