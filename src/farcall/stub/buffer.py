"""Where the fields of a Py_buffer lie (Include/pybuffer.h), by the width of a pointer; what is asked of one, and how
it says what its items are.

buf, obj, len and itemsize are as wide as a pointer; readonly and ndim are ints; format, shape, strides, suboffsets and
internal are pointers again. It is the stable ABI's layout since 3.11, and was the same before.
"""

from __future__ import annotations

from functools import cache

from ..record import NamedTuple

__all__ = [
    "COMPLEX",
    "KINDS",
    "PYBUF_FORMAT",
    "PYBUF_ND",
    "PYBUF_STRIDES",
    "PYBUF_WRITABLE",
    "BufferLayout",
    "buffer_layout",
]

#: Flags of PyObject_GetBuffer: ND without STRIDES asks for C-contiguous memory; STRIDES is what that has beyond ND.
PYBUF_WRITABLE, PYBUF_FORMAT, PYBUF_ND, PYBUF_STRIDES = 0x1, 0x4, 0x8, 0x10
#: The codes of a buffer's format (PEP 3118) by the kind of numbers that they stand for, of whatever size. Behind Z they
#: are the parts of complex ones.
KINDS = {"signed": b"bhilqn", "unsigned": b"BHILQN", "floating": b"efdg", "complex": b"efdg"}
#: The first characters of formats of complex numbers: NumPy's, and those of Python's own modules from 3.14 on.
COMPLEX = b"ZFDG"

TWO_INTS = 8  # readonly and ndim


class BufferLayout(NamedTuple):
    """Offsets in bytes, and the size of the whole."""

    buf: int
    obj: int
    len: int
    itemsize: int
    readonly: int
    ndim: int
    format: int
    strides: int
    size: int


@cache
def buffer_layout(pointer: int) -> BufferLayout:
    """The layout where pointers have so many bytes."""
    behind = 4 * pointer + TWO_INTS
    ints = 4 * pointer
    return BufferLayout(
        buf=0, obj=pointer, len=2 * pointer, itemsize=3 * pointer, readonly=ints, ndim=ints + 4, format=behind,
        strides=behind + 2 * pointer, size=behind + 5 * pointer,
    )  # fmt: skip
