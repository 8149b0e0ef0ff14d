"""libgcc's unwinder, the one that carries C++ exceptions on Linux: telling it of frames it cannot find by itself.

The library is libgcc_s.so.1, which every shared C++ library uses. A program that has a libgcc of its own linked in
(`-static-libgcc`) has an unwinder of its own, which nobody can tell anything.
"""

from __future__ import annotations

import os
from types import BuiltinFunctionType

from .. import seed
from ..ctype import Function, Parameter, names

__all__ = ["available", "deregister", "register"]

LIBRARY = "libgcc_s.so.1"


def available() -> bool:
    """Whether there is such a library; then it is loaded from now on."""
    return bool(_functions())


def register(frames: int) -> None:
    """Make the `.eh_frame` section at an address known; only if `available()`. It must stay there until
    `deregister`."""
    _functions()[0](frames)


def deregister(frames: int) -> None:
    """Take back what was registered."""
    _functions()[1](frames)


_found: list[BuiltinFunctionType] = []


def _functions() -> list[BuiltinFunctionType]:
    """`__register_frame` and `__deregister_frame`; empty as long as there is no library."""
    return _found or _find()


def _find() -> list[BuiltinFunctionType]:
    from .function import bind

    try:
        library = seed.open_library(LIBRARY, os.RTLD_NOW)
    except OSError:
        return []
    found = []
    for name in ("__register_frame", "__deregister_frame"):
        address = seed.library_symbol(library, name)
        if not address:
            return []
        found.append(bind(name, Function(names.void, (Parameter("frames", names.ulong),)), address, gil="hold"))
    _found[:] = found
    return found
