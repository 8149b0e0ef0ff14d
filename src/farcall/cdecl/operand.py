"""What an expression gives: a type and, where it is constant, a value. Conversions and operators are C's own
(C11 6.3, 6.5), under a data model; floating arithmetic is done in `float` or `double`, and a `long double` becomes
the nearest `double`."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..ctype import (
    Array,
    Complex,
    CType,
    DataModel,
    Enum,
    Float,
    Function,
    Integer,
    Pointer,
    Void,
    is_signed,
    names,
    sizeof,
    unqualified,
)
from ..record import NamedTuple
from .literal import RANKED, rounded, wrapped

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "Operand",
    "binary",
    "cast",
    "chosen",
    "decayed",
    "integer_type",
    "named",
    "promoted",
    "spelled",
    "truth",
    "unary",
]

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip
INTEGER_ONLY = frozenset(["%", "&", "|", "^", "<<", ">>"])
#: Floating types from the narrowest to the widest; of two, arithmetic is done in the wider one (C11 6.3.1.8).
WIDTHS = {"bfloat16": 0, "binary16": 1, "binary32": 2, "binary64": 3, "long": 4, "binary128": 5}


class Operand(NamedTuple):
    """`value` is a number, an address if the type is a pointer, a text if it is an array or a pointer; None where it
    is not constant. `place` is the constant address of an object, as of `((T *)0)->m`."""

    type: CType
    value: int | float | complex | str | None
    place: int | None = None


def named(value: int, type: CType, model: DataModel) -> Operand:
    """A constant known by its value alone: an int where that holds it, else the narrowest wider type."""
    for bits, pair in ((32, RANKED[0]), (64, RANKED[1]), (64, RANKED[2]), (128, (names.int128, names.uint128))):
        if bits == 8 * sizeof(pair[0], model):
            if -(1 << (bits - 1)) <= value < 1 << (bits - 1):
                return Operand(pair[0], value)
            if 0 <= value < 1 << bits:
                return Operand(pair[1], value)
    return Operand(type, value)


def spelled(text: str, item: Integer, model: DataModel) -> Operand:
    """A text: an array of its items, with the one that ends it."""
    size = sizeof(item, model)
    encoding, errors = {1: ("utf-8", "surrogateescape"), 2: ("utf-16-le", "surrogatepass")}.get(
        size, ("utf-32-le", "surrogatepass")
    )
    return Operand(Array(item, len(text.encode(encoding, errors)) // size + 1), text)


def integer_type(type: CType, model: DataModel) -> Integer | None:
    """C's own integer type behind a typedef's or an enum's; None for what is no integer."""
    type = unqualified(type)
    if isinstance(type, Enum):
        type = type.underlying
    if not isinstance(type, Integer) or type.rank in ("bool", "char", "short", "int", "long", "long long", "128"):
        return type if isinstance(type, Integer) else None
    size, unsigned = sizeof(type, model), not is_signed(type, model)
    every = ((names.schar, names.uchar), (names.short, names.ushort), *RANKED, (names.int128, names.uint128))
    return next((pair[unsigned] for pair in every if sizeof(pair[0], model) == size), type)


def promoted(operand: Operand, model: DataModel) -> Operand:
    """C11 6.3.1.1 p2: what is narrower than int becomes int."""
    type = integer_type(operand.type, model)
    if type is None:
        return operand
    return Operand(names.int_ if sizeof(type, model) < 4 else type, operand.value)


def decayed(operand: Operand) -> Operand:
    """An array as a pointer to its first element, a function as a pointer to it (C11 6.3.2.1)."""
    type = unqualified(operand.type)
    if isinstance(type, Array):
        return Operand(Pointer(type.element), operand.value if operand.place is None else operand.place)
    return Operand(Pointer(type), None) if isinstance(type, Function) else Operand(type, operand.value)


def truth(operand: Operand) -> bool:
    """Whether a constant is not zero; a text's address is not."""
    return operand.value is None or isinstance(operand.value, str) or operand.value != 0


