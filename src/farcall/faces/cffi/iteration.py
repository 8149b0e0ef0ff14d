"""Going through arrays, of numbers and of parts that are objects themselves, by generated code."""

from __future__ import annotations

from functools import cache
from typing import Any

from ... import seed
from ...cpython.facts.host import WORD
from ...cpython.link.native import PY_TP_ITER, PY_TP_ITERNEXT, Kept, bound, entry, make_type
from ...cpython.link.typeobject import set_iteration, settable
from ...stub.data_iteration import WORDS
from .items import READ, carrier_of
from .parts import class_of_part, kind_of_part
from .types import CType

__all__ = ["have_iteration"]


def have_iteration(cls: Any, type: CType) -> bool:
    """Have generated code go through the arrays of a class, whose type is that one, if their items are read by it and it can tell
    how many there are. True if it does from now on."""
    item, owns = type.item, hasattr(cls, "_length")
    part = kind_of_part(item)
    if "_iterated_" in vars(cls) or not settable() or not (part or item._how in READ) or not (owns or type.length):
        return False
    iterator = _iterator("part_next", part, item._size) if part else _iterator("data_next", carrier_of(item))
    of = class_of_part(item, own=False) if part else iterator
    kept = Kept()
    kept.things += [iterator, of]
    own = {
        "function": id(_otherwise), "class:iterator": id(iterator), "class:item": id(of),
        "length": cls.__basicsize__ - WORD if owns else type.length or 0,
    }  # fmt: skip
    code = kept.code(bound("data_iterate", item._size, "counted" if owns else "bounded", own=own))
    cls._iterated_ = kept
    set_iteration(cls, code)
    return True


def _otherwise(array: Any) -> Any:
    return type(array).__iter__(array)


@cache  # by kinds of items, which are few
def _iterator(routine: str, *kind: Any) -> Any:
    """The class of iterators."""
    slots = [(PY_TP_ITER, seed.symbol("PyObject_SelfIter")), (PY_TP_ITERNEXT, entry(routine, *kind))]
    return make_type("iterator", (object,), WORDS * WORD, "The items of an array, one after the other.", (), slots)
