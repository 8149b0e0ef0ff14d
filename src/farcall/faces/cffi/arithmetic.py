"""Sums of pointers and ints, by generated code for each class whose instances are moved at all."""

from __future__ import annotations

from typing import Any

from ...cpython.link.native import Kept, bound
from ...cpython.link.typeobject import set_numbers, settable
from .data import Indexed
from .parts import class_of_part
from .types import CType

__all__ = ["have_moves"]


def have_moves(cls: Any, type: CType) -> None:
    """Have generated code move the pointers and arrays of a class, whose type is that one."""
    pointer = type._decayed if type.kind == "array" else type
    stride = 1 if pointer.item.kind == "void" else pointer.item._size
    if "_moves_" in vars(cls) or stride <= 0 or not settable():
        return
    kept, result = Kept(), class_of_part(pointer, own=False)
    kept.things.append(result)
    own = {"length": stride, "class:item": id(result), "class:left": id(cls)}
    codes = [
        kept.code(bound("part_move", operation, own={**own, "function": id(function)}))
        for operation, function in (("add", _add), ("sub", _subtract))
    ]
    cls._moves_ = kept
    set_numbers(cls, *codes)


def _add(left: Any, right: Any) -> Any:
    return left.__add__(right) if isinstance(left, Indexed) else right.__add__(left)


def _subtract(left: Any, right: Any) -> Any:
    return left.__sub__(right) if isinstance(left, Indexed) else NotImplemented
