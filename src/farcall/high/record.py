"""Dataclasses as C structs."""

from __future__ import annotations

import sys
import typing
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..cpython.callable.annotation import ctype_of
from ..cpython.facts.host import host_target
from ..cpython.value.classes import specialise
from ..ctype import BIG, LITTLE, ByteOrder, Field, Record, in_order
from .types import keep_class

_Made = TypeVar("_Made")

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform  # of which every type checker knows
elif sys.version_info >= (3, 11):
    from typing import dataclass_transform
else:

    def dataclass_transform() -> Callable[[_Made], _Made]:
        """As Python 3.11 has it: for type checkers, `struct` makes of a class what a dataclass is."""
        return lambda made: made


__all__ = ["struct"]

_Class = TypeVar("_Class", bound=type[Any])

#: Byte orders, as `int.to_bytes` has them.
ORDERS: dict[str, ByteOrder] = {order.name: order for order in (BIG, LITTLE)}
#: What a class statement makes that belongs to its own kind of instances.
NOT_TAKEN = ("__dict__", "__weakref__", "__slots__", "__new__")


@overload
@dataclass_transform()
def struct(cls: _Class, /) -> _Class: ...
@overload
@dataclass_transform()
def struct(*, order: str) -> Callable[[_Class], _Class]: ...
def struct(cls: Any = None, /, *, order: str | None = None) -> Any:
    """Make a C struct of a dataclass whose fields are annotated with C types; of a plain class, a dataclass first.

        @struct
        @dataclass
        class Point:
            x: f64
            y: f64

    The result is a farcall class: its instances are C structs in memory, passed and returned by value, with the
    dataclass's methods, defaults and comparison, and known to `dataclasses` (`replace`, `asdict`). An instance that C
    gives is not made by `__init__`. `super()` and `__class__` in its methods mean the result; the class given is not to
    be used any more. Raises TypeError for a field without a C type, a class without fields, and one with a base class.

    With `order="big"` or `"little"`, `@struct(order="big")`, fields that are numbers or arrays of numbers have this byte
    order in memory; pointers, vectors and structs keep their own. ValueError for another word.
    """
    if order is not None and order not in ORDERS:
        raise ValueError(f"struct() parameter 'order' is 'big' or 'little', not {order!r}")
    if cls is None:
        return lambda cls: _made(cls, order)
    return _made(cls, order)


def _made(cls: Any, order: str | None) -> Any:
    """A struct of a class, its numbers in the machine's byte order or in the one named."""
    import dataclasses  # loads a good part of the standard library

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
    own["__qualname__"] = source.__qualname__
    if isinstance(own.get("__init__"), FunctionType):
        _speak_of_fields(own["__init__"], members, source.__qualname__)
    record = Record("struct", name, fields)
    if order is not None and ORDERS[order] != host_target().byteorder:
        fields = [in_order(field, ORDERS[order], host_target().model) for field in fields]
        record = Record("struct", name, fields, order=ORDERS[order])
    made = specialise(record, source.__doc__ or "", own)
    keep_class(made)
    for thing in own.values():
        for function in _functions(thing):
            _take_over(function, made)
    return made


def _speak_of_fields(init: FunctionType, members: list[str], name: str) -> None:
    """Have Python's errors about the arguments of the `__init__` that `dataclass` has written be about the struct and its
    fields: `P(self=1)` names none. The first parameter gets the name that it has where a field is called self."""
    code = init.__code__
    first, *others = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    if set(others) == set(members):
        init.__qualname__ = name
        if first == "self":
            init.__code__ = code.replace(co_varnames=("__dataclass_self__", *code.co_varnames[1:]))


def _functions(thing: Any) -> Iterator[FunctionType]:
    """The Python functions that an attribute of a class is, or is made of."""
    if isinstance(thing, property):
        for part in (thing.fget, thing.fset, thing.fdel):
            yield from _functions(part)
        return
    while thing is not None:
        if isinstance(thing, FunctionType):
            yield thing
        thing = getattr(thing, "__wrapped__", None)  # what a decorator has put a function of its own around


def _take_over(function: FunctionType, cls: type) -> None:
    """Have `__class__`, which `super()` reads too, be `cls`. The methods written in a class share one cell for it; each
    that `dataclass` has written, from Python 3.14 on, has one of its own."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        if name == "__class__":
            cell.cell_contents = cls
