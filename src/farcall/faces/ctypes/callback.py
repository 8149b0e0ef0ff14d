"""Callbacks: C function pointers that run a Python callable with ctypes' values."""

from __future__ import annotations

import sys
from typing import Any

from ... import seed
from ...cpython.callable.closure import Closure
from ...cpython.facts.host import WORD, host_target
from ...cpython.value.base import address, peek, poke
from ...ctype import CType, Function, Parameter, names
from ...stub.answer import ADDRESS, MADE, POINTER, RAW, TEXT
from ...stub.carrier import Carrier, VoidKind, carrier
from ..answering import Taken, closure_over
from .c_type import c_type
from .data import ORDER, blank, part, reads_as
from .letters import Letter
from .pointer import _Pointer
from .shape import shape_of

__all__ = ["callback"]

#: Letters of numbers that are given to the callable as they come, and those of addresses and text.
HOW = {**dict.fromkeys("bBhHiIlLqQfd", RAW), "P": ADDRESS, "z": TEXT}
#: Letters of results whose exact numbers C takes as they are.
EXACT = "bBhHiIlLqQd"


def callback(function: Any, argtypes: tuple[Any, ...], restype: Any) -> Closure:
    """A C function pointer that runs `function`. Raises TypeError for a result that C cannot be given."""
    takes = [_taken(cls) for cls in argtypes]
    result: CType = names.void
    give: Any = None
    if restype is not None:
        shape = getattr(restype, "__shape__", None)
        if shape is None or shape.letter is None:
            raise TypeError("invalid result type for callback function")
        result, give = shape.letter.ctype, shape.letter

    def failed(error: BaseException) -> Any:
        _report(error, "on calling ctypes callback function", function)
        return 0 if give is not None else None

    def finish(found: Any) -> Any:
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
    return closure_over(Function(result, parameters), function, takes, _given(give), failed, finish)


def _given(letter: Letter | None) -> Carrier | None:
    """The kind of results that C takes as they are."""
    if letter is None:
        return VoidKind()
    return carrier(letter.ctype, host_target().model) if letter.code in EXACT and not letter.swapped else None


def _taken(cls: Any) -> Taken:
    """How the value of a parameter is made of what C gave."""
    shape = getattr(cls, "__shape__", None)
    if shape is None:
        raise TypeError("cannot build parameter")
    letter = reads_as(cls)
    if letter is not None:
        how = HOW.get(letter.code, MADE)
        return Taken(how, letter.take if how == MADE else None)
    if shape.letter is not None:
        return Taken(MADE, lambda raw: _made(cls, shape.letter.pack(raw)))
    if shape.dimensions:
        return Taken(MADE, lambda raw: part(cls, raw, None, 0))
    if shape.kind in ("struct", "union"):
        return Taken(MADE, lambda value: _copied(cls, value))
    #: Where the class begins its instances as pointers do, there is nothing else to be done.
    if (cls.__new__, cls.__init__) == (_Pointer.__new__, _Pointer.__init__) and shape.proto is not None:
        shape.final = True
        return Taken(POINTER, cls)

    def pointed(raw: int) -> Any:
        made = cls()
        poke(address(made), raw.to_bytes(WORD, ORDER))
        return made

    return Taken(MADE, pointed)


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
    if sys.version_info >= (3, 14):
        words = words.replace(" on ", " while ")
    if sys.version_info >= (3, 13):
        words, thing = f"{words} {function!r}", None
    sys.unraisablehook(_unraisable((type(error), error, error.__traceback__, words, thing)))


def _warn(function: Any) -> None:
    import warnings

    try:
        warnings.warn("memory leak in callback function.", RuntimeWarning, stacklevel=3)
    except RuntimeWarning as error:
        _report(error, "on converting result of ctypes callback function", function)
