"""C's number, character and string literals as values with their types."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from ..ctype import DataModel

__all__ = ["Value", "character", "number", "real", "string"]

INTEGER = re.compile(
    r"(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|(?P<oct>0[0-7]*)|(?P<dec>[1-9][0-9]*))"
    r"(?P<suffix>[uU]?(?:ll|LL|[lL])?|(?:ll|LL|[lL])[uU])"
)
REAL = re.compile(
    r"(?P<value>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
    r"|(?P<hex>0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+))[fFlL]?"
)
ESCAPE = re.compile(
    r"\\(?:x(?P<hex>[0-9a-fA-F]+)|(?P<oct>[0-7]{1,3})|[uU](?P<code>[0-9a-fA-F]{4,8})|(?P<simple>.))|(?P<plain>.)"
)
SIMPLE = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "e": 27}


class Value(NamedTuple):
    """An integer and its type: how many bits, signed or not."""

    value: int
    bits: int
    signed: bool

    def as_type(self, bits: int, signed: bool) -> Value:
        """Converted, as C converts: modulo 2**bits."""
        value = self.value & ((1 << bits) - 1)
        return Value(value - (1 << bits) if signed and value >> (bits - 1) else value, bits, signed)


def number(text: str, model: DataModel) -> Value | None:
    """An integer literal with the first type that holds it (C11 6.4.4.1 p5); None for any other text.

    Raises ValueError for one that is too large for any type.
    """
    match = INTEGER.fullmatch(text.replace("'", ""))
    if match is None:
        return None
    base = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
    digits, radix = next((match[kind], base[kind]) for kind in base if match[kind] is not None)
    if len(digits) > 64:
        raise ValueError("the number is too large for any integer type")
    value = int(digits, radix)
    suffix = match["suffix"].lower()
    widths = [32] * ("l" not in suffix) + [model.long * 8] * ("ll" not in suffix) + [64]
    for bits in widths:
        if "u" not in suffix and value < 1 << (bits - 1):
            return Value(value, bits, True)
        if ("u" in suffix or radix != 10) and value < 1 << bits:
            return Value(value, bits, False)
    if value < 1 << 64:
        return Value(value, 128, True)  # GCC: the next wider signed type
    raise ValueError("the number is too large for any integer type")


def real(text: str) -> float | None:
    """A floating literal, infinity for one that is too large; None for any other text."""
    match = REAL.fullmatch(text)
    if match is None:
        return None
    try:
        return float.fromhex(match["hex"]) if match["hex"] else float(match["value"])
    except OverflowError:
        return math.inf


def string(literals: Sequence[str]) -> str:
    """The text of adjacent string literals. Bytes that are not UTF-8 become lone surrogates, as in results."""
    if any(literal[0] in "LU" or literal[:2] == 'u"' for literal in literals):
        return "".join(chr(code) for literal in literals for code in _codes(literal.partition('"')[2][:-1]))
    data = b""
    for literal in literals:
        for match in ESCAPE.finditer(literal.partition('"')[2][:-1]):
            if match["hex"] or match["oct"]:  # a byte; any other code is a character
                data += bytes([(int(match["hex"], 16) if match["hex"] else int(match["oct"], 8)) & 0xFF])
            else:
                data += chr(_code(match)).encode("utf-8", "surrogateescape")
    return data.decode("utf-8", "surrogateescape")


def _codes(text: str) -> list[int]:
    """The characters of a literal's body, as numbers."""
    return [_code(match) for match in ESCAPE.finditer(text)]


def _code(match: re.Match[str]) -> int:
    if match["hex"] or match["code"]:
        return int(match["hex"] or match["code"], 16)
    if match["oct"]:
        return int(match["oct"], 8)
    if match["simple"]:
        return SIMPLE.get(match["simple"], ord(match["simple"]))
    return ord(match["plain"])


def character(text: str, model: DataModel) -> Value | None:
    """A character constant as GCC values it: several characters fill an int, the first one highest."""
    prefix, _, body = text.partition("'")
    codes = _codes(body[:-1])
    if prefix == "L":
        return Value(codes[-1], 32, True).as_type(model.wchar * 8, model.wchar_signed) if codes else None
    if prefix in ("u", "U"):
        return Value(codes[-1], 32, False).as_type(16 if prefix == "u" else 32, False) if codes else None
    if not codes or len(codes) > 4 or any(code > 255 for code in codes):
        return None
    if len(codes) == 1:  # a char, converted to int (C11 6.4.4.4 p10)
        return Value(codes[0], 32, True).as_type(8, model.char_signed and not prefix).as_type(32, True)
    value = 0
    for code in codes:
        value = value << 8 | code
    return Value(value, 32, True).as_type(32, True)
