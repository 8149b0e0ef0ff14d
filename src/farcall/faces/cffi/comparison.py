"""Comparison of cdata that hold addresses, by generated code; with all else by Python."""

from __future__ import annotations

from functools import cache
from typing import Any

from ...cpython.link.native import Kept, bound
from .cdata import CData

__all__ = ["comparison"]

#: By the numbers that `tp_richcompare` has for them (Include/object.h: Py_LT to Py_GE).
NAMES = ("__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__")
_kept = Kept()


def _compare(one: Any, other: Any, number: int) -> Any:
    return getattr(CData, NAMES[number])(one, other)


@cache
def comparison() -> int:
    """The code for all classes, which knows another of them by it."""
    return _kept.code(bound("data_compare", own={"function": id(_compare)}))
