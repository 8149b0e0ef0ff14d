"""How many bytes a value takes: what its type says, and behind that the items of a flexible array member."""

from __future__ import annotations

from typing import Any

from ...ctype import sizeof
from ..facts.host import host_target
from .base import address, holder, room_at

__all__ = ["extent", "open_ended", "room_of"]


def open_ended(cls: Any) -> bool:
    """Whether a class is of records that end in a flexible array member."""
    fields: Any = getattr(cls, "__fields__", ())
    return bool(fields) and bool(fields[-1].flexible)


def room_of(value: Any) -> int:
    """How many bytes a record with a flexible array member was made with, up to its last item; 0 of other values, and where
    only C knows."""
    return (room_at(address(value), holder(value)) or 0) if open_ended(type(value)) else 0


def extent(value: Any) -> int:
    """The size of a value in bytes, with all of the items that it was made with."""
    return max(int(sizeof(value.__ctype__, host_target().model)), room_of(value))
