"""C's default argument promotions, which every argument behind `...` goes through."""

from __future__ import annotations

from ..ctype import CType, DataModel, Enum, Float, Integer, sizeof, unqualified
from ..ctype.names import double, fp16, int_

__all__ = ["promote"]


def promote(type: CType, model: DataModel) -> CType:
    """The type in which an argument of `type` is passed to `...` (C11 6.5.2.2p6).

    float becomes double; an integer narrower than int becomes int, which holds all its values on every model
    here (C11 6.3.1.1p2); an enum becomes the integer type that holds it, promoted. Everything else stays as
    it is, without qualifiers: `_Float16` and `float _Complex` too; not `__fp16`, which is a way to store a float.
    """
    type = unqualified(type)
    if isinstance(type, Float):
        return double if type.format == "binary32" or type == fp16 else type
    if isinstance(type, Enum):
        type = type.underlying
    if isinstance(type, Integer) and sizeof(type, model) < sizeof(int_, model):
        return int_
    return type
