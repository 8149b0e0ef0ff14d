"""What C passes at all: the checks of a parameter's or the result's type that all conventions make alike."""

from __future__ import annotations

from collections.abc import Callable

from ..ctype import Array, CType, Function, Void, unqualified
from ..errors import IncompleteTypeError, UnsupportedTypeError

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, TypeVar

    _Shape = TypeVar("_Shape")

__all__ = ["shape_at"]


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
