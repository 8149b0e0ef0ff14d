"""What a caller gave, as objects of Python's own: an int, bytes, a str, so many items.

A subclass may say anything of its length, its bytes or its order. What is read into memory is therefore measured by
the interpreter's own functions for the base class, never by the object's word; and an iterable is read for one item
more than there is room for, no further.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from itertools import islice

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "count_of",
    "float_of",
    "index_of",
    "items_of",
    "mapping_of",
    "named_index",
    "raw_bytes",
    "shown",
    "too_many",
]


def index_of(value: Any) -> int:
    """The int that a value is by `__index__`. Raises TypeError for one that has none."""
    if type(value) is int:
        return value
    return int.__index__(operator.index(value))  # of a subclass its number, not what its methods say


def named_index(value: Any, what: str) -> int:
    """The same, with a TypeError that says `what` must be an int."""
    try:
        return index_of(value)
    except TypeError:
        raise TypeError(f"{what} must be an int, not {type(value).__name__}") from None


def count_of(value: Any, what: str) -> int:
    """So many bytes or items, as an int. Raises TypeError for no integer, ValueError for a negative one, both naming `what`."""
    count = named_index(value, what)
    if count < 0:
        raise ValueError(f"{what} cannot be {shown(count)}")
    return count


def float_of(value: float) -> float:
    """The number of a float, or of an instance of a subclass."""
    return float.__float__(value)


def raw_bytes(value: Any) -> bytes:
    """The bytes in a bytes or bytearray object, or one of a subclass."""
    if type(value) is bytes:
        return value
    kind: Any = bytes if issubclass(type(value), bytes) else bytearray
    return bytes(kind.__getitem__(value, slice(None)))


def items_of(value: Any, most: int) -> list[Any]:
    """The items of an iterable: of a list or tuple all, of any other at most one more than `most`.

    Raises TypeError for what is no iterable, and for a ctypes pointer: it has an item for every number.
    """
    if type(value) in (list, tuple):
        return list(value)
    if type(value) is memoryview:  # whose iterator does not notice that it was released
        return list(value[: most + 1].tolist())
    if hasattr(type(value), "contents") and hasattr(type(value), "_type_"):
        raise TypeError(f"a ctypes pointer ({type(value).__name__}) does not say how many items there are")
    return list(islice(value, most + 1))


def mapping_of(value: Mapping[str, Any], most: int) -> dict[str, Any]:
    """The items of a mapping, at most one more than `most`."""
    if type(value) is dict:
        return value
    return {key: value[key] for key in islice(value.keys(), most + 1)}


def shown(number: int) -> str:
    """An int in an error's text; one that is very long is only described."""
    return "an int of more than 256 bits" if abs(number) >= 1 << 256 else str(number)


def too_many(given: Any, found: list[Any]) -> str:
    """How many items were given, for an error: of what was not read to its end only that there are more."""
    return f"{len(found)} were given" if type(given) in (list, tuple) else "more were given"
