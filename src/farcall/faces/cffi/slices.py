"""Slices of arrays and pointers, which are arrays with a length of their own; by generated code from the second of a class on."""

from __future__ import annotations

from typing import Any

from ...cpython.facts.host import WORD
from ...cpython.link.late import late
from ...cpython.link.native import Kept, bound
from ...cpython.link.typeobject import items_of, set_items, settable
from ...cpython.value.base import point, target
from .cdata import keeper_of
from .types import CType

__all__ = ["cut", "have_slices"]

#: What makes the class of slices of a type.
SLICED = "faces.cffi.classes:sliced_class_for"


def cut(value: Any, array: CType, first: int, count: int) -> Any:
    """So many items from one on, as an array of a type without a length."""
    cls = late(SLICED)(array)
    made = point(cls, target(value) + first * array.item._size, keeper_of(value))
    made._length = count
    have_slices(type(value), value._ct_, cls)
    return made


def have_slices(cls: Any, type: CType, made: Any) -> None:
    """Have generated code make the slices of a class, whose type is that one, if it can tell where its data end."""
    owns = hasattr(cls, "_length")
    single = type.kind == "pointer" and cls is type._own
    if "_slices_" in vars(cls) or not settable() or single or type.item._size <= 0:
        return
    if type.kind == "array" and not (owns or type.length):
        return
    if type.kind == "pointer":
        reach, length = "pointer", 0
    else:
        reach, length = ("counted", cls.__basicsize__ - WORD) if owns else ("bounded", type.length or 0)
    kept = Kept()
    kept.things.append(made)
    own = {
        "function": id(cls.__getitem__), "class:item": id(made), "class:at": made.__basicsize__ - WORD, "length": length,
        "class:inner": items_of(cls)[0],
    }  # fmt: skip
    kept.things.append(cls.__getitem__)
    set_items(cls, kept.code(bound("data_cut", type.item._size, reach, own=own)), 0, 0)
    cls._slices_ = kept
