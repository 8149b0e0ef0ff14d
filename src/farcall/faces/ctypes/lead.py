"""Which functions lead to generated code, and by which C types: those with `argtypes` whose classes convert as ctypes' own do.

The second call that Python answers makes the code. What later calls show, classes of arguments that fit a pointer, it is told.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ...cpython.facts.host import host_target
from ...ctype import CType, Pointer, Qualified, Record, names
from ...ctype.python_object import TAG
from ...stub.carrier import InstanceKind, ObjectKind, PointerKind, carrier
from ...stub.function_object import Guard
from ...stub.inline_cache import POINTER, VALUE
from .argument import WIDENED, CArgObject
from .c_type import c_type
from .data import reads_as
from .metatype import DataType
from .pointer import PyCPointerType
from .shape import kind_of, shape_of
from .simple import PyCSimpleType

__all__ = ["OBJECT", "Led", "guards_by", "guards_of", "opens", "result_of", "way_of"]

ANY = Pointer(Qualified(names.void, frozenset({"const"})))
TEXT = Pointer(Qualified(names.char, frozenset({"const"})))
OBJECT = Pointer(Record("struct", TAG))
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


def guards_of(converters: tuple[Any, ...], passed: list[Any], boxed: set[int]) -> list[Led] | None:
    """The parameters of a function by what converts its arguments, and by what that has passed in a call; None if one is of a kind
    for Python. `boxed` are those that were given objects of their class where a number would do."""
    found = []
    for number, (convert, value) in enumerate(zip(converters, passed, strict=True)):
        cls = getattr(convert, "__self__", None)
        if getattr(convert, "__func__", None) in OWN and isinstance(cls, DataType):
            made = _led(cls, number in boxed)
        else:
            made = _led_by(value)
            if made is not None:
                made = made._replace(guard=made.guard._replace(converted=True))
        if made is None:
            return None
        found.append(made)
    return found


def _led(cls: Any, boxed: bool) -> Led | None:
    shape, model = shape_of(cls), host_target().model
    if shape.kind == "simple":
        assert shape.letter is not None
        code = shape.letter.code
        if shape.letter.swapped:
            return None
        if code in NUMBERS:
            return Led(
                shape.letter.ctype,
                Guard(carrier(shape.letter.ctype, model), boxed="too" if boxed else ""),
                cls if boxed else None,
            )
        if code == "P":
            return Led(ANY, Guard(carrier(ANY, model), integers=True, text=True, referred=2), cls)
        if code == "z":
            return Led(ANY, Guard(carrier(ANY, model), text=True), cls)
        if code == "O":
            return Led(OBJECT, Guard(carrier(OBJECT, model)), cls)
        return None
    if shape.kind == "pointer" and shape.proto is not None:
        return Led(ANY, Guard(carrier(ANY, model), referred=1), cls, shape.proto)
    if shape.kind == "function":
        return Led(ANY, Guard(carrier(ANY, model)), cls)
    if shape.kind in ("struct", "union"):
        ctype = c_type(cls)
        return Led(ctype, Guard(carrier(ctype, model)), cls)
    return None


def guards_by(given: list[Any]) -> list[Led] | None:
    """The parameters of a function without `argtypes` by the arguments of a call; None if one is of a kind for Python."""
    found = []
    for value in given:
        made = _led_by(value)
        if made is None:
            return None
        found.append(made)
    return found


def _led_by(value: Any) -> Led | None:
    """How what nothing more is said of is passed."""
    cls, model = type(value), host_target().model
    if cls is int or cls is bool:
        return Led(names.ssize_t, Guard(carrier(names.int_, model)))
    if value is None or cls is bytes or cls is CArgObject or _pointed(cls) or kind_of(cls) == "array":
        return Led(ANY, Guard(carrier(ANY, model), text=True, referred=2))
    letter = shape_of(cls).letter if kind_of(cls) == "simple" else None
    if letter is not None and letter.code in NUMBERS and not letter.swapped:
        return Led(WIDENED.get(letter.code, letter.ctype), Guard(carrier(letter.ctype, model), boxed="only"), cls)
    return None


def opens(led: Led, convert: Any, value: Any) -> bool:
    """Whether an argument is an object that has the number of its parameter, which code does not know of yet."""
    if led.guard.boxed or led.guard.converted or isinstance(led.guard.kind, (PointerKind, InstanceKind, ObjectKind)):
        return False
    return getattr(convert, "__self__", None) is type(value)


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


def result_of(restype: Any, unset: Any, complete: bool) -> tuple[CType, bool]:
    """The C type of a result, and whether what code makes of it is what ctypes has; `complete`: that is no NULL without an
    exception, for which ctypes raises one, where it is an object."""
    if restype is None:
        return names.void, True
    if restype is unset:
        return names.int_, True
    if not hasattr(restype, "__shape__"):
        return names.int_, False
    letter = reads_as(restype)
    if letter is not None and not letter.swapped:
        if letter.code == "O" and complete:
            return OBJECT, True
        if letter.code in RESULTS:
            return RESULTS[letter.code], True
        return letter.ctype, letter.code in NUMBERS
    return c_type(restype), False
