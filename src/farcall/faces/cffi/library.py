"""Libraries that `ffi.dlopen` opens: functions and variables by name and type. An `ffi` that a module declares has an error of its
own for what is not there, `told`, in other words; others raise Python's."""

from __future__ import annotations

import os
from typing import Any

from ...cpython.value.base import target
from ...errors import LibraryError, SymbolError
from ...library import SharedObject
from .bound import bound, is_plain
from .cdata import cdata_type, make
from .conversion import get, put
from .types import CType

__all__ = ["Library", "load_library"]


class Library:
    """An open library. Its functions are farcall's builtins."""

    __slots__ = ("__weakref__", "_owned", "_reaches", "_shared", "_told", "gil", "name")

    def __init__(
        self, name: str, shared: SharedObject, owned: bool = True, told: type[Exception] | None = None
    ) -> None:
        self.name, self._shared, self._owned, self.gil, self._told = name, shared, owned, "release", told

    def load_function(self, type: CType, name: str) -> Any:
        """A function, or a pointer to a variable. Raises AttributeError where there is none, TypeError for other types,
        ValueError once closed."""
        self._check()
        if type.kind not in ("function", "pointer", "array"):
            raise TypeError(f"function or pointer or array cdata expected, got '{type.cname}'")
        place = self._address(name, AttributeError, "function/symbol")
        if type.kind == "function" and is_plain(type):
            return bound(type, name, place, self, self.gil)
        if type.kind == "array" and type.length is None:
            type = type._decayed
        return make(type, place)

    def read_variable(self, type: CType, name: str) -> Any:
        """The value of a variable. Raises KeyError where there is none."""
        self._check()
        return get(type, self._address(name, KeyError, "variable"), None)

    def write_variable(self, type: CType, name: str, value: Any) -> None:
        """Set a variable."""
        self._check()
        put(type, self._address(name, KeyError, "variable"), value)

    def close_lib(self) -> None:
        """Close the library."""
        if self._owned:
            self._shared.close()
        self._owned = False

    @property
    def _c_library(self) -> str:
        return self._shared.c_library

    @property
    def closed(self) -> bool:
        return self._shared.closed

    def _check(self) -> None:
        if self._shared.closed:
            if self._told is not None:
                raise self._told(f"library '{self.name}' has been closed")
            raise ValueError(f"library '{self.name}' has already been closed")

    def _address(self, name: str, error: type[Exception], what: str) -> int:
        try:
            return self._shared.address(name)
        except SymbolError as missing:
            if self._told is not None:
                raise self._told(f"symbol '{name}' not found in library '{self.name}': {missing}") from None
            raise error(f"{what} '{name}' not found in library '{self.name}': {missing}") from None

    def __repr__(self) -> str:
        return f"<clibrary '{self.name}'>"


def load_library(name: Any = None, flags: int = 0, told: type[Exception] | None = None) -> Library:
    """Open a library by its file; None is the process, a `void *` a handle of the dynamic linker's that is open already. `told` is
    the error for names that it does not have, and once it is closed. Raises OSError."""
    if cdata_type(name) is not None:
        return Library(repr(name), _opened(target(name)), owned=False, told=told)
    if name is not None and not isinstance(name, (str, bytes)):
        raise TypeError(f"dlopen(): a str or None, not {type(name).__name__}")
    text = os.fsdecode(name) if name is not None else None
    # cffi's own: all names are resolved at once where neither is asked for
    mode = flags if flags & (LAZY | NOW) else flags | NOW
    try:
        return Library("<None>" if text is None else text, SharedObject(text, mode), told=told)
    except LibraryError as error:
        raise OSError(f"cannot load library '{text}': {error}") from None


LAZY, NOW = getattr(os, "RTLD_LAZY", 0), getattr(os, "RTLD_NOW", 0)


def _opened(handle: int) -> SharedObject:
    """A library that somebody else has opened, and will close."""
    made = SharedObject.__new__(SharedObject)
    made._handle, made._files, made._known, made._thread_local = handle, {}, {}, set()
    made.name, made.path = f"the handle {handle:#x}", ""
    return made
