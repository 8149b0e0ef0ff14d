"""Parameters of functions declared in C that take arrays whose items, dimensions, shape and order are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ..cpython.callable.function import describe
from ..ctype import Array, CType, Parameter, Pointer, Void, is_const, unqualified
from .custom import Conversion, Converter, outward
from .ndpointer import Arrays, arrays_of, ndpointer, pointer_to
from .out import place_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["with_arrays"]


def with_arrays(function: Any, arrays: Any) -> Any:
    """A function whose parameters named in `arrays`, by name or number, take such arrays alone: an `ndpointer`, or a mapping of its
    options for items of the declared type. Raises TypeError and ValueError, naming function and parameter, where they do not fit
    what is declared."""
    description = describe(function)
    name, parameters = function.__name__, description.function.parameters
    if not isinstance(arrays, Mapping):
        raise TypeError(f"{name}(): arrays must be a mapping by parameter, not {type(arrays).__name__}")
    labels = [p.name or f"arg{index + 1}" for index, p in enumerate(parameters)]
    converters: list[Converter | None] = [None] * len(parameters)
    for which, wanted in arrays.items():
        index = place_of(name, labels, which)
        where = f"{name}(): arrays[{which!r}]"
        if index in description.out:
            raise TypeError(f"{where}: this parameter is in out, and is left out in the call")
        if converters[index] is not None:
            raise TypeError(f"{where}: this parameter is named twice")
        converters[index] = _converter(parameters[index], wanted, where)
    return outward(function, Conversion(tuple(converters), None))


def _converter(parameter: Parameter, wanted: Any, where: str) -> Converter:
    plain = unqualified(parameter.type)
    if not isinstance(plain, Pointer):
        raise TypeError(f"{where}: the parameter is {parameter.type}, no pointer")
    element, lengths = _items(plain.target)
    if isinstance(wanted, Mapping):
        if isinstance(unqualified(element), Void):
            raise TypeError(f"{where}: {parameter.type} says nothing of the items: give a farcall.ndpointer(type, ...)")
        if lengths and "ndim" not in wanted:
            wanted = {"shape": (None, *lengths), **wanted}
        try:
            wanted = ndpointer(element, **wanted)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{where}: {error}") from None
    found = arrays_of(wanted)
    if found is None:
        raise TypeError(f"{where} must be a farcall.ndpointer, or a mapping of its options, not {wanted!r}")
    if is_const(found.element) and not is_const(element):
        raise TypeError(f"{where}: {wanted.__name__} takes what is const, which {parameter.type} does not")
    return Converter(partial(_given, found, plain, bool(lengths)), lambda value: value)


def _items(target: CType) -> tuple[CType, tuple[int | None, ...]]:
    """What an array of arrays consists of in the end, and their lengths."""
    lengths: list[int | None] = []
    while isinstance(plain := unqualified(target), Array):
        lengths.append(plain.length)
        target = plain.element
    return target, tuple(lengths)


def _given(arrays: Arrays, ctype: Pointer, cast: bool, value: Any, where: str) -> Any:
    """A pointer to an array's items, which the function itself compares with its parameter's type."""
    found = pointer_to(arrays, value, where)
    return found.cast(ctype) if cast else found
