"""Functions by address: from a pointer that C gave, or a number."""

from __future__ import annotations

import operator
from types import BuiltinFunctionType
from typing import Any

from ..cdecl import Scope, parse_function
from ..cpython import marshal as _marshal  # noqa: F401  (generated code calls it)
from ..cpython import variadic as _variadic  # noqa: F401
from ..cpython.function import bind
from ..cpython.host import host_target
from ..cpython.value import Pointer
from ..ctype import Function, unqualified

__all__ = ["function"]


def function(
    target: Any, declaration: str | None = None, *, gil: str = "release", errno: bool = False, tier: str = ""
) -> BuiltinFunctionType:
    """A callable for the C function at an address.

    `target` is a function pointer, whose type may stand for `declaration`, or an int, which only the caller can
    know to be right. Raises NullPointerError for NULL, TypeError for a pointer that is not to a function.
    """
    if declaration is None:
        pointee = unqualified(target.__ctype__.target) if isinstance(target, Pointer) else None
        if not isinstance(pointee, Function):
            raise TypeError(f"{target!r} does not say what function it points to: give a declaration")
        name, kind = "", pointee
    else:
        name, kind = parse_function(declaration, Scope(host_target().model))
    address = int(target) if isinstance(target, Pointer) else operator.index(target)
    if not 0 <= address < 1 << (8 * host_target().model.pointer):
        raise OverflowError(f"{name or 'function'}: {address} is not an address")
    return bind(
        name or "function", kind, address, gil=gil, errno=errno, library=_Origin(target), tier=tier
    )


class _Origin:
    """What a function made of a pointer keeps alive: the pointer."""

    __slots__ = ("pointer",)
    name = None

    def __init__(self, pointer: object) -> None:
        self.pointer = pointer
