"""An argument on its way into a call: the C type that it is passed as and its raw value; what `byref` and `from_param` give.

`converted` is how ctypes itself makes one where no `argtypes` say how.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ... import seed
from ...cpython.facts.host import END, WORD, host_target
from ...cpython.link.native import METH_FASTCALL, Kept, bound, make_type, method_def
from ...cpython.value import class_of
from ...cpython.value.base import Value, address, owner, peek, view
from ...ctype import CType, names, sizeof
from .c_type import c_type
from .data import ORDER, CData
from .letters import LETTERS
from .shape import MISSING, shape_of

__all__ = ["WIDENED", "Argument", "CArgObject", "byref", "converted", "made_of", "passed"]

#: The most that a C int holds.
INT = 8 * sizeof(names.int_, host_target().model)
LONG = 8 * sizeof(names.long, host_target().model)


#: By letters of integers that are narrower than a register, what they are passed as: what C would read of a wider one that is not
#: declared has their sign, as ctypes has it.
WIDENED = {**dict.fromkeys("bhi", names.ssize_t), **dict.fromkeys("BHI", names.size_t)}
_native: Any = make_type("CArgObject", (Value,), 0, "What `byref` and `from_param` give.")
_kept = Kept()


class Argument(NamedTuple):
    """A parameter of a call that is converted already. `tag` says what it is, as `_type_` does, "V" for a struct; `obj` and
    `kept` are kept until the call is over."""

    tag: str
    ctype: CType
    value: Any
    obj: Any = None
    kept: Any = None


class CArgObject(_native):  # type: ignore[misc]
    """What `byref` and `from_param` give: the address of C data, which it holds, or an Argument in its place."""

    __slots__ = ()
    __module__ = "_ctypes"

    @property
    def _obj(self) -> Any:
        held = owner(self)
        return held.obj if isinstance(held, Argument) else held

    def __repr__(self) -> str:
        tag, _, value, *_ = argument_of(self)
        if tag in "bBhHiIlLqQ":
            return f"<cparam '{tag}' ({value})>"
        if tag in "fd":
            return f"<cparam '{tag}' ({value!r})>"
        if tag == "c":
            char = bytes((value & 255,)).decode("latin-1")
            shown = char if char.isascii() and char.isprintable() else f"\\x{value & 255:02x}"
            return f"<cparam 'c' ('{shown}')>"
        if tag in "zZP":
            return f"<cparam '{tag}' ({value:#x})>"
        return f"<cparam '{tag}' at {id(self):#x}>"


def made_of(argument: Argument) -> CArgObject:
    """An argument as `from_param` gives it."""
    return view(CArgObject, 0, argument)  # type: ignore[no-any-return]


def argument_of(given: CArgObject) -> Argument:
    """What an object of `byref` or `from_param` stands for."""
    held = owner(given)
    return held if isinstance(held, Argument) else Argument("P", names.uintptr, address(given), held)


def _refer(thing: Any, offset: Any = 0) -> Any:
    """byref(C instance[, offset=0]) -> byref-object

    Return a pointer lookalike to a C instance, only usable as function argument"""
    if not isinstance(thing, CData):
        raise TypeError(f"byref() argument must be a ctypes instance, not '{type(thing).__name__}'")
    if offset:
        offset = offset.__index__()
    return view(CArgObject, (address(thing) + offset) % END, thing)


def _made() -> Any:
    """`byref` as a builtin, which leaves to Python what is unusual."""
    own = {"function": id(_refer), "class:by_reference": id(CArgObject), "class:data": id(CData)}
    code = _kept.code(bound("refer", own=own))
    table = _kept.add(method_def(_kept.text("byref"), code, METH_FASTCALL, _kept.text(_refer.__doc__ or "")))
    return seed.make_builtin(table, None, "_ctypes")


byref = _made()


def passed(thing: Any) -> Argument:
    """C data as the argument that it is: a number by its value, an array by its address, a struct by its bytes."""

    shape = shape_of(type(thing))
    if shape.letter is not None:
        letter = shape.letter
        raw = letter.unpack(peek(address(thing), letter.size))[0]
        return Argument(letter.code, WIDENED.get(letter.code, letter.ctype), raw, thing)
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
    if type(value) is CArgObject:
        return argument_of(value)
    if value is None:
        return Argument("P", names.uintptr, 0)
    if isinstance(value, int):
        if not -(1 << LONG - 1) <= value < 1 << LONG:
            raise OverflowError("int too long to convert")
        number = value & (1 << INT) - 1
        return Argument("i", names.ssize_t, number - (1 << INT) if number >> INT - 1 else number)
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
