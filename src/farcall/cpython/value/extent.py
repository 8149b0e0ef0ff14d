"""How many bytes a value takes: what its type says, and behind that the items of a flexible array member."""

from __future__ import annotations

from ...ctype import sizeof
from ..facts.host import host_target
from .base import address, holder, peek
from .keep import room_at

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["extent", "room_of", "text_bytes", "value_bytes"]


def room_of(value: Any) -> int:
    """How many bytes a record with a flexible array member was made with, up to its last item; 0 of other values, and where
    only C knows."""
    return (room_at(address(value), holder(value)) or 0) if value.__open_ended__ else 0


def extent(value: Any) -> int:
    """The size of a value in bytes, with all of the items that it was made with."""
    placed = getattr(value, "__layout__", None)
    size = int(sizeof(value.__ctype__, host_target().model) if placed is None else placed.size)
    return max(size, room_of(value)) if value.__open_ended__ else size


def value_bytes(value: Any) -> bytes:
    """The bytes of a value, all that it was made with."""
    return peek(address(value), extent(value))


def text_bytes(value: Any) -> bytes:
    """Those of an array up to the first NUL."""
    return value_bytes(value).partition(b"\0")[0]
