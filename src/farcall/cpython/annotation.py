"""A C function type from a Python function's annotations."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Any

from ..ctype import CType, Function, Parameter, Pointer, Qualified, names

__all__ = ["ctype_of", "function_of"]

#: Python types that stand for one C type only.
PLAIN: dict[object, CType] = {
    float: names.double,
    bool: names.bool_,
    None: names.void,
    type(None): names.void,
    str: Pointer(Qualified(names.char, frozenset({"const"}))),
}


def function_of(python: Callable[..., Any]) -> Function:
    """The C type that a Python function's annotations describe.

    Every parameter and the result must be annotated, with a farcall type, or with float (double), bool (_Bool),
    str (const char *) or None (void). `*args` makes it variadic. Raises TypeError, naming the parameter.
    """
    name = getattr(python, "__name__", repr(python))
    try:
        hints = typing.get_type_hints(python)
    except (AttributeError, NameError) as error:
        raise TypeError(f"{name}(): an annotation cannot be resolved: {error}") from None
    parameters, variadic = [], False
    for parameter in inspect.signature(python).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            variadic = True
        elif parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD):
            raise TypeError(f"{name}() parameter {parameter.name!r}: C functions have no keyword arguments")
        elif parameter.name not in hints:
            raise TypeError(f"{name}() parameter {parameter.name!r} has no annotation")
        else:
            where = f"{name}() parameter {parameter.name!r}"
            parameters.append(Parameter(parameter.name, ctype_of(hints[parameter.name], where)))
    if "return" not in hints:
        raise TypeError(f"{name}() has no annotation for its result (None for void)")
    return Function(ctype_of(hints["return"], f"{name}() result"), tuple(parameters), variadic)


def ctype_of(annotation: Any, where: str) -> CType:
    """The C type that a type annotation, a farcall class or a ctype stands for."""
    if isinstance(annotation, CType):
        return annotation
    found = getattr(annotation, "__ctype__", None)
    if isinstance(found, CType):
        return found
    if annotation is int:
        raise TypeError(f"{where}: int does not say how wide; use farcall.int_, long, int32, int64, size_t, ...")
    try:
        return PLAIN[annotation]
    except (KeyError, TypeError):
        raise TypeError(f"{where}: {annotation!r} is not a C type") from None
