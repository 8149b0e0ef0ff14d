"""Lists of text for a constant array of C strings, such as the arguments of a program."""

from __future__ import annotations

import struct

from ... import seed
from ...ctype import Pointer as PointerType
from ...ctype import is_const, unqualified
from .access import accept
from .base import target
from .errors import raise_named
from .given import raw_bytes
from .text import encode_text, width_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["text_list"]


def text_list(wanted: PointerType, value: list[Any] | tuple[Any, ...], where: str) -> tuple[int, object] | None:
    """Where a list or tuple lies as an array of C strings with NULL behind the last, and what keeps it, if it is wanted for
    `char *const *` or `const char *const *`; else None. Items are str, bytes, None for NULL, and what is a pointer of that
    type. Raises what names `where` and the item."""
    item = unqualified(wanted.target)
    if not isinstance(item, PointerType) or not is_const(wanted.target) or width_of(item.target) != 1:
        return None
    found = [_text(item, thing, f"{where} item {index}") for index, thing in enumerate(list(value))]
    memory = bytearray(struct.pack(f"{len(found) + 1}P", *[place for place, _ in found], 0))
    return seed.address_of(memory), (memory, [held for _, held in found])


def _text(item: PointerType, thing: Any, where: str) -> tuple[int, object]:
    """Where a string lies, and what keeps it: a copy, since C may be allowed to write it."""
    if isinstance(thing, str):
        try:
            thing = encode_text(thing, item.target)
        except UnicodeEncodeError as error:
            raise_named(error, where)
    if isinstance(thing, (bytes, bytearray)):
        data = raw_bytes(thing)
        if b"\0" in data:
            raise ValueError(f"{where}: the text has a NUL inside, where C would cut it")
        memory = bytearray(data + b"\0")
        return seed.address_of(memory), memory
    made = accept(item, thing, where)
    return target(made), made
