"""Calling conventions as pure functions: a signature and a target in, a `Placement` out.

This room knows no Python values and no instructions. `placement` holds the records, `target` the targets,
`dispatch` the table of conventions, `promotion` C's default argument promotions; each convention is one file.
"""

from .dispatch import place
from .placement import Piece, Placement, Register, Signature, Stack, ValueLocation
from .promotion import call_signature, promote
from .target import TARGETS, Target, target

__all__ = [
    "TARGETS",
    "Piece",
    "Placement",
    "Register",
    "Signature",
    "Stack",
    "Target",
    "ValueLocation",
    "call_signature",
    "place",
    "promote",
    "target",
]
