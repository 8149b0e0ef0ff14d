"""Binary floating formats in full precision: bytes of a number, and the number of bytes, exactly.

Python's float has 53 bits; long double has 64 or 113. Here a number is a Fraction, or a float where it is not
finite (or is minus zero). Rounding is to nearest, ties to even, and happens once (IEEE 754-2019, 4.3.1).
"""

from __future__ import annotations

import math
import sys

from ...record import NamedTuple

TYPE_CHECKING = False  # as typing has it
if TYPE_CHECKING:  # else loaded by those who have such numbers
    from fractions import Fraction

__all__ = ["FORMATS", "Format", "decode", "encode", "shortest"]


class Format(NamedTuple):
    """`precision` counts the leading bit, which is stored only where `explicit` (x87); `size` counts the bytes
    that mean something. A `pair` is two doubles, whose sum the number is: the nearest one first, in memory too."""

    size: int
    precision: int
    exponent_bits: int
    explicit: bool = False
    pair: bool = False

    @property
    def bias(self) -> int:
        return int((1 << (self.exponent_bits - 1)) - 1)

    @property
    def fraction_bits(self) -> int:
        return self.precision if self.explicit else self.precision - 1


#: IEEE 754-2019 table 3.5; bfloat16 is binary32's upper half; x87 is Intel SDM volume 1, 8.2.
FORMATS = {
    "binary16": Format(2, 11, 5),
    "bfloat16": Format(2, 8, 8),
    "binary32": Format(4, 24, 8),
    "binary64": Format(8, 53, 11),
    "x87": Format(10, 64, 15, explicit=True),
    "binary128": Format(16, 113, 15),
    "double-double": Format(16, 106, 11, pair=True),
}
DOUBLE = FORMATS["binary64"]
#: The exponent of the smallest double.
LAST = -1074


def encode(number: Fraction | float, format: Format) -> bytes:
    """The bytes of `number`, in the machine's order. Raises OverflowError for a finite one that is too large."""
    if format.pair:
        return _encode_pair(number)
    if isinstance(number, float) and (math.isinf(number) or math.isnan(number) or number == 0):
        return _pack(math.copysign(1, number) < 0, *_special(number, format), format)
    from fractions import Fraction

    exact = Fraction(number)
    if exact == 0:
        return _pack(False, 0, 0, format)
    negative, exact = exact < 0, abs(exact)
    exponent = exact.numerator.bit_length() - exact.denominator.bit_length()
    if Fraction(2) ** exponent > exact:
        exponent -= 1
    exponent = max(exponent, 1 - format.bias)  # below that, subnormal: the same scale, no leading bit
    mantissa = round(exact / Fraction(2) ** (exponent - format.precision + 1))  # half to even
    if mantissa >> format.precision:
        mantissa >>= 1
        exponent += 1
    normal = mantissa >> (format.precision - 1)
    biased = exponent + format.bias if normal else 0
    if biased >= (1 << format.exponent_bits) - 1:
        raise OverflowError("too large for the format")
    return _pack(negative, biased, mantissa, format)


def decode(data: bytes, format: Format) -> Fraction | float:
    """The number in bytes of the machine's order; a float for infinities, NaNs and minus zero."""
    if format.pair:
        return _decode_pair(data)
    from fractions import Fraction

    bits = int.from_bytes(data[: format.size], sys.byteorder)
    negative = bool(bits >> (format.fraction_bits + format.exponent_bits))
    biased = (bits >> format.fraction_bits) & ((1 << format.exponent_bits) - 1)
    fraction = bits & ((1 << format.fraction_bits) - 1)
    sign = -1 if negative else 1
    if biased == (1 << format.exponent_bits) - 1:
        below = fraction & ((1 << (format.precision - 1)) - 1)
        return math.copysign(math.nan, sign) if below else sign * math.inf
    if not format.explicit and biased:
        fraction |= 1 << (format.precision - 1)
    if not fraction:
        return -0.0 if negative else Fraction(0)
    return sign * fraction * Fraction(2) ** (max(biased, 1) - format.bias - format.precision + 1)


def _encode_pair(number: Fraction | float) -> bytes:
    from fractions import Fraction

    upper = encode(number, DOUBLE)
    nearest = decode(upper, DOUBLE)
    rest = Fraction(0) if isinstance(nearest, float) else Fraction(number) - nearest
    lower = encode(rest, DOUBLE)
    return upper + (lower if decode(lower, DOUBLE) else encode(Fraction(0), DOUBLE))  # no minus zero


def _decode_pair(data: bytes) -> Fraction | float:
    upper, lower = (decode(data[at : at + DOUBLE.size], DOUBLE) for at in (0, DOUBLE.size))
    if isinstance(upper, float) or lower == 0:  # no finite number, or minus zero
        return upper
    return upper + lower


def _span(data: bytes) -> int:
    """How many bits there are from the first of a pair's number to the last that its lower double may have."""
    upper, lower = (decode(data[at : at + DOUBLE.size], DOUBLE) for at in (0, DOUBLE.size))
    last = max(math.frexp(lower)[1] - DOUBLE.precision, LAST) if lower else LAST
    return max(math.frexp(upper)[1] - last, DOUBLE.precision) + 1


def shortest(number: Fraction | float, format: Format) -> str:
    """The shortest decimal text that `encode` turns into the same bytes."""
    if isinstance(number, float):
        return repr(number)
    data = encode(number, format)
    most = math.ceil((_span(data) if format.pair else format.precision) * math.log10(2)) + 1
    low, high = 1, most
    while low < high:  # more digits never fail where fewer succeed
        middle = (low + high) // 2
        if _reads_back(_decimal(number, middle), data, format):
            high = middle
        else:
            low = middle + 1
    return _decimal(number, low)


def _reads_back(text: str, data: bytes, format: Format) -> bool:
    from fractions import Fraction

    try:
        return encode(Fraction(text), format) == data
    except OverflowError:
        return False


def _decimal(number: Fraction, digits: int) -> str:
    """`number` rounded to significant decimal digits, as Python writes a float."""
    from decimal import Context, Decimal

    context = Context(prec=digits, Emin=-999999, Emax=999999)
    rounded = context.divide(Decimal(number.numerator), Decimal(number.denominator))
    exponent = rounded.adjusted()
    if -5 < exponent < 17:
        text = format_plain(rounded)
        return text if "." in text else text + ".0"
    mantissa = format_plain(context.normalize(context.scaleb(rounded, -exponent)))
    return f"{mantissa}e{exponent:+03d}"


def format_plain(number: object) -> str:
    """A Decimal without an exponent and without trailing zeros behind the point."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _special(number: float, format: Format) -> tuple[int, int]:
    """(biased exponent, mantissa with its leading bit) of zero, an infinity or a quiet NaN."""
    if number == 0:
        return 0, 0
    lead = 1 << (format.precision - 1)
    quiet = 1 << (format.precision - 2) if math.isnan(number) else 0
    return (1 << format.exponent_bits) - 1, lead | quiet


def _pack(negative: bool, biased: int, mantissa: int, format: Format) -> bytes:
    fraction = mantissa if format.explicit else mantissa & ((1 << (format.precision - 1)) - 1)
    bits = (int(negative) << format.exponent_bits | biased) << format.fraction_bits | fraction
    return bits.to_bytes(format.size, sys.byteorder)
