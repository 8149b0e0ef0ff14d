"""The simple types, by the letter that is their `_type_`: the C type, how a Python value is stored, and what is read.

A *raw* number is what stands between: an int or a float that the C type holds, which generated code and `struct` take as it is.
Integers lose what is beyond their width, as ctypes has it.
"""

from __future__ import annotations

import operator
import struct
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from ... import seed
from ...cpython.facts.host import END, ORDER, WORD, host_target
from ...cpython.value import address, class_of
from ...cpython.value.base import peek, poke
from ...ctype import CType, names, sizeof
from ...ctype.byteorder import BIG, LITTLE

__all__ = ["LETTERS", "Letter", "letter_of"]

#: PyErr_Format's words for what is no address.
NO_ADDRESS = "cannot be converted to pointer"
WIDE = sizeof(names.wchar, host_target().model)
ADDRESS = "Q" if WORD == 8 else "I"
WCHAR = "I" if WIDE == 4 else "H"
WIDE_TEXT = f"utf-{8 * WIDE}-{'le' if ORDER == LITTLE else 'be'}"


class Letter(NamedTuple):
    """A simple type. `give` makes the raw number of a Python value, and what has to be kept for it; `take` the Python value
    of a raw number. `pack` and `unpack` have the raw number in memory. `swapped`: in the other byte order than this machine's."""

    code: str
    ctype: CType
    size: int
    give: Callable[[Any], tuple[Any, Any]]
    take: Callable[[Any], Any]
    pack: Callable[[Any], bytes]
    unpack: Callable[[bytes], tuple[Any, ...]]
    format: str
    swapped: bool = False

    def read(self, place: int) -> Any:
        """The Python value at an address."""
        return self.take(self.unpack(peek(place, self.size))[0])

    def write(self, place: int, value: Any) -> Any:
        """Store a Python value at an address. Gives what has to be kept for it."""
        raw, keep = self.give(value)
        poke(place, self.pack(raw))
        return keep


def _integer(code: str) -> Callable[[Any], tuple[int, None]]:
    size, signed = struct.calcsize(code), code.islower()
    mask, half = (1 << 8 * size) - 1, 1 << 8 * size - 1

    def give(value: Any) -> tuple[int, None]:
        number = operator.index(value) & mask
        return (number - mask - 1 if signed and number >= half else number), None

    return give


def _as_it_is(raw: Any) -> Any:
    return raw


def _give_float(value: Any) -> tuple[float, None]:
    return _real(value), None


def _give_single(value: Any) -> tuple[float, None]:
    number = _real(value)
    try:
        struct.pack("f", number)
    except OverflowError:  # C's conversion gives an infinity
        number = float("inf") if number > 0 else float("-inf")
    return number, None


def _real(value: Any) -> float:
    """PyFloat_AsDouble, which takes no text."""
    if not (hasattr(type(value), "__float__") or hasattr(type(value), "__index__")):
        raise TypeError(f"must be real number, not {type(value).__name__}")
    return float(value)


def _give_truth(value: Any) -> tuple[int, None]:
    return int(bool(value)), None


def _give_variant(value: Any) -> tuple[int, None]:
    return (-1 if value else 0), None


def _give_char(value: Any) -> tuple[int, None]:
    if isinstance(value, (bytes, bytearray)) and len(value) == 1:
        number = value[0]
    elif isinstance(value, int) and 0 <= value < 256:
        number = value
    elif isinstance(value, int) and sys.version_info >= (3, 14):
        raise TypeError("integer not in range(256)")
    elif isinstance(value, (bytes, bytearray)) and sys.version_info >= (3, 14):
        kind = type(value).__name__
        raise TypeError(
            f"one character bytes, bytearray, or an integer in range(256) expected, not {kind} of length {len(value)}"
        )
    elif sys.version_info >= (3, 14):
        raise TypeError(
            f"one character bytes, bytearray, or an integer in range(256) expected, not {type(value).__name__}"
        )
    else:
        raise TypeError("one character bytes, bytearray or integer expected")
    return (number - 256 if number > 127 else number), None


def _take_char(raw: int) -> bytes:
    return bytes((raw & 255,))


