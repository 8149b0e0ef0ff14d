"""Which functions lead to generated code, and by which C types: those with `argtypes` whose classes convert as ctypes' own do.

The first call that Python answers makes the code. What later calls show, classes of arguments that fit a pointer, it is told.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ...cpython.facts.host import host_target
from ...ctype import CType, Pointer, Qualified, names
from ...stub.carrier import InstanceKind, PointerKind, carrier
from ...stub.function_object import Guard
from ...stub.inline_cache import POINTER, VALUE
from .argument import CArgObject
from .c_type import c_type
from .data import reads_as
from .metatype import DataType
from .pointer import PyCPointerType
from .shape import kind_of, shape_of
from .simple import PyCSimpleType

__all__ = ["Led", "guards_by", "guards_of", "result_of", "way_of"]

ANY = Pointer(Qualified(names.void, frozenset({"const"})))
TEXT = Pointer(Qualified(names.char, frozenset({"const"})))
#: The functions behind `from_param` of the face's own classes.
OWN = {one.from_param for one in (DataType, PyCSimpleType, PyCPointerType)}
#: Letters of numbers that generated code reads and makes as ctypes does, and those of addresses.
NUMBERS, ADDRESSES = "bBhHiIlLqQfd", "zP"
#: What C results are as they are: of these letters another C type gives just the Python value.
RESULTS: dict[str, CType] = {"z": TEXT, "?": names.bool_, "c": names.char}


class Led(NamedTuple):
    """How a parameter is passed: its C type, and which objects go right to the code. `cls` is the class of
    pointers or structs that it is."""

    ctype: CType
    guard: Guard
    cls: Any = None
    proto: Any = None


def guards_of(converters: tuple[Any, ...]) -> list[Led] | None:
    """The parameters of a function by what converts its arguments; None if one converts in a way of its own."""
    found = []
    for convert in converters:
        cls = getattr(convert, "__self__", None)
        if getattr(convert, "__func__", None) not in OWN or not isinstance(cls, DataType):
            return None
        made = _led(cls)
        if made is None:
            return None
        found.append(made)
    return found


def _led(cls: Any) -> Led | None:
    shape, model = shape_of(cls), host_target().model
    if shape.kind == "simple":
        assert shape.letter is not None
        code = shape.letter.code
        if shape.letter.swapped:
            return None
        if code in NUMBERS:
            return Led(shape.letter.ctype, Guard(carrier(shape.letter.ctype, model)))
        if code == "P":
            return Led(ANY, Guard(carrier(ANY, model), integers=True, text=True, referred=2), cls)
        if code == "z":
            return Led(ANY, Guard(carrier(ANY, model), text=True), cls)
        return None
    if shape.kind == "pointer" and shape.proto is not None:
        return Led(ANY, Guard(carrier(ANY, model), referred=1), cls, shape.proto)
    if shape.kind == "function":
        return Led(ANY, Guard(carrier(ANY, model)), cls)
    if shape.kind in ("struct", "union"):
        ctype = c_type(cls)
        return Led(ctype, Guard(carrier(ctype, model)), cls)
    return None


def guards_by(given: tuple[Any, ...]) -> list[Led] | None:
    """The parameters of a function without `argtypes` by the arguments of a call; None if one is of a kind for Python."""
    found = []
    for value in given:
        cls = type(value)
        if cls is int or cls is bool:
            found.append(Led(names.int_, Guard(carrier(names.int_, host_target().model))))
        elif value is None or cls is bytes or cls is CArgObject or _pointed(cls) or kind_of(cls) == "array":
            found.append(Led(ANY, Guard(carrier(ANY, host_target().model), text=True, referred=2)))
        else:
            return None
    return found


def _pointed(cls: Any) -> bool:
    """Whether instances of a class hold the address that is passed for them."""
    kind = kind_of(cls)
    return kind in ("pointer", "function") or (kind == "simple" and cls.__shape__.letter.code in "zZP")


def way_of(led: Led, value: Any) -> int | None:
    """The word of a parameter's cache for the class of an argument that was converted, if every instance of that class is passed
    the same way; None for others."""
    cls = type(value)
    if isinstance(led.guard.kind, InstanceKind):
        return VALUE if cls is led.cls else None
    if not isinstance(led.guard.kind, PointerKind):
        return None
    if kind_of(cls) == "array" or (led.proto is not None and issubclass(cls, led.proto)):
        return VALUE
    return POINTER if _pointed(cls) else None


def result_of(restype: Any, unset: Any) -> tuple[CType, bool]:
    """The C type of a result, and whether what code makes of it is what ctypes has."""
    if restype is None:
        return names.void, True
    if restype is unset:
        return names.int_, True
    if not hasattr(restype, "__shape__"):
        return names.int_, False
    letter = reads_as(restype)
    if letter is not None and not letter.swapped:
        if letter.code in RESULTS:
            return RESULTS[letter.code], True
        return letter.ctype, letter.code in NUMBERS
    return c_type(restype), False
