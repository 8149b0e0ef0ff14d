"""A name becomes an open library, and a symbol's name an address. Nothing is called here.

with SharedObject("m") as library:      # a path, a file name, a short name, or None for the process
    library.address("cos", "function")
"""

from __future__ import annotations

from farcall.library.shared import SharedObject

__all__ = ["SharedObject"]
