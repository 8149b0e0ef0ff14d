"""Random values, as the bytes that C has in memory, and their comparison without the padding."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

from farcall.ctype import ByteOrder, CType, DataModel, Float, Integer, Void, sizeof, unqualified

from .scalar import MODEL, scalars
from .signature import Case

__all__ = ["Values", "random_value", "random_values", "same", "significant"]

#: (bytes, mantissa bits) of the formats in which a NaN must be made quiet: loading one may do that too.
FLOATS = {"binary16": (2, 10), "bfloat16": (2, 7), "binary32": (4, 23), "binary64": (8, 52)}


@dataclass(frozen=True)
class Values:
    """What goes through one call: the bytes of each argument and of the result (empty for void)."""

    arguments: tuple[bytes, ...]
    result: bytes


def random_values(rng: random.Random, case: Case, *, nan: str = "") -> Values:
    """Valid random bytes for each argument and the result of a case; see `random_value`."""
    arguments = tuple(random_value(rng, type, case.model, nan=nan) for type in case.signature.parameters)
    return Values(arguments, random_value(rng, case.signature.result, case.model, nan=nan))


def random_value(rng: random.Random, type: CType, model: DataModel = MODEL, *, nan: str = "") -> bytes:
    """Bytes of a valid value: any integers and pointers, _Bool 0 or 1, any floats but signalling NaNs; with `nan`
    no NaN but the one that a conversion between formats gives where it keeps nothing of the one converted: of the fraction's
    bits the "first" is set, or in the "old" encoding all others."""
    type = unqualified(type)
    if isinstance(type, Void):
        return b""
    value = bytearray(rng.randbytes(sizeof(type, model)))
    found = [(bits.start // 8, scalar) for bits, scalar, is_field in scalars(type, model=model) if not is_field]
    for at, scalar in found:
        if isinstance(scalar, Float):
            format = model.long_double_format if scalar.format == "long" else scalar.format
            _make_valid(value, at, format, model.byteorder, nan)
    for at, scalar in found:
        if isinstance(scalar, Integer) and scalar.rank == "bool":
            value[at] &= 1
    return bytes(value)


def _make_valid(value: bytearray, at: int, format: str, order: ByteOrder, nan: str) -> None:
    if format == "x87":  # a normal number: the integer bit set, the exponent neither 0 nor all ones
        value[at + 7] |= 0x80
        value[at + 9] = value[at + 9] & 0xBF | 0x01
    elif format == "extended96":  # the same from the other end, with nothing between exponent and fraction
        value[at] = value[at] & 0xBF | 0x01
        value[at + 2 : at + 4] = bytes(2)
        value[at + 4] |= 0x80
    elif format in FLOATS:
        size, mantissa = FLOATS[format]
        bits = int.from_bytes(value[at : at + size], order.name)
        exponent = (1 << (8 * size - 1 - mantissa)) - 1
        if bits >> mantissa & exponent == exponent and bits & ((1 << mantissa) - 1):
            first = 1 << (mantissa - 1)  # of the fraction
            if nan == "old":
                bits = exponent << mantissa | first - 1
            else:
                bits = exponent << mantissa | first if nan else bits | first
            value[at : at + size] = bits.to_bytes(size, order.name)


@lru_cache(maxsize=8192)
def significant(type: CType, model: DataModel = MODEL) -> bytes:
    """A mask over the value: the bits of its members; not padding, not the last 6 bytes of an x87 long double."""
    if isinstance(unqualified(type), Void):
        return b""
    mask, size = 0, sizeof(type, model)
    for bits, _, _ in scalars(type, model=model):
        mask |= (1 << len(bits)) - 1 << model.byteorder.shift_of_bits(8 * size, bits.start, len(bits))
    return mask.to_bytes(size, model.byteorder.name)


def same(type: CType, expected: bytes, got: bytes, model: DataModel = MODEL) -> bool:
    """Whether two values of `type` agree in every bit but the padding."""
    return all((a ^ b) & mask == 0 for a, b, mask in zip(expected, got, significant(type, model), strict=True))
