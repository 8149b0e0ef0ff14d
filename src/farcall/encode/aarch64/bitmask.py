"""The immediates of and, orr, eor and tst: a run of ones, rotated within an element that fills the register.

    N:imms      element       run of ones
    1 xxxxxx    64 bits       xxxxxx + 1
    0 0xxxxx    32 bits       xxxxx + 1
    0 10xxxx    16 bits       xxxx + 1
    0 110xxx     8 bits       xxx + 1         immr: how far the run is rotated right
    0 1110xx     4 bits       xx + 1
    0 11110x     2 bits       x + 1

All zeros and all ones are no bitmask. Source: Arm ARM, DecodeBitMasks in shared/functions.
"""

from __future__ import annotations

from farcall.encode.field import either

__all__ = ["bitmask", "is_bitmask"]


def is_bitmask(value: int, bits: int = 64) -> bool:
    """Whether `value`, in either view, is an immediate of and, orr, eor and tst at 32 or 64 bits."""
    return -(1 << bits - 1) <= value < 1 << bits and _fields(value & (1 << bits) - 1, bits) is not None


def bitmask(value: int, bits: int, name: str) -> int:
    """N, immr and imms, in their places (bits 22, 16 and 10 up); ValueError where there are none."""
    found = _fields(either(value, bits, name), bits)
    if found is None:
        raise ValueError(f"{name}: immediate {value!r} is not a rotated run of ones, repeated")
    return found


def _fields(value: int, bits: int) -> int | None:
    if value in (0, (1 << bits) - 1):
        return None
    size = bits
    while size > 2 and value >> size // 2 == value & (1 << size // 2) - 1:
        size //= 2
        value &= (1 << size) - 1
    # The element is either zeros around one run of ones, or ones around one run of zeros.
    inner = value if not value & 1 else value ^ (1 << size) - 1
    start = (inner & -inner).bit_length() - 1
    if inner >> start & (inner >> start) + 1:
        return None
    ones = value.bit_count()
    rotation = size - start if not value & 1 else ones - start
    return (size == 64) << 22 | rotation << 16 | (-size << 1 & 0x3F | ones - 1) << 10
