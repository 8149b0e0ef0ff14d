"""C's default argument promotions, which every argument behind `...` goes through, and the signature of a call with such
arguments."""

from __future__ import annotations

from collections.abc import Iterable

from ..ctype import CType, DataModel, Enum, Float, Function, Integer, sizeof, unqualified
from ..ctype.names import double, fp16, int_
from .placement import Signature

__all__ = ["call_signature", "promote"]


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


def call_signature(function: Function, tail: Iterable[CType], model: DataModel) -> Signature:
    """The signature of a call of `function`, with arguments of the types `tail` beyond its parameters.

    Raises ValueError if there are such and it takes none.
    """
    types = [unqualified(parameter.type) for parameter in function.parameters]
    more = [promote(type, model) for type in tail]
    if more and not function.takes_any:
        raise ValueError(f"{function} has no variadic part")
    fixed = len(types) if function.variadic else None
    return Signature(function.result, (*types, *more), fixed, function.convention)
