"""C's number, character and string literals as values with their types."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Sequence

from ..ctype import Complex, DataModel, Float, Integer, is_signed, names, sizeof

__all__ = ["WIDE", "character", "number", "real", "rounded", "string", "wrapped"]

#: Patterns, which `re` compiles when they are first used: most declarations have no literals.
INTEGER = (
    r"(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|(?P<oct>0[0-7]*)|(?P<dec>[1-9][0-9]*))"
    r"(?P<suffix>[uU]?(?:ll|LL|[lL])?|(?:ll|LL|[lL])[uU])"
)
REAL = (
    r"(?:(?P<value>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<hex>0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+))"
    r"(?P<suffix>[fFlLqQwW]?[iIjJ]?|[iIjJ][fFlLqQwW]|(?:f16|F16|f32|F32|f64|F64|f128|F128|bf16|BF16)[xX]?[iIjJ]?)"
)
ESCAPE = r"\\(?:x(?P<hex>[0-9a-fA-F]+)|(?P<oct>[0-7]{1,3})|[uU](?P<code>[0-9a-fA-F]{4,8})|(?P<simple>.))|(?P<plain>.)"
SIMPLE = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "e": 27}

#: The bases of integer literals other than ten.
BASES = (("hex", 16), ("bin", 2), ("oct", 8))
#: Types of characters by prefix, and of the items of such strings.
WIDE = {"L": names.wchar, "u": Integer("char16_t", "16", False), "U": Integer("char32_t", "32", False)}
#: Types of integer literals, by rank: signed and unsigned (C11 6.4.4.1 p5).
RANKED = ((names.int_, names.uint), (names.long, names.ulong), (names.longlong, names.ulonglong))
#: The types that a floating literal's suffix names (C11 6.4.4.2 p4; C23 6.4.4.3; GCC manual, "Floating Types").
SUFFIXED = {
    "": names.double, "f": names.float_, "l": names.longdouble, "f16": names.float16, "f32": names.float_,
    "f64": names.double, "f32x": names.double, "f64x": names.longdouble, "f128": names.float128, "q": names.float128,
    "w": names.longdouble, "bf16": names.bfloat16,
}  # fmt: skip


def number(text: str, model: DataModel) -> tuple[int, Integer] | None:
    """An integer literal with the first type that holds it (C11 6.4.4.1 p5); None for any other text.

    Raises ValueError for one that is too large for any type.
    """
    match = re.fullmatch(INTEGER, text.replace("'", ""))
    if match is None:
        return None
    digits, radix = match["dec"], 10
    for kind, base in BASES:
        digits, radix = (digits, radix) if match[kind] is None else (match[kind], base)
    if len(digits) > 64:
        raise ValueError("the number is too large for any integer type")
    value = int(digits, radix)
    suffix = match["suffix"].lower()
    for signed, unsigned in RANKED[suffix.count("l") :]:
        bits = 8 * sizeof(signed, model)
        if "u" not in suffix and value < 1 << (bits - 1):
            return value, signed
        if ("u" in suffix or radix != 10) and value < 1 << bits:
            return value, unsigned
    if value < 1 << 64:
        return value, names.int128  # GCC: the next wider signed type
    raise ValueError("the number is too large for any integer type")


def real(text: str) -> tuple[float | complex, Float | Complex] | None:
    """A floating or imaginary literal (GNU's `1.0i`) and its type; None for any other text.

    One that is too large for a double is infinite; without a suffix that says more, ValueError is raised.
    """
    match = re.fullmatch(REAL, text.replace("'", ""))
    if match is None:
        return None
    suffix = match["suffix"].lower()
    imaginary = suffix.strip("ij") != suffix
    type = SUFFIXED.get(suffix.strip("ij"))
    if type is None or (not imaginary and match["value"] and match["value"].isdigit()):
        return None
    try:
        value = float.fromhex(match["hex"]) if match["hex"] else float(match["value"])
    except OverflowError:
        value = math.inf
    if math.isinf(value) and type in (names.double, names.float_):
        raise ValueError(f"{text} is too large for a double")
    value = rounded(value, type)
    return (complex(0.0, value), Complex(type)) if imaginary else (value, type)


def rounded(value: float, type: Float) -> float:
    """The nearest value that the type holds; of the wider ones, that a double holds."""
    if type.format != "binary32":
        return value
    try:
        nearest: float = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)
    return nearest


def string(literals: Sequence[str]) -> str:
    """The text of adjacent string literals. Bytes that are not UTF-8 become lone surrogates, as in results."""
    if any(literal[0] in "LU" or literal[:2] == 'u"' for literal in literals):
        return "".join(chr(code) for literal in literals for code in _codes(literal.partition('"')[2][:-1]))
    data = b""
    for literal in literals:
        for match in re.finditer(ESCAPE, literal.partition('"')[2][:-1]):
            if match["hex"] or match["oct"]:  # a byte; any other code is a character
                data += bytes([(int(match["hex"], 16) if match["hex"] else int(match["oct"], 8)) & 0xFF])
            else:
                data += chr(_code(match)).encode("utf-8", "surrogateescape")
    return data.decode("utf-8", "surrogateescape")


def _codes(text: str) -> list[int]:
    """The characters of a literal's body, as numbers."""
    return [_code(match) for match in re.finditer(ESCAPE, text)]


def _code(match: re.Match[str]) -> int:
    if match["hex"] or match["code"]:
        return int(match["hex"] or match["code"], 16)
    if match["oct"]:
        return int(match["oct"], 8)
    if match["simple"]:
        return SIMPLE.get(match["simple"], ord(match["simple"]))
    return ord(match["plain"])


def character(text: str, model: DataModel) -> tuple[int, Integer] | None:
    """A character constant as GCC values it: several characters fill an int, the first one highest."""
    prefix, _, body = text.partition("'")
    codes = _codes(body[:-1])
    if not codes:
        return None
    if prefix in WIDE:
        type = WIDE[prefix]
        return wrapped(codes[-1], type, model), type
    if len(codes) > 4 or any(code > 255 for code in codes):
        return None
    if len(codes) == 1:  # a char, converted to int (C11 6.4.4.4 p10)
        return wrapped(codes[0], names.uchar if prefix else names.char, model), names.int_
    value = 0
    for code in codes:
        value = value << 8 | code
    return wrapped(value, names.int_, model), names.int_


def wrapped(value: int, type: Integer, model: DataModel) -> int:
    """The value as the type holds it, as C converts: modulo two to the power of its bits."""
    bits = 8 * sizeof(type, model)
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) and is_signed(type, model) else value
