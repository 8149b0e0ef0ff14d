"""GCC's functions for numbers that have no literal: infinities and what is not a number."""

from __future__ import annotations

import math

from ..ctype import names
from .operand import Operand

__all__ = ["BUILTINS"]

#: Their types, by the ends of their names.
ENDS = {
    "": names.double, "f": names.float_, "l": names.longdouble, "f16": names.float16, "f32": names.float_,
    "f64": names.double, "f32x": names.double, "f64x": names.longdouble, "f128": names.float128,
}  # fmt: skip
#: What they give, by name.
BUILTINS = {
    f"__builtin_{name}{end}": Operand(type, value)
    for name, value in (("huge_val", math.inf), ("inf", math.inf), ("nan", math.nan), ("nans", math.nan))
    for end, type in ENDS.items()
}
