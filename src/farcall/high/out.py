"""Which parameters of a function C writes results through: those come back, and the caller does not give them."""

from __future__ import annotations

from collections.abc import Sequence

from ..cpython.callable.plan import written_type
from ..cpython.value import class_of
from ..ctype import Function, Parameter, Void, is_const, unqualified
from ..ctype import Pointer as PointerType

__all__ = ["place_of", "places_of"]


def places_of(name: str, function: Function, out: Sequence[str | int]) -> tuple[int, ...]:
    """The numbers of the parameters `out` (names, or numbers from 0) of the function `name`, through which C writes.

    Raises TypeError for a parameter that there is not, through which nothing can be written, or that is an array of
    unknown length; IncompleteTypeError for what has no size.
    """
    parameters = function.parameters
    if not function.prototyped:
        raise TypeError(f"{name}() has no prototype: declare its parameters")
    if function.variadic:
        raise TypeError(f"{name}() is variadic: pass what it writes to by hand")
    if isinstance(out, str):
        raise TypeError(f"{name}(): out is a list of parameters, such as out=[{out!r}], not a str")
    names = [p.name or f"arg{index + 1}" for index, p in enumerate(parameters)]
    places = tuple([place_of(name, names, which) for which in out])
    if len(set(places)) != len(places):
        raise TypeError(f"{name}(): a parameter is named twice in out")
    for place in places:
        _check_written(name, names[place], parameters[place])
        class_of(written_type(parameters[place]))
    return places


def place_of(function: str, names: list[str], which: str | int) -> int:
    """The number of a parameter, by its name or number. Raises TypeError, naming the function, if there is none."""
    if isinstance(which, int) and 0 <= which < len(names):
        return which
    if which in names:
        return names.index(which)
    raise TypeError(f"{function}() has no parameter {which!r}; there are: {', '.join(names) or 'none'}")


def _check_written(function: str, name: str, parameter: Parameter) -> None:
    """Raise if nothing of a known size can be written through a parameter."""
    ctype, declared = parameter.type, parameter.declared
    plain = unqualified(ctype)
    if not isinstance(plain, PointerType) or isinstance(unqualified(plain.target), Void) or is_const(plain.target):
        raise TypeError(f"{function}(): nothing can be written through {name!r}, which is {ctype}")
    if declared is not None and declared.length is None:
        raise TypeError(f"{function}(): {name!r} is {declared}: how many items C writes is not said; pass an array")
