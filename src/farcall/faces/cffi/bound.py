"""C functions of cffi's types, called at an address: by farcall's builtins, with what cffi converts otherwise around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...cpython.callable.function import bind
from ...cpython.link.late import late
from ...ctype import Function, Parameter, names
from ...ctype import Pointer as PointerType
from .cdata import CLASS, cdata_type
from .conversion import character, to_value
from .number import Number
from .types import CType

__all__ = ["bound", "call_at", "is_plain"]

#: What makes the class of an argument.
ARGUMENT = "faces.cffi.classes:know_argument"
#: How values cross that farcall knows otherwise than cffi.
ODD = frozenset({"wide", "longdouble"})
#: How many addresses a type of functions remembers.
MOST = 256
#: How arguments behind the dots are passed that are smaller than an int (C11 6.5.2.2 p6).
SMALL = frozenset({"char", "bool", "wide"})


def is_plain(type: CType) -> bool:
    """Whether farcall's own builtin does all that cffi's functions of this type do."""
    return not type.ellipsis and all(one._how not in ODD for one in (*type.args, type.result))


def call_at(type: CType, place: int, args: tuple[Any, ...]) -> Any:
    """Call the function at an address."""
    found = type._bound.get(place)
    if found is None:
        if not place:
            raise RuntimeError(f"cannot call null pointer pointer from cdata '{type.cname}'")
        if len(type._bound) >= MOST:
            type._last[:] = bytes(len(type._last))  # before what it names goes
            type._bound.clear()
        found = type._bound[place] = bound(type, type.cname, place)
    try:
        return found(*args)
    except TypeError:
        if not type.ellipsis and len(args) != len(type.args):
            raise TypeError(f"'{type.cname}' expects {len(type.args)} arguments, got {len(args)}") from None
        raise


def bound(type: CType, name: str, place: int, library: object = None, gil: str = "release") -> Callable[..., Any]:
    """What calls the function at an address. Raises TypeError for types that cannot be passed."""
    _prepare(type.result)
    for one in type.args:
        _prepare(one)
        if one._argument is not None:
            late(ARGUMENT)(one)
    if type.ellipsis:
        return _variadic(type, name, place, library, gil)
    made: Callable[..., Any] = bind(name, type._called, place, errno="swap", library=library, gil=gil)
    return made if is_plain(type) else _around(type, made)


def _prepare(type: CType) -> None:
    """Have the class of a type be known before code is made that gives instances of it."""
    if type.kind in ("pointer", "function", "array") or (type.kind in ("struct", "union") and type._size >= 0):
        if type._cls is None:
            late(CLASS)(type)
        if type._size == 0:
            # C has no such values, and compilers that do have no rule in common for them; cffi refuses them by this class
            raise NotImplementedError(f"'{type.cname}' has no members: it is not passed or returned by value")
    elif type.kind in ("struct", "union"):
        raise TypeError(f"'{type.cname}' is opaque: it cannot be passed or returned")


def _around(type: CType, made: Callable[..., Any]) -> Callable[..., Any]:
    """A function with the conversions that only cffi has."""
    odd = [(index, one) for index, one in enumerate(type.args) if one._how in ODD]
    result = type.result if type.result._how in ODD else None

    def call(*args: Any) -> Any:
        given = list(args)
        for index, one in odd:
            if index < len(given):
                given[index] = _given(one, given[index])
        return made(*given) if result is None else _result(result, made(*given))

    return call


def _given(type: CType, value: Any) -> Any:
    if type._how == "wide":
        return ord(to_value(type, value))
    return value._v if value.__class__ is Number and value._ct_._how == "longdouble" else float(value)


def _result(type: CType, value: Any) -> Any:
    if type._how == "wide":
        return character(int(value) % (1 << (8 * type._size)))
    return Number(type, value)


def _variadic(type: CType, name: str, place: int, library: object, gil: str) -> Callable[..., Any]:
    """A variadic function: for each row of types behind the dots there is a builtin."""
    fixed = len(type.args)
    stubs: dict[tuple[Any, ...], Callable[..., Any]] = {}

    def call(*args: Any) -> Any:
        if len(args) < fixed:
            raise TypeError(f"'{type.cname}' expects at least {fixed} arguments, got {len(args)}")
        tail = [_passed(value, fixed + index) for index, value in enumerate(args[fixed:])]
        key = tuple([one for one, _ in tail])
        stub = stubs.get(key)
        if stub is None:
            stub = stubs[key] = _stub(type, name, place, key, library, gil)
        return stub(*args[:fixed], *[value for _, value in tail])

    return call


def _stub(type: CType, name: str, place: int, tail: tuple[Any, ...], library: object, gil: str) -> Callable[..., Any]:
    parameters = (*type._called.parameters, *[Parameter("", one) for one in tail])
    function = Function(type._called.result, parameters, True)
    made = bind(name, function, place, errno="swap", library=library, gil=gil, variadic_from=len(type.args))
    return _around(type, made)


def _passed(value: Any, index: int) -> tuple[Any, Any]:
    """The farcall type that an argument behind the dots is passed as, and the value. Raises TypeError for no cdata."""
    type = cdata_type(value)
    if type is None:
        raise TypeError(
            f"argument {index + 1} passed in the variadic part needs to be a cdata object (got {value.__class__.__name__})"
        )
    if type.kind == "array":
        type = type._decayed
    if type.kind in ("pointer", "function"):
        return PointerType(names.void), value
    if type._how in ("signed", "unsigned", "bool", "char", "wide"):
        number = int(value)
        small = type._size < 4 or type._how in SMALL
        return (names.int_ if small else type._type), number
    if type._how == "float":
        return names.double, float(value)
    if type._how == "longdouble":
        return names.longdouble, value._v
    if type._how == "complex":
        return type._type, complex(value)
    _prepare(type)
    return type._type, value
