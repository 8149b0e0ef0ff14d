"""The middle layer: explicit types and ownership.

Promises: a `Type` and a `Cif` are immutable values; a call checks its arguments against the cif; a `Closure` owns
all it needs and frees it. Cannot check that a cif is that of the function it is used with.

    from farcall.middle import Cif, Type

    cif = Cif([Type.f64, Type.f64], Type.f64)
    cif.call(address_of_pow, [2.0, 10.0])
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from ..low import CodePtr
    from .builder import Builder
    from .cif import DEFAULT_ABI, Cif, arg
    from .closure import Callback, Closure, ClosureOnce
    from .type import Type

#: Where each name is, which is loaded when it is first used.
_HOMES = {
    "CodePtr": "farcall.low",
    "Builder": "farcall.middle.builder",
    **dict.fromkeys(("DEFAULT_ABI", "Cif", "arg"), "farcall.middle.cif"),
    **dict.fromkeys(("Callback", "Closure", "ClosureOnce"), "farcall.middle.closure"),
    "Type": "farcall.middle.type",
}

__all__ = ["DEFAULT_ABI", "Builder", "Callback", "Cif", "Closure", "ClosureOnce", "CodePtr", "Type", "arg"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=sys.modules[__name__])
    __import__(_HOMES[name])  # `importlib` loads more
    found = globals()[name] = getattr(sys.modules[_HOMES[name]], name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
