"""Simple types: numbers, characters, text, addresses and Python objects, by their letter."""

from __future__ import annotations

import sys
from typing import Any

from ...cpython.facts.host import ORDER, host_target
from ...cpython.value.base import address
from ...ctype import alignof, names
from ...ctype.byteorder import LITTLE
from .argument import Argument, CArgObject, argument_of, made_of
from .data import CData, is_simple_subclass, keep, place_of_pointer
from .letters import SWAPPABLE, Letter, letter_of, swapped
from .member import WHOLE, value_member
from .metatype import DataType
from .shape import MISSING, Shape, kind_of, shape_of

__all__ = ["PyCSimpleType", "_SimpleCData"]


class PyCSimpleType(DataType):
    """The metaclass of simple types. Of one derived from _SimpleCData itself it makes the two that say their byte order."""

    __module__ = "_ctypes"

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any], **named: Any) -> Any:
        cls: Any = super().__new__(mcs, name, bases, space, **named)
        if CData in bases:  # the root of them
            return cls
        code = getattr(cls, "_type_", None)
        if code is None:
            raise AttributeError("class must define a '_type_' attribute")
        if not isinstance(code, str):
            raise TypeError("class must define a '_type_' string attribute")
        if len(code) != 1 and sys.version_info < (3, 15):
            raise ValueError("class must define a '_type_' attribute which must be a string of length 1")
        letter: Letter = space.get("__letter__") or letter_of(code)
        cls.__shape__ = Shape(
            "simple",
            letter.size, alignof(letter.ctype, host_target().model), 0, letter=letter,
            format=letter.format, points=code in ("z", "Z", "P", "O"),
        )  # fmt: skip
        if not is_simple_subclass(cls):
            cls.__shape__.reads = letter
        if cls.__base__ is globals().get("_SimpleCData"):
            value = value_member("value", cls, letter, WHOLE, 0)
            if value is not None:
                cls.value = cls.__value__ = value
        if "__letter__" not in space and _SimpleCData in bases and code in SWAPPABLE:
            order, other = ("le", "be") if ORDER == LITTLE else ("be", "le")
            space = {"_type_": code, "__letter__": swapped(letter), "__module__": cls.__module__}
            twin: Any = PyCSimpleType(f"{name}_{other}", bases, space)
            for one in (cls, twin):
                setattr(one, f"__ctype_{order}__", cls)
                setattr(one, f"__ctype_{other}__", twin)
        return cls

    def from_param(cls, value: Any) -> Any:
        """Convert a Python object into a function call parameter."""
        if isinstance(value, cls):
            return value
        code = getattr(cls, "_type_", None)
        if code is None:
            raise TypeError("abstract class")
        special = SPECIAL.get(code)
        if special is not None:
            return special(cls, value)
        letter = shape_of(cls).letter
        assert letter is not None
        try:
            raw, kept = letter.give(value)
        except (TypeError, ValueError, OverflowError, AttributeError) as error:
            given = getattr(value, "_as_parameter_", MISSING)
            if given is not MISSING:
                return cls.from_param(given)
            if sys.version_info >= (3, 12):
                raise
            raise TypeError("wrong type") from error
        return made_of(Argument(letter.code, letter.ctype, raw, value if kept is None else kept, kept))


class _SimpleCData(CData, metaclass=PyCSimpleType):
    """Numbers, characters and addresses: a class derived from this one names in `_type_` the letter of its C type."""

    __module__ = "_ctypes"
    __slots__ = ()

    __parts__ = ("__value__",)

    def _begin_(self, *value: Any, **named: Any) -> None:
        if len(value) == 1:
            self.__value__ = value[0]
        elif value:
            raise TypeError(f"__init__ expected at most 1 argument, got {len(value)}")

    @property
    def value(self) -> Any:
        """current value"""
        return shape_of(type(self)).letter.read(address(self))  # type: ignore[union-attr]

    @value.setter
    def value(self, value: Any) -> None:
        keep(self, 0, shape_of(type(self)).letter.write(address(self), value))  # type: ignore[union-attr]

    @value.deleter
    def value(self) -> None:
        raise TypeError("can't delete attribute")

    __value__ = value  # what `__init__` sets, whatever `value` is in a class that is derived

    def __bool__(self) -> bool:
        return any(bytes(memoryview(self).cast("B")))

    def __repr__(self) -> str:
        if type(self).__base__ is not _SimpleCData:
            return f"<{type(self).__name__} object at {id(self):#x}>"
        return f"{type(self).__name__}({self.value!r})"

    def __ctypes_from_outparam__(self) -> Any:
        return self.value if type(self).__base__ is _SimpleCData else self


def _text(cls: Any, value: Any, kind: type, code: str) -> Any:
    """What `c_char_p.from_param` and `c_wchar_p.from_param` share."""
    item = {"z": "c", "Z": "u"}[code]
    if value is None:
        return None
    if isinstance(value, kind):
        raw, kept = letter_of(code).give(value)
        return made_of(Argument(code, names.uintptr, raw, value, kept))
    if isinstance(value, cls):
        return value
    if kind_of(type(value)) in ("array", "pointer"):
        letter = shape_of(shape_of(type(value)).proto).letter
        if letter is not None and letter.code == item:
            return value
    if type(value) is CArgObject:
        letter = getattr(getattr(type(value._obj), "__shape__", None), "letter", None)
        if letter is not None and letter.code == item:
            return value
    given = getattr(value, "_as_parameter_", MISSING)
    if given is not MISSING:
        return cls.from_param(given)
    raise TypeError(_unfit(value, "c_char_p" if code == "z" else "c_wchar_p"))


def _bytes_text(cls: Any, value: Any) -> Any:
    return _text(cls, value, bytes, "z")


def _wide_text(cls: Any, value: Any) -> Any:
    return _text(cls, value, str, "Z")


def _any_pointer(cls: Any, value: Any) -> Any:
    """`c_void_p.from_param`."""
    if value is None:
        return None
    for kind, code in ((int, "P"), (bytes, "z"), (str, "Z")):
        if isinstance(value, kind):
            raw, kept = letter_of(code).give(value)
            return made_of(Argument(code, names.uintptr, raw, value, kept))
    if isinstance(value, cls) or kind_of(type(value)) in ("array", "pointer"):
        return value
    if type(value) is CArgObject and argument_of(value).tag == "P":
        return value
    if kind_of(type(value)) == "function":
        return made_of(Argument("P", names.uintptr, place_of_pointer(value), value))
    letter = getattr(getattr(type(value), "__shape__", None), "letter", None)
    if letter is not None and letter.code in "zZ":
        return made_of(Argument("Z", names.uintptr, place_of_pointer(value), value))
    given = getattr(value, "_as_parameter_", MISSING)
    if given is not MISSING:
        return cls.from_param(given)
    raise TypeError(_unfit(value, "c_void_p"))


def _unfit(value: Any, wanted: str) -> str:
    """The words for a value that is none of a type, which are newer from 3.12 on."""
    if sys.version_info < (3, 12):
        return "wrong type"
    return f"'{type(value).__name__}' object cannot be interpreted as ctypes.{wanted}"


#: What takes more than the letter's own values.
SPECIAL = {"z": _bytes_text, "Z": _wide_text, "P": _any_pointer}
