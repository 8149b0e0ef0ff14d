"""Functions that write results through pointers, called without ceremony: the results come back."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from types import BuiltinFunctionType
from typing import Any

from ..cpython.callable.function import describe
from ..cpython.value import Array, Number, Pointer, Scalar, class_of, read_at
from ..cpython.value import address as address_of
from ..ctype import CType, Parameter, Void, is_const, unqualified
from ..ctype import Pointer as PointerType

__all__ = ["returning"]


def returning(function: BuiltinFunctionType, out: Sequence[str | int]) -> Callable[..., Any]:
    """`function` without its parameters `out` (names, or numbers from 0), through which C writes: what it wrote is
    returned, after the function's own result if that is not void; one alone as it is, several as a tuple. Of a parameter
    that is declared as an array, the array.

    Raises TypeError for a parameter that there is not, through which nothing can be written, or that is an array of
    unknown length.
    """
    description = describe(function)
    parameters = description.function.parameters
    if not description.function.prototyped:
        raise TypeError(f"{description.name}() has no prototype: declare its parameters")
    if description.function.variadic:
        raise TypeError(f"{description.name}() is variadic: pass what it writes to by hand")
    names = [p.name or f"arg{index + 1}" for index, p in enumerate(parameters)]
    places = [_place(description.name, names, which) for which in out]
    if len(set(places)) != len(places):
        raise TypeError(f"{description.name}(): a parameter is named twice in out")
    classes = {place: class_of(_written(description.name, names[place], parameters[place])) for place in places}
    given = [index for index in range(len(parameters)) if index not in classes]
    silent = isinstance(unqualified(description.function.result), Void)

    def call(*arguments: Any) -> Any:
        if len(arguments) != len(given):
            noun = "argument" if len(given) == 1 else "arguments"
            raise TypeError(f"{description.name}() takes {len(given)} {noun} ({len(arguments)} given)")
        complete: list[Any] = [None] * len(parameters)
        for index, argument in zip(given, arguments, strict=True):
            complete[index] = argument
        written = {place: cls() for place, cls in classes.items()}
        for place, value in written.items():
            complete[place] = _target(value, parameters[place])
        result = function(*complete)
        found = [_read(written[place]) for place in places]
        if not silent:
            found.insert(0, result)
        return found[0] if len(found) == 1 else tuple(found)

    call.__name__ = call.__qualname__ = description.name
    call.__doc__ = f"{description.prototype};\n\nReturns what is written through {', '.join(names[p] for p in places)}."
    call.__wrapped__ = function  # type: ignore[attr-defined]
    kind = inspect.Parameter.POSITIONAL_ONLY
    call.__signature__ = inspect.Signature([inspect.Parameter(names[i], kind) for i in given])  # type: ignore[attr-defined]
    return call


def _place(function: str, names: list[str], which: str | int) -> int:
    if isinstance(which, int) and 0 <= which < len(names):
        return which
    if which in names:
        return names.index(which)
    raise TypeError(f"{function}() has no parameter {which!r}; there are: {', '.join(names) or 'none'}")


def _written(function: str, name: str, parameter: Parameter) -> CType:
    """The type of what is written through a parameter."""
    ctype, declared = parameter.type, parameter.declared
    plain = unqualified(ctype)
    if not isinstance(plain, PointerType) or isinstance(unqualified(plain.target), Void) or is_const(plain.target):
        raise TypeError(f"{function}(): nothing can be written through {name!r}, which is {ctype}")
    if declared is None:
        return plain.target
    if declared.length is None:
        raise TypeError(f"{function}(): {name!r} is {declared}: how many items C writes is not said; pass an array")
    return declared


def _target(value: Any, parameter: Parameter) -> Any:
    """What is passed for a pointer to the value; of a pointer, and of an array that is not written as one, the address: they
    would stand for themselves, and for the first item."""
    if isinstance(value, Pointer) or (isinstance(value, Array) and parameter.declared is None):
        from .types import addressof

        return addressof(value)
    return value


def _read(value: Any) -> Any:
    """What a field of that type would give."""
    if isinstance(value, (Scalar, Number)):
        return value.value
    if isinstance(value, Pointer):
        return read_at(value.__ctype__, address_of(value), value)
    return value
