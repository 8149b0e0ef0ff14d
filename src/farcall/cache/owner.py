"""Objects that own code which C may call, as far as generated code knows them: where they keep what."""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Bound", "Owner"]


class Owner:
    """An object with an entry, in its first slot: see `cpython.callable.code_owner`."""

    __slots__ = ("_entry",)
    _entry: Any


class Method(Owner):
    """One that a builtin is about: its second slot keeps the builtin's PyMethodDef, see `stub.entrance`. Slots are cleared in the
    order of their names, those of classes below first: `reach`, with which the code goes, comes behind what leads there."""

    __slots__ = ("_method", "reach")
    _method: Any
    reach: Any


class Bound(Method):
    """What a description of a bound function keeps: see `cpython.callable.function`, which says what each is. An early one
    has the same places, so that it can become a description when there are such."""

    __slots__ = (
        "__weakref__", "address", "cells", "classes", "errno", "function", "gil", "known", "library", "name", "out",
        "seen", "slot", "stubs", "tail", "text", "texts", "tier", "variadic_from", "waiting",
    )  # fmt: skip
