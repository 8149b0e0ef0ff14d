"""The high door: Python as one wants to write it. `import farcall` is this door.

Promises: no address need be handled, every wrong argument is an exception that names it. Does not check what only
the caller can know: that a declaration is the function's real one.
"""

from .closure import capsule, closure
from .function import function
from .library import Library
from .types import addressof, alignof, array, offsetof, pointer, sizeof, type_of

__all__ = [
    "Library",
    "addressof",
    "alignof",
    "array",
    "capsule",
    "closure",
    "function",
    "offsetof",
    "pointer",
    "sizeof",
    "type_of",
]
