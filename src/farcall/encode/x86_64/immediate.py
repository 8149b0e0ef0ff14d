"""Numbers inside instructions: checked for width, little-endian.

An operand of 8, 16 or 32 bits takes its immediate in either view (255 and -1 are the same byte); an operand
of 64 bits takes 32 bits that the CPU sign-extends, so there only the signed view fits.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from struct import error as PackError

__all__ = [
    "PACK_SIGNED32",
    "SIGNED8",
    "either64",
    "full_immediate",
    "ranged",
    "signed8",
    "signed32",
    "signed_view",
    "unsigned16",
]

PACK_SIGNED32: Callable[[int], bytes] = Struct("<i").pack
_PACK_UNSIGNED16: Callable[[int], bytes] = Struct("<H").pack
_PACK_UNSIGNED64: Callable[[int], bytes] = Struct("<Q").pack

SIGNED8 = {value: b"%c" % (value & 0xFF) for value in range(-128, 128)}
_BITS_OF_IMMEDIATE = {8: 8, 16: 16, 32: 32, 64: 32}


def signed8(value: int, name: str, what: str) -> bytes:
    """One byte, -128 to 127; else ValueError naming the instruction and `what`."""
    byte = SIGNED8.get(value)
    if byte is None:
        raise ValueError(f"{name}: {what} {value!r} does not fit 8 signed bits")
    return byte


def signed32(value: int, name: str, what: str) -> bytes:
    """Four bytes, -2^31 to 2^31 - 1; else ValueError naming the instruction and `what`."""
    try:
        return PACK_SIGNED32(value)
    except PackError:
        raise ValueError(f"{name}: {what} {value!r} does not fit 32 signed bits") from None


def ranged(value: int, limit: int, name: str, what: str) -> bytes:
    """One byte, 0 to `limit` inclusive; else ValueError naming the instruction and `what`."""
    if 0 <= value <= limit:
        return b"%c" % value
    raise ValueError(f"{name}: {what} {value!r} is not in 0 to {limit}")


def unsigned16(value: int, name: str, what: str) -> bytes:
    """Two bytes, 0 to 65535; else ValueError naming the instruction and `what`."""
    try:
        return _PACK_UNSIGNED16(value)
    except PackError:
        raise ValueError(f"{name}: {what} {value!r} does not fit 16 unsigned bits") from None


def either64(value: int, name: str) -> bytes:
    """Eight bytes, -2^63 to 2^64 - 1."""
    if -0x8000_0000_0000_0000 <= value <= 0xFFFF_FFFF_FFFF_FFFF:
        return _PACK_UNSIGNED64(value & 0xFFFF_FFFF_FFFF_FFFF)
    raise ValueError(f"{name}: immediate {value!r} does not fit 64 bits")


def signed_view(value: int, bits: int, name: str) -> int:
    """The immediate of an operand of `bits` bits as the signed number that stands in the instruction."""
    half = 1 << _BITS_OF_IMMEDIATE[bits] - 1
    if -half <= value < half:
        return value
    if bits != 64 and half <= value < 2 * half:
        return value - 2 * half
    signed = " signed, sign-extended" if bits == 64 else ""
    raise ValueError(f"{name}: immediate {value!r} does not fit {_BITS_OF_IMMEDIATE[bits]}{signed} bits")


def full_immediate(value: int, bits: int, name: str) -> bytes:
    """The immediate of an operand of `bits` bits, in 1, 2 or 4 bytes."""
    value = signed_view(value, bits, name)
    if bits == 8:
        return SIGNED8[value]
    return PACK_SIGNED32(value) if bits != 16 else PACK_SIGNED32(value)[:2]
