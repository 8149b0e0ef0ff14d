"""What conventions ask alike of a parameter's or the result's type: whether C passes it at all, and whether it is widened."""

from __future__ import annotations

from collections.abc import Callable

from ..ctype import Array, CType, DataModel, Enum, Function, Integer, Void, is_signed, sizeof, unqualified
from ..errors import IncompleteTypeError, UnsupportedTypeError

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, Literal, TypeVar

    _Shape = TypeVar("_Shape")

__all__ = ["shape_at", "widening"]


def shape_at(position: str, type: CType, shape: Callable[..., _Shape], *details: Any, nothing: _Shape | None) -> _Shape:
    """What a convention's `shape` says of a type, asked with `details`; `nothing` is the shape of void, where it may be.

    Raises UnsupportedTypeError for what C cannot pass (void, array, function), and what `shape` raises, each with the
    `position`, as "argument 0".
    """
    plain = unqualified(type)
    if isinstance(plain, Void):
        if nothing is not None:
            return nothing
        raise UnsupportedTypeError(f"{position} is void, which is not a value")
    if isinstance(plain, (Array, Function)):
        kind = "an array" if isinstance(plain, Array) else "a function"
        raise UnsupportedTypeError(f"{position} is {kind}, {plain}, which C passes only by pointer")
    try:
        return shape(plain, *details)
    except (IncompleteTypeError, UnsupportedTypeError) as error:
        raise error.__class__(f"{position}: {error}") from None


def widening(type: CType, model: DataModel, below: int) -> Literal["sign", "zero", ""]:
    """How an integer of fewer than `below` bytes is widened, by its own sign; "" for all that is passed as it is."""
    if not isinstance(unqualified(type), (Integer, Enum)) or sizeof(type, model) >= below:
        return ""
    return "sign" if is_signed(type, model) else "zero"
