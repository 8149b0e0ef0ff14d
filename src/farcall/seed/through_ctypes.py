"""The bootstrap by ctypes: what an extension module of the same names does, for where none can be loaded.

The prototypes are farcall's own, never the shared `ctypes.pythonapi.X` objects, whose `argtypes` belong to whoever sets
them first.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, NoReturn

__all__ = ["dlsym", "system_words", "thing", "words"]

#: The function by which all others are found, and where it is: a library that every process has, or the process.
FINDER = {"win32": ("GetProcAddress", "kernel32")}
#: FUNCFLAG_PYTHONAPI, and FUNCFLAG_STDCALL, which is 0: the system's convention, where it has one of its own.
HOLDING = 0x4


def words(address: int, *given: int) -> int:
    """Calls a C function with words, with the GIL held; the word that it returns, or what it raised."""
    return _word_of(_prototype(ctypes.c_size_t, len(given))(address), given)


def system_words(address: int, *given: int) -> int:
    """The same of the system's own functions, which may be called otherwise."""
    return _word_of(_system_prototype(len(given))(address), given)


def thing(address: int, *given: int) -> object:
    """The same of a C function that returns a new reference, or NULL with an exception raised."""
    function = _prototype(ctypes.py_object, len(given))(address)
    try:
        return function(*given)
    except ctypes.ArgumentError as error:
        _raise_own(error)


def dlsym() -> int:
    """The address of the system's function that finds symbols by a handle and a name: dlsym, or what it has in its place."""
    name, library = FINDER.get(sys.platform, ("dlsym", None))
    return ctypes.cast(getattr(ctypes.PyDLL(library), name), ctypes.c_void_p).value or 0


def _word_of(function: Callable[..., Any], given: tuple[int, ...]) -> int:
    try:
        found: int = function(*given)
    except ctypes.ArgumentError as error:
        _raise_own(error)
    return found


def _raise_own(error: Exception) -> NoReturn:
    """Raise what ctypes met where it converts an int, which it tells of as text: there is no more room for calls, or none."""
    for own in (RecursionError, MemoryError):
        if own.__name__ in str(error):
            raise own(str(error).rpartition(f"{own.__name__}: ")[2]) from None
    raise error


@cache
def _prototype(result: Any, count: int) -> Callable[[int], Callable[..., Any]]:
    return ctypes.PYFUNCTYPE(result, *([ctypes.c_size_t] * count))  # PYFUNCTYPE: a Python error is raised


@cache
def _system_prototype(count: int) -> Callable[[int], Callable[..., Any]]:
    plain: Any = _prototype(ctypes.c_size_t, count)
    if sys.platform not in FINDER:
        return plain  # type: ignore[no-any-return]
    same = {name: getattr(plain, name) for name in ("_argtypes_", "_restype_")}
    return type(plain)("Prototype", (plain,), {**same, "_flags_": HOLDING})  # type: ignore[no-any-return]
