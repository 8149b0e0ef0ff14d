"""Argument locations that a notebook shows as a drawing. What draws stands above, and is loaded when one is shown."""

from __future__ import annotations

from operator import attrgetter

from ...convention import Placement
from ..link.late import late

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["ShownPlacement"]

#: What makes a picture of anything.
DRAW = "high.picture:draw"

FIELDS: tuple[str, ...] = Placement.__match_args__
_values = attrgetter(*FIELDS)


class ShownPlacement(Placement):
    """The placement of a function that is bound: equal to any that says the same, and shown with the names of the function's
    parameters."""

    __slots__ = ("_of",)
    _of: Any

    def __init__(self, placement: Placement, of: object) -> None:
        for name, value in zip(FIELDS, _values(placement), strict=True):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_of", of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Placement) and bool(_values(self) == _values(other))

    __hash__ = Placement.__hash__

    def __reduce__(self) -> Any:
        return Placement, _values(self)  # elsewhere there is no such function

    def _repr_svg_(self) -> str:
        return str(late(DRAW)(self._of).svg())