def _give_wide(value: Any) -> tuple[int, None]:
    newer = sys.version_info >= (3, 14)
    if not isinstance(value, str):
        kind = type(value).__name__
        raise TypeError(
            f"a unicode character expected, not instance of {kind}"
            if newer
            else f"unicode string expected instead of {kind} instance"
        )
    data = value.encode(WIDE_TEXT, "surrogatepass")
    if len(data) != WIDE:
        raise TypeError(
            f"a unicode character expected, not a string of length {len(value)}"
            if newer
            else "one character unicode string expected"
        )
    return int.from_bytes(data, sys.byteorder), None


def _give_text(value: Any) -> tuple[int, Any]:
    if value is None:
        return 0, None
    if isinstance(value, bytes):
        return seed.address_of(value), value
    if isinstance(value, int):
        return value % END, None
    raise TypeError(f"bytes or integer address expected instead of {type(value).__name__} instance")


def _take_text(raw: int) -> bytes | None:
    return seed.c_string(raw) if raw else None


def _give_wide_text(value: Any) -> tuple[int, Any]:
    if value is None:
        return 0, None
    if isinstance(value, int):
        return value % END, None
    if not isinstance(value, str):
        raise TypeError(f"unicode string or integer address expected instead of {type(value).__name__} instance")
    kept = value.encode(WIDE_TEXT, "surrogatepass") + bytes(WIDE)
    return seed.address_of(kept), kept


def _take_wide_text(raw: int) -> str | None:
    return wide_string(raw) if raw else None


def wide_string(place: int, size: int = -1) -> str:
    """So many wide characters at an address; with -1 those before the first NUL."""
    if size < 0:
        size = 0
        while peek(place + size * WIDE, WIDE) != bytes(WIDE):
            size += 1
    return peek(place, size * WIDE).decode(WIDE_TEXT, "surrogatepass")


def _give_address(value: Any) -> tuple[int, None]:
    if value is None:
        return 0, None
    if isinstance(value, int):
        return value % END, None
    raise TypeError(NO_ADDRESS)


def _take_address(raw: int) -> int | None:
    return raw or None


def _give_object(value: Any) -> tuple[int, Any]:
    return id(value), value


def _take_object(raw: int) -> Any:
    if not raw:
        raise ValueError("PyObject is NULL")
    return seed.object_at(raw)


def _pack_long_double(raw: float) -> bytes:
    number = class_of(names.longdouble)(raw)
    return peek(address(number), LONG_DOUBLE)


def _unpack_long_double(data: bytes) -> tuple[float]:
    kept = class_of(names.longdouble)()
    poke(address(kept), data)
    return (float(kept),)


LONG_DOUBLE = sizeof(names.longdouble, host_target().model)
#: The C type of a letter that is an integer.
INTEGERS = {
    "b": names.schar, "B": names.uchar, "h": names.short, "H": names.ushort, "i": names.int_, "I": names.uint, "l": names.long,
    "L": names.ulong, "q": names.longlong, "Q": names.ulonglong,
}  # fmt: skip
#: The standard letter, of one size everywhere, that PEP 3118 wants for a native one.
STANDARD = {"1": "bB", "2": "hH", "4": "iI" if struct.calcsize("l") != 4 else "lL", "8": "qQ"}


def _row(code: str, ctype: CType, give: Any, take: Any, raw: str, shown: str = "") -> Letter:
    native = struct.Struct(raw)
    return Letter(code, ctype, native.size, give, take, native.pack, native.unpack, ORDER.format + (shown or code))


def _complex(part: str, ctype: CType) -> Letter:
    """The complex numbers whose parts have a letter."""
    code, real = part.upper() if sys.version_info < (3, 15) else f"Z{part}", LETTERS[part]

    def give(value: Any) -> tuple[complex, None]:
        number = complex(value if hasattr(type(value), "__complex__") else _real(value))
        return complex(real.give(number.real)[0], real.give(number.imag)[0]), None

    if part == "g":

        def pack(raw: complex) -> bytes:
            return _pack_long_double(raw.real) + _pack_long_double(raw.imag)

        def unpack(data: bytes) -> tuple[complex]:
            return (complex(*_unpack_long_double(data[:LONG_DOUBLE]), *_unpack_long_double(data[LONG_DOUBLE:])),)

    else:
        pack, unpack = _complex_in(struct.Struct(f"2{part}"))  # type: ignore[assignment]
    return Letter(code, ctype, 2 * real.size, give, complex, pack, unpack, ORDER.format + code)