def cast(type: CType, operand: Operand, model: DataModel) -> Operand:
    """The operand converted. Raises ValueError where that cannot be."""
    target, source = unqualified(type), decayed(operand)
    if isinstance(target, Void):
        return Operand(target, None)
    value = source.value
    if isinstance(target, Pointer):
        if isinstance(value, (float, complex)):
            raise ValueError(f"{value!r} is no address")
        return Operand(target, value % (1 << 8 * model.pointer) if isinstance(value, int) else value)
    if isinstance(value, str):
        value = None  # a text's address is not known here
    if isinstance(target, Complex):
        return Operand(target, None if value is None else complex(value))
    if isinstance(value, complex):
        value = value.real
    if isinstance(target, Float):
        return Operand(target, None if value is None else _floating(value, target))
    integer = integer_type(target, model)
    if integer is None:
        return Operand(type, None)
    if value is not None:
        if integer.rank == "bool":
            return Operand(target, int(bool(value)))
        value = _truncated(value, integer, model) if isinstance(value, float) else wrapped(value, integer, model)
    return Operand(target, value)


def unary(op: str, operand: Operand, model: DataModel) -> Operand:
    """`+`, `-`, `~` and `!`. Raises ValueError where C has no such operation."""
    operand = decayed(operand)
    if op == "!":
        return Operand(names.int_, None if operand.value is None else int(not truth(operand)))
    operand = promoted(operand, model)
    type, value = operand.type, operand.value
    if isinstance(type, (Float, Complex)) and op != "~":
        assert not isinstance(value, str)
        return operand if op == "+" or value is None else Operand(type, -value)
    if not isinstance(type, Integer):
        raise ValueError(f"{op!r} of {type}")
    if value is None:
        return operand
    assert isinstance(value, int)
    return Operand(type, wrapped({"+": value, "-": -value, "~": ~value}[op], type, model))


def binary(op: str, left: Operand, right: Operand, model: DataModel, live: bool) -> Operand:
    """Arithmetic and comparisons. Raises ValueError for what C does not define. Where the expression is not `live`
    only the type counts, as in the other branch of `?:`: there a division by zero is none."""
    left, right = promoted(decayed(left), model), promoted(decayed(right), model)
    if isinstance(left.type, Pointer) or isinstance(right.type, Pointer):
        return _pointers(op, left, right, model)
    common = _common(op, left, right, model)
    if op in INTEGER_ONLY and not isinstance(common, Integer):
        raise ValueError(f"{op!r} of {common}")
    if op in ("<<", ">>"):  # a shift has the type of its left side alone (C11 6.5.7 p3)
        return _shifted(op, left, right.value, model, live)
    a, b = cast(common, left, model).value, cast(common, right, model).value
    if op in COMPARISONS:
        if isinstance(common, Complex) and op not in ("==", "!="):
            raise ValueError(f"{op!r} of {common}")
        return Operand(names.int_, None if a is None or b is None else int(COMPARISONS[op](a, b)))
    if a is None or b is None:
        return Operand(common, None)
    if isinstance(common, Integer):
        return Operand(common, wrapped(_whole(op, a, b, live), common, model))
    return Operand(common, _real(op, a, b, common))


def chosen(condition: bool, one: Operand, other: Operand, model: DataModel) -> Operand:
    """One of the branches of `?:`, in the type of both."""
    one, other = promoted(decayed(one), model), promoted(decayed(other), model)
    taken = one if condition else other
    if isinstance(one.type, Pointer) and isinstance(other.type, Pointer):  # a null pointer constant takes any type
        return Operand(other.type if isinstance(unqualified(one.type.target), Void) else one.type, taken.value)
    if isinstance(one.type, Pointer) or isinstance(other.type, Pointer):
        return cast(one.type if isinstance(one.type, Pointer) else other.type, taken, model)
    if not all(isinstance(side.type, (Integer, Float, Complex)) for side in (one, other)):
        return taken
    return cast(_common("?:", one, other, model), taken, model)


