"""How much there is to draw of a type: the bound that keeps a short text from asking for a picture without end."""

from __future__ import annotations

from ..ctype import Array, CType, Function, Record, unqualified
from ..errors import UnsupportedTypeError

__all__ = ["MOST_BYTES_OF_CODE", "MOST_FIELDS", "check_extent", "check_function_extent"]

#: The most fields that are drawn, each item of an array counted up to the number that is drawn one by one.
MOST_FIELDS = 4096
ITEMS_DRAWN = 8
#: The largest argument area of which code is made: copies are instructions, so many for so many bytes.
MOST_BYTES_OF_CODE = 1 << 16


def check_extent(type: CType) -> None:
    """Raises UnsupportedTypeError for a type of more fields than are drawn."""
    if _fields(type, MOST_FIELDS) > MOST_FIELDS:
        raise UnsupportedTypeError(f"{type} has more than {MOST_FIELDS} fields: too many to draw")


def check_function_extent(function: Function) -> None:
    """The same for all that a function takes and returns."""
    left = MOST_FIELDS
    for type in (function.result, *(parameter.type for parameter in function.parameters)):
        left -= max(1, _fields(type, left))
        if left < 0:
            raise UnsupportedTypeError(f"the parameters have more than {MOST_FIELDS} fields: too many to draw")


def _fields(type: CType, most: int) -> int:
    """The fields of a type, counted no further than one more than `most`. What has no fields counts too: walks go there."""
    plain = unqualified(type)
    if isinstance(plain, Array):
        items = min(plain.length or 0, ITEMS_DRAWN)
        return min(most + 1, max(1, items * _fields(plain.element, most)))
    if not isinstance(plain, Record):
        return 1
    count = 1
    for field in plain.fields or ():
        count += _fields(field.type, most - count)
        if count > most:
            break
    return count
