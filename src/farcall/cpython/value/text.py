"""Strings in memory: bytes up to the first NUL, and wide characters."""

from __future__ import annotations

import codecs

from ... import seed
from ...ctype import Array as ArrayType
from ...ctype import CType, Integer, is_const, sizeof, unqualified
from ...ctype import Pointer as PointerType
from ..facts.host import ORDER, host_target
from .base import address, peek, poke
from .classes import class_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["encode_text", "is_text", "is_wide", "load_codecs", "string", "string_at", "wide_text", "width_of"]

CODECS = {2: "utf-16", 4: "utf-32"}
#: Names of integer types that stand for characters wider than a byte.
WIDE_NAMES = frozenset({"wchar_t", "char16_t", "char32_t", "wint_t"})


def width_of(ctype: CType) -> int:
    """The size of the characters that an element of this type is: 1 for bytes, 2 or 4 for wide ones; 0 for a type that
    is no character."""
    plain = unqualified(ctype)
    if not isinstance(plain, Integer):
        return 0
    if plain.rank == "wchar" or plain.name in WIDE_NAMES:
        return sizeof(plain, host_target().model)
    return 1 if plain.rank in ("char", "8") else 0


def is_text(ctype: CType) -> bool:
    """Whether arrays of this element take a str: plain char and wide characters."""
    plain = unqualified(ctype)
    return width_of(plain) > 1 or (isinstance(plain, Integer) and plain.rank == "char" and plain.signed is None)


def is_wide(pointer: PointerType) -> bool:
    """Whether a pointer is to const characters wider than a byte, which a str stands for."""
    return is_const(pointer.target) and width_of(pointer.target) > 1


def wide_text(text: str, element: CType, where: str) -> Any:
    """An array with the characters of `text` and a NUL behind them. ValueError, naming `where`, for a NUL inside."""
    if "\0" in text:
        raise ValueError(f"{where}: the str has a NUL character inside, where C would cut it")
    data = encode_text(text, element)
    made = class_of(ArrayType(element, len(data) // width_of(element) + 1))()
    poke(address(made), data)
    return made


def encode_text(text: str, ctype: CType) -> bytes:
    """The characters of `text` in memory, without a NUL. ValueError for one that cannot be encoded."""
    width = width_of(ctype)
    return str.encode(
        text, "utf-8" if width == 1 else _codec(width), "surrogateescape" if width == 1 else "surrogatepass"
    )


def string(element: CType, place: int, most: int | None = None) -> str:
    """The text in characters of type `element` at an address, up to the first NUL, or to the end of an array of `most`."""
    plain = unqualified(element)
    while isinstance(plain, ArrayType):
        plain = unqualified(plain.element)
    width = width_of(plain)
    if width <= 1:
        data = seed.c_string(place) if most is None else peek(place, most).partition(b"\0")[0]
        return data.decode("utf-8", "surrogateescape")
    return _until_nul(place, width, most).decode(_codec(width), "surrogatepass")


def string_at(element: CType, place: int, length: int) -> str:
    """`length` characters at an address, NULs and all."""
    width = max(width_of(element), 1)
    data = peek(place, length * width)
    return data.decode("utf-8" if width == 1 else _codec(width), "surrogateescape" if width == 1 else "surrogatepass")


def _until_nul(place: int, width: int, most: int | None) -> bytes:
    found, nul = bytearray(), bytes(width)
    while most is None or len(found) < most * width:
        character = peek(place + len(found), width)
        if character == nul:
            break
        found += character
    return bytes(found)


def load_codecs() -> None:
    """Have the codecs of wide characters loaded, which cannot be when Python ends."""
    for width in CODECS:
        codecs.lookup(_codec(width))


def _codec(width: int) -> str:
    return f"{CODECS[width]}-{ORDER.name[0]}e"
