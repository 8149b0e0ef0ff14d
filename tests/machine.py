"""What expectations depend on that are the same in C everywhere but in their numbers: asked of ctypes."""

from __future__ import annotations

import ctypes

__all__ = ["ALIGN8", "WORD", "up"]


class _Wide(ctypes.Structure):
    _fields_ = (("first", ctypes.c_char), ("wide", ctypes.c_uint64))


#: The bytes of a pointer, of size_t and of a register.
WORD = ctypes.sizeof(ctypes.c_void_p)
#: What integers of 64 bits, and double, are aligned to inside a struct.
ALIGN8 = _Wide.wide.offset


def up(size: int, align: int = ALIGN8) -> int:
    """The least multiple of `align` that is not below `size`."""
    return -(-size // align) * align
