"""An argument on its way into a call: the C type that it is passed as and its raw value; what `byref` and `from_param` give.

`converted` is how ctypes itself makes one where no `argtypes` say how.
"""

from __future__ import annotations

from typing import Any

from ...cpython.facts.host import WORD, host_target
from ...cpython.value import class_of
from ...cpython.value.base import address, peek, view
from ...ctype import CType, names, sizeof
from .c_type import c_type
from .data import ORDER, CData
from .letters import LETTERS
from .shape import MISSING, shape_of

__all__ = ["Argument", "byref", "converted", "passed"]

#: The most that a C int holds.
INT = 8 * sizeof(names.int_, host_target().model)
LONG = 8 * sizeof(names.long, host_target().model)


class CArgObject:
    """A parameter of a call that is converted already. `tag` says what it is, as `_type_` does, "V" for a struct; `obj` is kept
    until the call is over."""

    __slots__ = ("_obj", "ctype", "kept", "tag", "value")
    __module__ = "_ctypes"

    def __init__(self, tag: str, ctype: CType, value: Any, obj: Any = None, kept: Any = None) -> None:
        self.tag, self.ctype, self.value, self._obj, self.kept = tag, ctype, value, obj, kept

    def __repr__(self) -> str:
        if self.tag in "bBhHiIlLqQ":
            return f"<cparam '{self.tag}' ({self.value})>"
        if self.tag in "fd":
            return f"<cparam '{self.tag}' ({self.value!r})>"
        if self.tag == "c":
            char = bytes((self.value & 255,)).decode("latin-1")
            shown = char if char.isascii() and char.isprintable() else f"\\x{self.value & 255:02x}"
            return f"<cparam 'c' ('{shown}')>"
        if self.tag in "zZP":
            return f"<cparam '{self.tag}' ({self.value:#x})>"
        return f"<cparam '{self.tag}' at {id(self):#x}>"


Argument = CArgObject


def byref(thing: Any, offset: Any = 0) -> Argument:
    """byref(C instance[, offset=0]) -> byref-object

    Return a pointer lookalike to a C instance, only usable as function argument"""
    if not isinstance(thing, CData):
        raise TypeError(f"byref() argument must be a ctypes instance, not '{type(thing).__name__}'")
    if offset:
        offset = offset.__index__()
    return Argument("P", names.uintptr, address(thing) + offset, thing)


def passed(thing: Any) -> Argument:
    """C data as the argument that it is: a number by its value, an array by its address, a struct by its bytes."""

    shape = shape_of(type(thing))
    if shape.letter is not None:
        letter = shape.letter
        raw = letter.unpack(peek(address(thing), letter.size))[0]
        return Argument(letter.code, letter.ctype, raw, thing)
    if shape.kind == "array":
        return Argument("P", names.uintptr, address(thing), thing)
    if shape.kind in ("struct", "union"):
        ctype = c_type(type(thing))
        return Argument("V", ctype, view(class_of(ctype), address(thing), thing), thing)
    return Argument("P", names.uintptr, int.from_bytes(peek(address(thing), WORD), ORDER), thing)


def converted(value: Any, index: int) -> Argument:
    """What a Python value is passed as, where nothing says how. Raises TypeError for what cannot be."""
    if isinstance(value, CData):
        return passed(value)
    if type(value) is Argument:
        return value
    if value is None:
        return Argument("P", names.uintptr, 0)
    if isinstance(value, int):
        if not -(1 << LONG - 1) <= value < 1 << LONG:
            raise OverflowError("int too long to convert")
        number = value & (1 << INT) - 1
        return Argument("i", names.int_, number - (1 << INT) if number >> INT - 1 else number)
    if isinstance(value, bytes):
        raw, kept = LETTERS["z"].give(value)
        return Argument("z", names.uintptr, raw, value, kept)
    if isinstance(value, str):
        raw, kept = LETTERS["Z"].give(value)
        return Argument("Z", names.uintptr, raw, value, kept)
    given = getattr(value, "_as_parameter_", MISSING)
    if given is not MISSING:
        return converted(given, index)
    raise TypeError(f"Don't know how to convert parameter {index}")