def _common(op: str, left: Operand, right: Operand, model: DataModel) -> CType:
    """The type of the usual arithmetic conversions (C11 6.3.1.8)."""
    one, other = left.type, right.type
    if isinstance(one, Integer) and isinstance(other, Integer):
        sizes = sizeof(one, model), sizeof(other, model)
        if sizes[0] != sizes[1]:
            return one if sizes[0] > sizes[1] else other
        ranks = [next((i for i, pair in enumerate(RANKED) if type in pair), 3) for type in (one, other)]
        higher = one if ranks[0] >= ranks[1] else other
        if is_signed(one, model) == is_signed(other, model) or not is_signed(higher, model):
            return higher
        return next((unsigned for signed, unsigned in RANKED if signed == higher), names.uint128)
    parts = [type.part if isinstance(type, Complex) else type for type in (one, other)]
    wide = [part for part in parts if isinstance(part, Float)]
    if not wide or not all(isinstance(part, (Integer, Float)) for part in parts):
        raise ValueError(f"{op!r} of {one} and {other}")
    widest = max(wide, key=lambda part: WIDTHS[part.format])
    return Complex(widest) if isinstance(one, Complex) or isinstance(other, Complex) else widest


def _truncated(value: float, type: Integer, model: DataModel) -> int:
    """A floating number as an integer. One that the type cannot hold, which C leaves open, becomes the nearest that it
    can, as with GCC."""
    if not abs(value) < 2.0**127:
        raise ValueError(f"{value!r} is too large for any integer type")
    bits, signed = 8 * sizeof(type, model), is_signed(type, model)
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    return max(low, min(high, int(value)))


def _floating(value: float, type: Float) -> float:
    return rounded(float(value), type)


def _shifted(op: str, left: Operand, by: Any, model: DataModel, live: bool) -> Operand:
    type = left.type
    assert isinstance(type, Integer)
    if not isinstance(left.value, int) or by is None:
        return Operand(type, None)
    bits = 8 * sizeof(type, model)
    if not 0 <= by < bits:
        if live:
            raise ValueError(f"a shift by {by} of a value of {bits} bits")
        return left
    return Operand(type, wrapped(left.value << by if op == "<<" else left.value >> by, type, model))


def _whole(op: str, a: Any, b: Any, live: bool) -> Any:
    if op in ("/", "%"):
        if b == 0 and live:
            raise ValueError("division by zero in a constant expression")
        b = b or 1
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)  # C truncates toward zero
        return quotient if op == "/" else a - quotient * b
    return {"+": a + b, "-": a - b, "*": a * b, "&": a & b, "|": a | b, "^": a ^ b}[op]


def _real(op: str, a: Any, b: Any, type: CType) -> float | complex:
    if op == "/" and b == 0:  # IEEE 754, 7.3
        if isinstance(a, complex) or isinstance(b, complex):
            raise ValueError("division by zero in a constant expression")
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
    value = a / b if op == "/" else {"+": a + b, "-": a - b, "*": a * b}[op]
    if isinstance(value, complex):
        assert isinstance(type, Complex)
        return complex(rounded(value.real, type.part), rounded(value.imag, type.part))
    assert isinstance(type, Float)
    return rounded(value, type)


def _pointers(op: str, left: Operand, right: Operand, model: DataModel) -> Operand:
    """Comparisons and arithmetic of addresses (C11 6.5.6, 6.5.8, 6.5.9)."""
    a, b = left.value, right.value
    known = isinstance(a, int) and isinstance(b, int)
    if op in COMPARISONS:
        return Operand(names.int_, int(COMPARISONS[op](a, b)) if known else None)
    if isinstance(right.type, Pointer) and op == "+":
        left, right, a, b = right, left, b, a
    if not isinstance(left.type, Pointer) or op not in ("+", "-"):
        raise ValueError(f"{op!r} of {left.type} and {right.type}")
    step = 1 if isinstance(unqualified(left.type.target), (Void, Function)) else sizeof(left.type.target, model)
    if isinstance(right.type, Pointer):
        if op == "+" or not step:
            raise ValueError(f"{op!r} of {left.type} and {right.type}")
        return Operand(names.ptrdiff_t, (a - b) // step if isinstance(a, int) and isinstance(b, int) else None)
    if not isinstance(right.type, Integer):
        raise ValueError(f"{op!r} of {left.type} and {right.type}")
    if not (isinstance(a, int) and isinstance(b, int)):
        return Operand(left.type, None)
    return Operand(left.type, (a + b * step * (1 if op == "+" else -1)) % (1 << 8 * model.pointer))
