"""powerpc64: the 64-bit PowerPC ELF ABI Supplement 1.9, section 3.2, called ELFv1 since there is a second, big-endian.

A pointer to a function is the address of its descriptor: three doublewords, with where its code is, its TOC pointer and
an environment. The rest is in `parameter_save_area`.
"""

from __future__ import annotations

from functools import lru_cache

from .parameter_save_area import Abi
from .parameter_save_area import place as place_by
from .placement import Placement, Signature
from .remembered import PLACEMENTS
from .target import Target

__all__ = ["ABI", "PLACES", "place"]

ABI = Abi("elfv1", header=48, always=True, members=0, composites=0, twice=True)


@lru_cache(PLACEMENTS)
def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call with `signature` travels; see `parameter_save_area.place`."""
    return place_by(signature, target, ABI)


#: The conventions of this file, by the names that targets have for them.
PLACES = {"elfv1": place}
