"""Functions by address: from a pointer that C gave, or a number."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from types import BuiltinFunctionType

from ..cpython.callable.annotation import function_from
from ..cpython.callable.function import bind
from ..cpython.facts.declared import function_in
from ..cpython.facts.host import END, keeps_errors
from ..cpython.value import Pointer
from ..cpython.value.function_address import function_address, function_type
from ..ctype import Function, unqualified
from .around import around
from .custom import Conversion, conversion_of, outward

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from .around import Check

__all__ = ["function"]


def function(
    target: Any,
    declaration: str | Sequence[Any] | None = None,
    result: Any = None,
    *,
    gil: str = "release",
    errno: bool = False,
    last_error: bool = False,
    tier: str = "",
    fixed_args: int | None = None,
    text: str = "str",
    check: Check | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> BuiltinFunctionType:
    """A callable for the C function at an address.

    `target` is a function pointer, a closure or a foreign function, whose type may stand for `declaration`, what else knows
    its address, or an int, which farcall cannot check. `declaration` is C text (`"float (float, float)"`)
    or a list of the parameters' types; then `result` is the result's (default: void), and `fixed_args` the number
    of parameters before a variadic part. The options are those of `Library.function`. Raises NullPointerError for NULL,
    TypeError for a pointer that is not to
    a function.

        >>> cos = farcall.Library("libm.so.6").function("double cos(double)")
        >>> farcall.function(cos, "double (double)")(0.0)
        1.0
    """
    if not isinstance(declaration, (list, tuple)) and (result is not None or fixed_args is not None):
        raise TypeError("result and fixed_args go with a list of parameter types")
    conversion: Conversion | None = None
    if declaration is None:
        name, kind = "", _type_of(target)
    elif isinstance(declaration, str):
        name, kind = function_in(declaration)
    else:
        if fixed_args is not None and not 0 <= fixed_args <= len(declaration):
            raise ValueError(f"{fixed_args} fixed arguments of {len(declaration)} in total")
        name, kind = "", function_from(declaration, result)
        conversion = conversion_of(declaration, result)
    if not name and isinstance(target, BuiltinFunctionType):
        name = target.__name__  # by which Python's own are known
    address = _address(target)
    if not 0 <= address < END:
        raise OverflowError(f"{name or 'function'}: {address} is not an address")
    bound = bind(
        name or "function", kind, address, gil=gil, errno=keeps_errors(errno, last_error), library=_Origin(target),
        tier=tier, variadic_from=fixed_args, text=text,
    )  # fmt: skip
    made: BuiltinFunctionType = outward(bound, conversion)
    return around(made, check, defaults or {}) if check is not None or defaults else made


def _type_of(target: Any) -> Function:
    """The type of the function that a pointer leads to, or that a closure or a foreign function is."""
    pointer = isinstance(target, Pointer)
    known = unqualified(target.__ctype__.target) if pointer else function_type(target)
    if not isinstance(known, Function):
        raise TypeError(f"{target!r} does not say what function it points to: give a declaration")
    return known


def _address(target: Any) -> int:
    found = function_address(target)
    if found is not None:
        return found
    return int(target) if isinstance(target, Pointer) else operator.index(target)


class _Origin:
    """What a function made of a pointer keeps alive: the pointer."""

    __slots__ = ("pointer",)
    name = None

    def __init__(self, pointer: object) -> None:
        self.pointer = pointer
