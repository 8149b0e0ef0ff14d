"""powerpc64le: the 64-bit ELF V2 ABI (Power Architecture 64-Bit ELF V2 ABI Specification 1.5, section 2.2).

The area itself is in memory only where an argument lies there, or the function is variadic; homogeneous aggregates are passed in
a register for each member. The rest is in `parameter_save_area`.
"""

from __future__ import annotations

from functools import lru_cache

from .parameter_save_area import Abi
from .parameter_save_area import place as place_by
from .placement import Placement, Signature
from .remembered import PLACEMENTS
from .target import Target

__all__ = ["ABI", "PLACES", "place"]

ABI = Abi("elfv2", header=32, always=False, members=8, composites=16, twice=False)


@lru_cache(PLACEMENTS)
def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` travels; see `parameter_save_area.place`."""
    return place_by(signature, target, ABI)


#: The conventions of this file, by the names that targets have for them.
PLACES = {"elfv2": place}
