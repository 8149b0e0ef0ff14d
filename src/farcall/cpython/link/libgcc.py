"""libgcc's unwinder, the one that carries C++ exceptions on Linux: telling it of frames it cannot find by itself.

The library is libgcc_s.so.1, which every shared C++ library uses. A program that has a libgcc of its own linked in
(`-static-libgcc`) has an unwinder of its own, which nobody can tell anything.
"""

from __future__ import annotations

import os
from types import BuiltinFunctionType

from ... import seed
from ...ctype import Function, Parameter, names

__all__ = ["functions"]

LIBRARY = "libgcc_s.so.1"
_found: list[BuiltinFunctionType] = []


def functions() -> list[BuiltinFunctionType]:
    """`__register_frame` and `__deregister_frame`; empty as long as there is no such library.

    Both take the address of an `.eh_frame` section, which must stay where it is as long as it is registered.
    """
    return _found or _find()


def _find() -> list[BuiltinFunctionType]:
    from ..callable.function import bind

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
    for function in found:
        seed.hold(function)  # needed to the very end, when regions go
    _found[:] = found
    return found
