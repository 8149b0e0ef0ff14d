"""The bootstrap, found once, and what the seed's rooms share: words, room for C to write into, names for C to read."""

from __future__ import annotations

import sys

from .bootstrap import find

__all__ = ["BOOTSTRAP", "BYTES", "WORD", "at", "find_symbol", "room", "system_words", "thing", "whole", "word", "words"]

WORD = tuple.__itemsize__  # bytes of a pointer
#: Where the bytes of a `bytes` object start, from its address (Include/cpython/bytesobject.h): a NUL more is behind them.
BYTES = bytes.__basicsize__ - 1

#: How native code is called here; `kind` and `why` are for people.
BOOTSTRAP = find()
words, thing, find_symbol = BOOTSTRAP.words, BOOTSTRAP.thing, BOOTSTRAP.dlsym
#: `words` of the system's own functions.
system_words = BOOTSTRAP.system_words


def at(data: bytes) -> int:
    """Where the bytes of `data` lie, which the caller keeps."""
    return id(data) + BYTES


def room(count: int) -> bytes:
    """Memory for C to write so many words into, which nobody else has."""
    return bytes(count * WORD)


def word(written: bytes, number: int) -> int:
    """What C wrote into such a room, by the word's number."""
    return int.from_bytes(written[number * WORD : (number + 1) * WORD], sys.byteorder)


def whole(text: str, what: str) -> str:
    """A name that C reads to its end; ValueError where it would silently stop at a NUL."""
    if "\0" in text:
        raise ValueError(f"{what} cannot contain a NUL: {text!r}")
    return text
