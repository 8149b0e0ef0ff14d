"""The one table from a calling convention's name to the file that knows it."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import UnsupportedTargetError
from . import aapcs64, sysv_x86_64, win64
from .placement import Placement, Signature
from .target import Target

__all__ = ["CONVENTIONS", "place"]

#: By CPU, then by name: the target's own names and C's attribute names for the same.
CONVENTIONS: dict[str, dict[str, Callable[[Signature, Target], Placement]]] = {
    "x86_64": {
        "sysv": sysv_x86_64.place,
        "sysv_abi": sysv_x86_64.place,
        "ms_abi": win64.place_gnu,
        "gnuw64": win64.place_gnu,
        "win64": win64.place_microsoft,
    },
    "aarch64": {
        "aapcs64": aapcs64.place_aapcs64,
        "apple-arm64": aapcs64.place_apple,
        "windows-arm64": aapcs64.place_windows,
    },
}


def place(signature: Signature, target: Target) -> Placement:
    """Where every byte of a call travels, by the convention that the signature names, else by the target's.

    Pure: one signature and target, one Placement, which is kept. Raises UnsupportedTargetError for a
    convention that the target does not have, UnsupportedTypeError and IncompleteTypeError for a type that
    cannot be passed; both name its position.
    """
    conventions = CONVENTIONS.get(target.cpu, {})
    name = signature.convention or target.convention
    try:
        convention = conventions[name]
    except KeyError:
        there = ", ".join(sorted(conventions)) or "none"
        raise UnsupportedTargetError(f"{target} has no calling convention {name!r}; there are: {there}") from None
    return convention(signature, target)
