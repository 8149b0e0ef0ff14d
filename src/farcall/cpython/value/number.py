"""Numbers that Python has no C type for: long double, float16, bfloat16, __int128, complex.

Each is an immutable value; arithmetic is left to Python's own types. As a result or a field, those that a Python
number holds exactly come as that number (`value`); long double comes as itself.
"""

from __future__ import annotations

import math
import struct
import sys

from ...ctype import Complex as ComplexType
from ...ctype import CType, Enum, Integer, is_signed, sizeof
from ...ctype import Float as FloatType
from ...stub.carrier import InstanceKind, carrier
from ..facts.host import host_target
from ..link.native import make_type
from .accepting import to_instance, write_whole
from .access import read_at
from .arithmetic import not_calculated_with
from .base import Value, address, native, peek, poke
from .classes import class_of
from .floating import FORMATS, Format, decode, encode, shortest
from .given import float_of, index_of, shown
from .making import finished, python_name
from .numpy_scalar import real
from .scalar import scalar_class, told

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:  # else loaded by those who have such numbers
    from decimal import Decimal
    from fractions import Fraction
    from typing import Any, ClassVar

__all__ = ["Complex", "Number", "Precise", "Wide", "number_class"]


@not_calculated_with("its .value")
@native
class Number(Value):
    """A C number in memory that is written once, when it is made."""

    __slots__ = ()

    __write__ = classmethod(write_whole)
    __accept__ = classmethod(to_instance)

    @classmethod
    def __read__(cls, ctype: CType, place: int, owner: object) -> Any:
        """The number as Python's own, or a copy: a value does not follow the memory."""
        number = _read(ctype, place)
        if number is not None:
            return number
        copy = cls.__new__(cls)
        poke(address(copy), peek(place, sizeof(ctype, host_target().model)))
        return copy.value

    @classmethod
    def __made_of__(cls, value: Any) -> Any:
        return cls(value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"

    def __eq__(self, other: object) -> bool:
        return bool(self.value == (other.value if isinstance(other, Number) else other))

    def __hash__(self) -> int:
        return hash(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (self.__ctype__, Number.__bytes__(self)))

    @property
    def value(self) -> Any:
        """The number as Python's own."""
        raise TypeError(f"{self.__ctype__} has no Python number")


@native
class Wide(Number):
    """`__int128`, signed or not."""

    __slots__ = ()

    def __init__(self, value: Any = 0, /) -> None:
        signed = is_signed(self.__ctype__, host_target().model)
        if not hasattr(type(value), "__index__"):
            raise TypeError(f"{self.__ctype__} must be made of an int, not {type(value).__name__}")
        number = index_of(value)
        try:
            data = number.to_bytes(16, sys.byteorder, signed=signed)
        except OverflowError:
            low, high = (-(1 << 127), (1 << 127) - 1) if signed else (0, (1 << 128) - 1)
            raise OverflowError(f"{shown(number)} is out of range for {self.__ctype__} ({low} to {high})") from None
        poke(address(self), data)

    @property
    def value(self) -> int:
        data = peek(address(self), 16)
        return int.from_bytes(data, sys.byteorder, signed=is_signed(self.__ctype__, host_target().model))

    def __int__(self) -> int:
        return self.value

    def __index__(self) -> int:
        return self.value

    def __float__(self) -> float:
        return float(self.value)


@native
class Precise(Number):
    """A floating number with its own precision: `long double`, `_Float16`, `__bf16`, `__float128`.

    Made of int, float, str, Decimal, Fraction or another such number, rounded once, to nearest even. Equal to
    whatever number has just its value; ordered likewise.
    """

    __slots__ = ()
    __ctype__: ClassVar[FloatType]
    __calculated__ = "float() of it, or, as exactly as it is, with its .exact"

    def __init__(self, value: Any = 0, /) -> None:
        try:
            data = encode(_exact(value), _format(self.__ctype__))
        except OverflowError:
            raise OverflowError(f"{value} is out of range for {self.__ctype__}") from None
        except TypeError:
            given = type(value).__name__
            raise TypeError(f"{self.__ctype__} must be made of a number or a str, not {given}") from None
        poke(address(self), data)

    @property
    def exact(self) -> Fraction | float:
        """The value as a Fraction; as a float where it is infinite, not a number, or minus zero."""
        return _number_in(self)

    @property
    def value(self) -> Any:
        """A float where every number of the format is one (float16, bfloat16), else this number itself."""
        return float(self) if _format(self.__ctype__).precision <= 53 else self

    def __repr__(self) -> str:
        return f"{type(self).__name__}('{self}')"

    def __str__(self) -> str:
        return shortest(self.exact, _format(self.__ctype__))

    def __eq__(self, other: object) -> bool:
        from decimal import Decimal
        from fractions import Fraction

        mine = self.exact
        if isinstance(other, Precise):
            return mine == other.exact
        if isinstance(other, (int, float, Fraction, Decimal)):
            return bool(mine == (Fraction(other) if isinstance(other, Decimal) and other.is_finite() else other))
        return NotImplemented

    def __lt__(self, other: Any) -> bool:
        return bool(self.exact < _exact(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.exact <= _exact(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.exact > _exact(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.exact >= _exact(other))

    def __hash__(self) -> int:
        return hash(self.exact)

    def __bool__(self) -> bool:
        return self.exact != 0

    def __float__(self) -> float:
        exact = self.exact
        try:
            return float(exact)
        except OverflowError:
            return math.copysign(math.inf, exact)

    def __int__(self) -> int:
        return int(self.exact)

    def as_integer_ratio(self) -> tuple[int, int]:
        """The exact value as a pair of ints. Raises OverflowError or ValueError where it is not finite.

        >>> farcall.longdouble(0.75).as_integer_ratio()
        (3, 4)
        """
        exact = self.exact
        return exact.as_integer_ratio()

    def decimal(self) -> Decimal:
        """The exact value, all digits of it, also where it is not finite: it raises nothing.

        >>> farcall.longdouble(0.75).decimal()
        Decimal('0.75')
        """
        from decimal import Context, Decimal

        exact = self.exact
        if isinstance(exact, float):
            return Decimal(exact)
        # A binary fraction ends: its decimal expansion has as many digits as numerator times 5**k.
        power = exact.denominator.bit_length() - 1
        digits = exact.numerator * 5**power
        return Decimal(digits).scaleb(-power, Context(prec=len(str(abs(digits))) + 1, Emin=-999999, Emax=999999))


@native
class Complex(Number):
    """`float`, `double` or `long double` `_Complex`; `real` and `imag` are numbers of its part."""

    __slots__ = ()
    __ctype__: ClassVar[ComplexType]
    __calculated__ = "complex() of it, or with its .real and .imag"

    def __init__(self, real: Any = 0, imag: Any = 0, /) -> None:
        if isinstance(real, Complex):
            real, imag = real.real, real.imag
        elif isinstance(real, complex) or hasattr(type(real), "__complex__"):
            whole = complex(real)
            real, imag = whole.real, whole.imag
        part = class_of(self.__ctype__.part)
        size = sizeof(self.__ctype__.part, host_target().model)
        for offset, half in ((0, real), (size, imag)):
            try:
                made = part(half)
            except (TypeError, OverflowError) as error:
                raise type(error)(f"{self.__ctype__}: {error}") from None
            poke(address(self) + offset, peek(address(made), size))

    @property
    def real(self) -> Any:
        """The real part."""
        return self._part(0)

    @property
    def imag(self) -> Any:
        """The imaginary part."""
        return self._part(1)

    def _part(self, index: int) -> Any:
        part = self.__ctype__.part
        return read_at(part, address(self) + index * sizeof(part, host_target().model), self)

    @property
    def value(self) -> Any:
        """A Python complex where its parts are exact (float, double), else this number itself."""
        return self if self.__ctype__.part.format == "long" else complex(self.real, self.imag)

    def __complex__(self) -> complex:
        return complex(float(self.real), float(self.imag))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (Complex, complex)):
            return bool(self.real == other.real and self.imag == other.imag)
        return bool(self.imag == 0 and self.real == other)

    def __hash__(self) -> int:
        return hash(complex(self))

    def __bool__(self) -> bool:
        return bool(self.real) or bool(self.imag)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.real!r}, {self.imag!r})"


#: How `struct` writes the numbers that Python's own hold exactly.
CODES = {"binary16": "=e", "binary32": "=f", "binary64": "=d"}


def _read(ctype: CType, place: int) -> float | complex | None:
    """The Python number of a `_Float16`, or a `float` or `double` `_Complex`, at an address; None for other types."""
    if isinstance(ctype, FloatType) and ctype.format == "binary16":
        found: float = struct.unpack("=e", peek(place, 2))[0]
        return found
    if isinstance(ctype, ComplexType) and ctype.part.format in CODES:
        code = CODES[ctype.part.format]
        return complex(*struct.unpack(f"{code}{code[1]}", peek(place, 2 * struct.calcsize(code))))
    return None


def _number_in(value: Any) -> Fraction | float:
    """The number that a `Precise` holds."""
    kind = _format(value.__ctype__)
    return decode(peek(address(value), kind.size), kind)


def _format(ctype: FloatType) -> Format:
    name = host_target().model.long_double_format if ctype.format == "long" else ctype.format
    return FORMATS[name]


def _exact(value: Any) -> Fraction | float:
    """A number of any kind, exactly. Raises TypeError for what is none."""
    from decimal import Decimal
    from fractions import Fraction

    if issubclass(type(value), Precise):
        return _number_in(value)
    if issubclass(type(value), float):
        value = float_of(value)
        return value if not math.isfinite(value) or value == 0 else Fraction(value)
    if issubclass(type(value), str):
        value = str.__str__(value)
        word = value.strip().lower().lstrip("+-")
        if word in ("inf", "infinity", "nan") or not word:
            return float(value)
        made = Fraction(value)
        return -0.0 if made == 0 and value.strip().startswith("-") else made
    if issubclass(type(value), Decimal):
        if type(value) is not Decimal:
            value = Decimal(tuple(Decimal.as_tuple(value)))  # type: ignore[arg-type]
        if not value.is_finite():
            return float(value)
        return -0.0 if value == 0 and value.is_signed() else Fraction(value)
    if issubclass(type(value), Fraction):
        return Fraction(index_of(value.numerator), index_of(value.denominator))
    if hasattr(type(value), "__index__"):
        return Fraction(index_of(value))
    if hasattr(type(value), "__float__"):
        return _exact(real(value))
    raise TypeError(f"not a number: {type(value).__name__}")


def _rebuild(ctype: Any, data: bytes) -> Any:
    wanted = sizeof(ctype, host_target().model)
    if len(data) != wanted:
        raise ValueError(f"{ctype} takes {wanted} bytes, its pickle has {len(data)}")
    made = class_of(ctype).__new__(class_of(ctype))
    poke(address(made), data)
    return made


def number_class(ctype: Integer | Enum | FloatType | ComplexType) -> Any:
    """The class of a type of numbers: of one scalar, or of what Python has no C type for."""
    kind = carrier(ctype, host_target().model)
    if not isinstance(kind, InstanceKind):
        return scalar_class(ctype, kind)
    base = Complex if isinstance(ctype, ComplexType) else Precise if isinstance(ctype, FloatType) else Wide
    name, size = str(ctype), sizeof(ctype, host_target().model)
    return finished(make_type(python_name(name), (base,), size, told(name), referred=True), ctype)
