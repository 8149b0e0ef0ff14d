"""The bootstrap by ctypes: what an extension module of the same names does, for where none can be loaded.

The prototypes are farcall's own, never the shared `ctypes.pythonapi.X` objects, whose `argtypes` belong to whoever sets
them first.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

__all__ = ["dlsym", "thing", "words"]

_process = ctypes.PyDLL(None)


def words(address: int, *given: int) -> int:
    """Calls a C function with words, with the GIL held; the word that it returns, or what it raised."""
    found: int = _prototype(ctypes.c_size_t, len(given))(address)(*given)
    return found


def thing(address: int, *given: int) -> object:
    """The same of a C function that returns a new reference, or NULL with an exception raised."""
    return _prototype(ctypes.py_object, len(given))(address)(*given)


def dlsym() -> int:
    """The address of dlsym."""
    return ctypes.cast(_process.dlsym, ctypes.c_void_p).value or 0


@cache
def _prototype(result: Any, count: int) -> Callable[[int], Callable[..., Any]]:
    return ctypes.PYFUNCTYPE(result, *([ctypes.c_size_t] * count))  # PYFUNCTYPE: a Python error is raised
