"""What a floating-point register holds of a number: registers of some CPUs have one format, wider than the number's."""

from __future__ import annotations

import struct

from farcall.ctype import ByteOrder

__all__ = ["as_double", "extended", "mapped"]

#: Bits of the fraction, and of the exponent, by the bytes of a number.
FRACTION, EXPONENT = {4: 23, 8: 52}, {4: 8, 8: 11}
WIDE = 16383  # the bias of the extended format


def as_double(data: bytes, order: ByteOrder) -> bytes:
    """A double of the same value."""
    return data if len(data) != 4 else struct.pack(order.format + "d", *struct.unpack(order.format + "f", data))


def mapped(data: bytes, order: ByteOrder) -> bytes:
    """A double with the same bits: the exponent of one without a leading bit stays 0, as Alpha's `lds` leaves it."""
    if len(data) != 4:
        return data
    sign, exponent, fraction = _fields(data, order)
    wide = {0: 0, 255: 2047}.get(exponent, exponent + 1023 - 127)
    return (sign << 63 | wide << 52 | fraction << (52 - 23)).to_bytes(8, order.name)


def extended(data: bytes, order: ByteOrder) -> bytes:
    """The 96 bits of the 68881's format, its leading bit in its place, and 16 bits of nothing behind the exponent."""
    if len(data) not in FRACTION:
        return data
    size, width = len(data), EXPONENT[len(data)]
    sign, exponent, fraction = _fields(data, order)
    mantissa = fraction << (63 - FRACTION[size])
    last = (1 << width) - 1
    wide = exponent + WIDE - (last >> 1)
    if exponent == last:
        wide = 2 * WIDE + 1
        mantissa |= bool(fraction) << 63
    elif exponent:
        mantissa |= 1 << 63
    elif fraction:
        shift = 64 - mantissa.bit_length()
        mantissa, wide = mantissa << shift, wide + 1 - shift
    else:
        wide = 0
    return ((sign << 15 | wide) << 80 | mantissa).to_bytes(12, order.name)


def _fields(data: bytes, order: ByteOrder) -> tuple[int, int, int]:
    size = len(data)
    bits, fraction = int.from_bytes(data, order.name), FRACTION[size]
    return bits >> (8 * size - 1), bits >> fraction & (1 << EXPONENT[size]) - 1, bits & (1 << fraction) - 1
