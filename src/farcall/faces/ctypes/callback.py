"""Callbacks: C function pointers that run a Python callable with ctypes' values."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from ... import seed
from ...cpython.callable.closure import Closure
from ...cpython.facts.host import WORD
from ...cpython.value.base import address, peek, poke
from ...ctype import CType, Function, Parameter, names
from .c_type import c_type
from .data import ORDER, blank, part, reads_as
from .pointer import _Pointer
from .shape import shape_of

__all__ = ["callback"]


def callback(function: Any, argtypes: tuple[Any, ...], restype: Any) -> Closure:
    """A C function pointer that runs `function`. Raises TypeError for a result that C cannot be given."""
    takes = [_taker(cls) for cls in argtypes]
    result: CType = names.void
    give: Any = None
    if restype is not None:
        shape = getattr(restype, "__shape__", None)
        if shape is None or shape.letter is None:
            raise TypeError("invalid result type for callback function")
        result, give = shape.letter.ctype, shape.letter

    def run(*raw: Any) -> Any:
        try:
            found = function(*[take(one) for take, one in zip(takes, raw)])  # noqa: B905  # they are as many
        except BaseException as error:
            _report(error, "on calling ctypes callback function", function)
            return 0 if give is not None else None
        if give is None:
            return None
        try:
            number, kept = give.give(found)
        except BaseException as error:
            _report(error, "on converting result of ctypes callback function", function)
            return 0
        if give.code == "O":
            seed.hold(found)  # the reference is C's now
        elif kept is not None:
            seed.hold(kept)
            _warn(function)
        return number

    parameters = tuple([Parameter("", names.uintptr if shape_of(cls).dimensions else c_type(cls)) for cls in argtypes])
    return Closure(run, _function=Function(result, parameters))


def _taker(cls: Any) -> Any:
    """What makes the value of a parameter of what C gave."""
    shape = getattr(cls, "__shape__", None)
    if shape is None:
        raise TypeError("cannot build parameter")
    letter = reads_as(cls)
    if letter is not None:
        return letter.take
    if shape.letter is not None:
        return lambda raw: _made(cls, shape.letter.pack(raw))
    if shape.dimensions:
        return lambda raw: part(cls, raw, None, 0)
    if shape.kind in ("struct", "union"):
        return lambda value: _copied(cls, value)

    #: Where the class begins its instances as pointers do, there is nothing else to be done.
    make = partial(blank, cls) if (cls.__new__, cls.__init__) == (_Pointer.__new__, _Pointer.__init__) else cls

    def pointed(raw: int) -> Any:
        made = make()
        poke(address(made), raw.to_bytes(WORD, ORDER))
        return made

    return pointed


def _made(cls: Any, data: bytes) -> Any:
    made = cls()
    poke(address(made), data)
    return made


def _copied(cls: Any, value: Any) -> Any:
    made = blank(cls)
    poke(address(made), peek(address(value), shape_of(cls).size))
    return made


#: The class of what `sys.unraisablehook` is given, which has no name in `sys`.
_unraisable: Any = next(cls for cls in tuple.__subclasses__() if cls.__name__ == "UnraisableHookArgs")


def _report(error: BaseException, what: str, function: Any) -> None:
    """Tell of an exception that nobody can catch: C called."""
    words, thing = f"Exception ignored {what}", function
    if sys.version_info >= (3, 13):
        words, thing = f"{words} {function!r}", None
    sys.unraisablehook(_unraisable((type(error), error, error.__traceback__, words, thing)))


def _warn(function: Any) -> None:
    import warnings

    try:
        warnings.warn("memory leak in callback function.", RuntimeWarning, stacklevel=3)
    except RuntimeWarning as error:
        _report(error, "on converting result of ctypes callback function", function)
