"""Calls of pointers to functions by generated code, which knows the builtins that were bound for addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ... import seed
from ...cpython.link.native import Kept, bound
from ...cpython.link.typeobject import set_call, settable
from .types import CType

__all__ = ["have_calls"]


def have_calls(cls: Any, type: CType) -> None:
    """Have generated code call the functions of a class, whose type is that one."""
    if "_calls_" in vars(cls) or type.ellipsis or not settable():
        return
    kept, words = Kept(), type._last
    kept.things += [words, type._bound]
    own = {
        "function": id(_otherwise), "class:known": id(type._bound), "class:words": seed.address_of(words),
        "length": len(type.args),
    }  # fmt: skip
    code = kept.code(bound("data_invoke", own=own))
    cls._calls_ = kept
    set_call(cls, code)


def _otherwise(pointer: Any, args: tuple[Any, ...], names: Mapping[str, Any] | None = None) -> Any:
    return type(pointer).__call__(pointer, *args, **(names or {}))
