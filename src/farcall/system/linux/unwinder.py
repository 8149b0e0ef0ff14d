"""libgcc's unwinder, the one that carries C++ exceptions on Linux: telling it of frames it cannot find by itself.

The library is libgcc_s.so.1, which every shared C++ library uses. A program that has a libgcc of its own linked in
(`-static-libgcc`) has an unwinder of its own, which nobody can tell anything.
"""

from __future__ import annotations

import os

from ... import seed
from ..record import Unwinder

__all__ = ["unwinder"]

LIBRARY = "libgcc_s.so.1"
_found: list[Unwinder] = []


def unwinder() -> Unwinder | None:
    """`__register_frame` and `__deregister_frame`; None as long as there is no such library."""
    return _found[0] if _found else _find()


def _find() -> Unwinder | None:
    try:
        library = seed.open_library(LIBRARY, os.RTLD_NOW)
    except OSError:
        return None
    addresses = [seed.library_symbol(library, name) for name in ("__register_frame", "__deregister_frame")]
    if not all(addresses):
        return None
    found = Unwinder(*(seed.word_function(address, 1) for address in addresses))
    seed.hold(found)  # needed to the very end, when regions go
    _found[:] = [found]
    return found