def _complex_in(both: struct.Struct) -> tuple[Callable[[Any], bytes], Callable[[bytes], tuple[Any, ...]]]:
    """How a complex number is stored as two, and read."""

    def pack(raw: complex) -> bytes:
        return both.pack(raw.real, raw.imag)

    def unpack(data: bytes) -> tuple[complex]:
        return (complex(*both.unpack(data)),)

    return pack, unpack


def _standard(code: str) -> str:
    both = STANDARD[str(struct.calcsize(code))]
    return both[0] if code.islower() else both[1]


LETTERS = {
    code: _row(code, ctype, _integer(code), _as_it_is, code, _standard(code)) for code, ctype in INTEGERS.items()
}
LETTERS |= {
    row.code: row
    for row in (
        _row("f", names.float_, _give_single, _as_it_is, "f"),
        _row("d", names.double, _give_float, _as_it_is, "d"),
        _row("?", names.uchar, _give_truth, bool, "B"),
        _row("c", names.schar, _give_char, _take_char, "b"),
        _row("u", names.uint32 if WIDE == 4 else names.uint16, _give_wide, chr, WCHAR),
        _row("z", names.uintptr, _give_text, _take_text, ADDRESS),
        _row("Z", names.uintptr, _give_wide_text, _take_wide_text, ADDRESS),
        _row("P", names.uintptr, _give_address, _take_address, ADDRESS),
        _row("O", names.uintptr, _give_object, _take_object, ADDRESS),
        _row("v", names.short, _give_variant, bool, "h"),
    )
}
LETTERS["g"] = Letter(
    "g", names.longdouble, LONG_DOUBLE, _give_float, float, _pack_long_double, _unpack_long_double,
    LETTERS["d"].format[0] + "g",
)  # fmt: skip
#: Complex numbers by the letter of their parts, each with the C type; they are there from 3.14 on, whose letters are other ones.
COMPLEX = {"f": names.complex_float, "d": names.complex_double, "g": names.complex_longdouble}
if sys.version_info >= (3, 14):
    for _part, _ctype in COMPLEX.items():
        _letter = _complex(_part, _ctype)
        LETTERS[_letter.code] = _letter
#: Those that have a brother in the other byte order.
SWAPPABLE = ("h", "H", "i", "I", "l", "L", "q", "Q", "f", "d", "F", "D", "Zf", "Zd")


def swapped(letter: Letter) -> Letter:
    """The same number in the other byte order."""
    other = (BIG if ORDER == LITTLE else LITTLE).format
    if letter.ctype in COMPLEX.values():
        both = struct.Struct(f"{other}2{letter.code[-1].lower()}")
        pack, unpack = _complex_in(both)
        return letter._replace(pack=pack, unpack=unpack, format=other + letter.code, swapped=True)
    foreign = struct.Struct(other + (letter.code if letter.code in "fd" else _standard(letter.code)))
    return letter._replace(pack=foreign.pack, unpack=foreign.unpack, format=other + letter.format[1:], swapped=True)


#: The end of what is said of another letter.
if sys.version_info < (3, 14):
    WANTED = "a single character string containing one of 'cbBhHiIlLfduzZqQPOg?v'."
elif sys.version_info < (3, 15):
    WANTED = "a single character string containing one of the\nsupported types: 'cbBhHiIlLdDFGfuzZqQPOv?g'."
else:
    WANTED = "one of these characters: 'cbBhHiIlLdfuzZqQPOv?g',\nor one of these strings: 'Zf', 'Zd', 'Zg'."


def letter_of(code: Any) -> Letter:
    """The simple type with a letter. Raises AttributeError for none."""
    found = LETTERS.get(code) if isinstance(code, str) else None
    if found is None:
        raise AttributeError(f"class must define a '_type_' attribute which must be\n{WANTED}")
    return found
