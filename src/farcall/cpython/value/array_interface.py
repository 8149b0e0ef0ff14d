"""Memory that an object describes as NumPy's arrays do, in `__array_interface__`: nothing of it is believed unseen."""

from __future__ import annotations

from ...ctype import Pointer as PointerType
from ...stub.carrier import PointerKind
from ..facts.host import END, ORDER
from .given import index_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["described"]

#: Letters of types that are numbers of their own kind, as `PointerKind.takes` has it.
NUMBERS = {"f": "floating", "c": "complex"}


def described(
    wanted: PointerType, kind: PointerKind, facts: dict[str, Any], value: Any, where: str
) -> tuple[int, object]:
    """The address of the memory, and what keeps it. Raises TypeError, ValueError or OverflowError, naming `where`, for items that
    do not suit, and for what the protocol does not allow."""
    name = type(value).__name__
    try:
        place, readonly = facts["data"]
        place, code, strides = index_of(place), facts["typestr"], facts.get("strides")
        shape = [index_of(length) for length in facts["shape"]]
        steps = None if strides is None else [index_of(step) for step in strides]
        letter, digits = code[1:2], str(code)[2:].partition("[")[0]
        size = int(digits) if digits.isdecimal() else 0
    except (KeyError, TypeError, ValueError) as error:
        raise TypeError(f"{where}: {name}.__array_interface__ is not what NumPy's protocol says ({error!r})") from None
    if letter == "O" or not digits.isdecimal():
        raise TypeError(f"{where} must be {wanted}; the items of {name} have the type {code}")
    if min(shape, default=0) < 0 or (steps is not None and len(steps) != len(shape)):
        raise ValueError(f"{where}: {name}.__array_interface__ has the shape {tuple(shape)}, the strides {strides}")
    room = _contiguous(shape, size, steps)
    if room is None:
        raise ValueError(f"{where}: the array is not C-contiguous; pass a contiguous copy")
    if not 0 <= place < END or place + room > END or (room and not place):
        raise OverflowError(f"{where}: {name}.__array_interface__ has {room} bytes at {place:#x}, where no memory is")
    if facts.get("mask") is not None:
        raise TypeError(f"{where}: {name} has a mask, which C would not see")
    if readonly and not kind.const:
        raise TypeError(f"{where} must be writable for {wanted}; {name} is read-only")
    fits = not kind.item or (kind.item > 0 and size == kind.item and kind.takes(NUMBERS.get(letter, "")))
    if not fits or code[:1] not in ("|", ORDER.format):
        raise TypeError(f"{where} must be {wanted}; the items of {name} have the type {code}")
    return place, value


def _contiguous(shape: list[int], size: int, steps: list[int] | None) -> int | None:
    """How many bytes an array has, None if they do not lie one behind the other. Of an axis of one item the step does not
    matter, nor of any if there are no items."""
    expected = size
    for axis in reversed(range(len(shape))):
        if steps is not None and shape[axis] > 1 and 0 not in shape and steps[axis] != expected:
            return None
        expected *= shape[axis]
    return expected
