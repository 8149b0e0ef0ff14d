"""Python's files as C's: a `FILE *` for each, on a file descriptor of its own."""

from __future__ import annotations

import io
import os
from typing import Any
from weakref import WeakKeyDictionary

from ... import seed
from .types import CType

__all__ = ["is_stream", "stream_of"]

#: The structs that C libraries call so.
FILES = frozenset({"FILE", "struct _IO_FILE"})
#: What C functions are called: elsewhere, and by Windows' library.
FDOPEN = ("fdopen", "_fdopen")

_streams: WeakKeyDictionary[Any, Stream] = WeakKeyDictionary()


class Stream:
    """A C stream without a buffer, which is closed when this goes. `place` is its address."""

    __slots__ = ("_close", "place")

    def __init__(self, file: Any) -> None:
        self.place, self._close = 0, _function(("fclose",), 1)
        number, mode = file.fileno(), getattr(file, "mode", None)
        if not isinstance(mode, str):
            raise TypeError(f"{file!r} does not say by its mode what a FILE * of it is for")
        mode = mode.replace("x", "w").encode() + b"\0"  # which is about making it, and it is there
        number = os.dup(number)
        self.place = _function(FDOPEN, 2)(number, seed.address_of(mode))
        if not self.place:
            os.close(number)
            raise OSError(f"fdopen() makes no FILE * of {file!r}, whose mode is {file.mode!r}")
        _function(("setbuf",), 2)(self.place, 0)

    def __del__(self) -> None:
        if self.place:
            self._close(self.place)


def is_stream(type: CType, value: object) -> bool:
    """Whether a value is a file of Python's, and a type C's `FILE *`."""
    return type.kind == "pointer" and type.item.cname in FILES and isinstance(value, io.IOBase)


def stream_of(file: Any) -> int:
    """The `FILE *` of a Python file, which lives as long as that. What Python still has in its buffer is written first. Raises
    OSError for a file without a descriptor, TypeError for one without a mode, ValueError for one that is closed."""
    file.flush()
    found = _streams.get(file)
    if found is None:
        found = _streams.setdefault(file, Stream(file))
    return found.place


def _function(names: tuple[str, ...], count: int) -> Any:
    """A function of the C library's that takes and returns words."""
    return seed.word_function(next(filter(None, map(seed.symbol, names)), 0), count)
