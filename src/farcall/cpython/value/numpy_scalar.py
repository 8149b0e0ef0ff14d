"""NumPy's scalars where C's types are wanted: integers for addresses and for truth, complex numbers for none.

NumPy is not imported for this; who has such a scalar has done so.
"""

from __future__ import annotations

from functools import lru_cache
from operator import index

from ..facts.host import WORD

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["address_in", "is_integer", "is_real", "real", "truth", "truth_number"]

#: What NumPy calls its bool.
BOOLS = ("bool", "bool_")


def is_integer(value: object) -> bool:
    """Whether a value is one of NumPy's integers: a number which shows its bytes as memory, that nobody may write. Arrays
    of no dimension are memory, and so is its bool, which had `__index__` up to NumPy 2.2 without being a number."""
    kind = type(value)
    number = hasattr(kind, "__index__") and kind.__name__ not in BOOLS
    return number and hasattr(kind, "__array_interface__") and not hasattr(kind, "__setitem__")


def address_in(value: Any, where: str) -> int:
    """The address that an integer as wide as a pointer is. Raises TypeError, naming `where`, for another width."""
    if value.dtype.itemsize != WORD:
        raise TypeError(f"{where}: {type(value).__name__} is no address; pass an int, or an array for its memory")
    number = value.__index__()
    if number < 0:
        raise OverflowError(f"{where}: {number} is not an address")
    return int(number)


def real(value: Any) -> float:
    """The float of a number that is neither a float nor an int. TypeError for a complex one, which would lose its
    imaginary part."""
    if not is_real(value):
        raise TypeError(f"{type(value).__name__} is no real number")
    return float(value)


def is_real(value: object) -> bool:
    """Whether a value is a number, and not a complex one: of Python's, of NumPy's, or of whoever says so."""
    kind: Any = type(value)
    return _is_real(kind)


@lru_cache(maxsize=64)  # the classes of a program's numbers are few
def _is_real(kind: type) -> bool:
    if issubclass(kind, (str, bytes)):  # NumPy's text has a method for it, as all that is NumPy's
        return False
    import numbers

    if issubclass(kind, numbers.Complex) and not issubclass(kind, numbers.Real):
        return False
    return hasattr(kind, "__float__") or hasattr(kind, "__index__")


def truth_number(value: Any) -> int:
    """The integer that stands for a `_Bool`: NumPy's own bool is no index."""
    kind = type(value)
    if kind.__name__ in BOOLS and hasattr(kind, "__array_interface__"):
        return bool(value)
    return index(value)


def truth(value: Any) -> bool:
    """The bool of a number 0 or 1, or of NumPy's bool. OverflowError for another number."""
    number = truth_number(value)
    if number not in (0, 1):
        raise OverflowError(f"{number} is neither 0 nor 1")
    return bool(number)
