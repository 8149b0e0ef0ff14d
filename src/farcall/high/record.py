"""Dataclasses as C structs."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any, TypeVar

from ..cpython.callable.annotation import ctype_of
from ..cpython.value.classes import specialise
from ..ctype import Field, Record
from .types import keep_class

__all__ = ["struct"]

_Class = TypeVar("_Class", bound=type[Any])

#: What a class statement makes that belongs to its own kind of instances.
NOT_TAKEN = ("__dict__", "__weakref__", "__slots__", "__new__")


def struct(cls: _Class) -> _Class:
    """Make a C struct of a dataclass whose fields are annotated with C types; of a plain class, a dataclass first.

        @struct
        @dataclass
        class Point:
            x: f64
            y: f64

    The result is a farcall class: its instances are C structs in memory, passed and returned by value, with the
    dataclass's methods, defaults and comparison, and known to `dataclasses` (`replace`, `asdict`). An instance that C
    gives is not made by `__init__`. Raises TypeError for a field without a C type, a class without fields, one with
    a base class, and a method that uses `super()`.
    """
    if not isinstance(cls, type) or cls.__bases__ != (object,):
        raise TypeError(f"a struct is made of a class without base classes, not of {cls!r}")
    source = cls if dataclasses.is_dataclass(cls) else dataclasses.dataclass(cls)
    name = source.__name__
    try:
        hints = typing.get_type_hints(source, include_extras=True)
    except (AttributeError, NameError) as error:
        raise TypeError(f"{name}: an annotation cannot be resolved: {error}") from None
    members = [field.name for field in dataclasses.fields(source)]
    if not members:
        raise TypeError(f"{name}: a struct has at least one field")
    fields = [Field(member, ctype_of(hints[member], f"{name}: field {member!r}")) for member in members]
    own = {key: thing for key, thing in vars(source).items() if key not in members and key not in NOT_TAKEN}
    for key, thing in own.items():
        if "__class__" in getattr(getattr(thing, "__code__", None), "co_freevars", ()):
            raise TypeError(f"{name}.{key}() uses super() or __class__, which a struct does not have")
    own["__qualname__"] = source.__qualname__
    made = specialise(Record("struct", name, fields), source.__doc__ or "", own)
    keep_class(made)
    return made  # type: ignore[no-any-return]
