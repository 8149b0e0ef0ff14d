"""C functions as objects: `CFuncPtr`, with `argtypes`, `restype`, `errcheck`."""

from __future__ import annotations

from typing import Any

from ... import seed
from ...cpython.callable.function import bind
from ...cpython.facts.host import END, WORD
from ...cpython.value.base import address, poke
from ...ctype import CType, Function, Parameter, names
from .argument import Argument, converted
from .c_type import c_type
from .callback import callback
from .data import ORDER, CData, copied_from, fresh, keep, place_of_pointer, reads_as
from .function_object import mark_callable
from .loading import find_symbol
from .metatype import DataType
from .paramflags import checked_flags, filled, results
from .shape import Shape, shape_of

__all__ = ["ArgumentError", "CFuncPtr", "PyCFuncPtrType", "own_functions"]

STDCALL, CDECL, HRESULT, PYTHONAPI, USE_ERRNO, USE_LASTERROR = 0, 1, 2, 4, 8, 16
#: The most arguments of a call.
MOST = 1024
#: The face's own C functions, by their address: what a call of one does in Python.
own_functions: dict[int, Any] = {}
UNSET: Any = object()


class ArgumentError(Exception):
    """An argument of a foreign function cannot be converted."""

    __module__ = "ctypes"


class PyCFuncPtrType(DataType):
    """The metaclass of functions."""

    __module__ = "_ctypes"

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any], **named: Any) -> Any:
        cls: Any = super().__new__(mcs, name, bases, space, **named)
        if CData in bases:  # the root of them
            mark_callable(cls)
            return cls
        if cls.__call__ is CFuncPtr.__call__:  # by which a class of the program's own is called
            mark_callable(cls)
        flags = getattr(cls, "_flags_", None)
        if not isinstance(flags, int):
            raise TypeError("class must define _flags_ which must be an integer")
        made = cls.__shape__ = Shape("function", WORD, WORD, 1, format="X{}", points=True)
        made.flags, made.restype = flags, UNSET
        argtypes = getattr(cls, "_argtypes_", None)
        if argtypes is not None:
            if not isinstance(argtypes, tuple):
                raise TypeError("_argtypes_ must be a sequence of types")
            _converters(argtypes)
            made.argtypes = argtypes
        if hasattr(cls, "_restype_"):
            made.restype = _checked_result(cls._restype_, "_restype_")
            made.checker = getattr(made.restype, "_check_retval_", None)
        return cls


class _State:
    """What a function has been told of itself, and how it was called."""

    __slots__ = ("argtypes", "bound", "callable", "checker", "converters", "errcheck", "paramflags", "restype")

    def __init__(self, shape: Shape) -> None:
        self.argtypes, self.restype, self.checker = shape.argtypes, shape.restype, shape.checker
        self.converters = None if shape.argtypes is None else _converters(shape.argtypes)
        self.errcheck: Any = None
        self.paramflags: Any = None
        self.callable: Any = None
        self.bound: dict[Any, Any] = {}


class CFuncPtr(CData, metaclass=PyCFuncPtrType):
    """Function Pointer"""

    __module__ = "_ctypes"
    __slots__ = ("_state_",)
    _state_: _State

    def __new__(cls, *args: Any, **named: Any) -> Any:
        made = fresh(cls)
        if not args:
            return made
        shape, given = shape_of(cls), args[0]
        made._state_ = state = _State(shape)
        if isinstance(given, tuple):
            place = _find(made, *given)
            state.paramflags = checked_flags(args[1] if len(args) > 1 else None, shape.argtypes)
        elif isinstance(given, int):
            place = given % END
            if len(args) > 1:
                state.paramflags = checked_flags(args[1], shape.argtypes)
        elif not callable(given):
            raise TypeError("argument must be callable or integer function address")
        elif shape.argtypes is None:
            raise TypeError("cannot construct instance of this class: no argtypes")
        else:
            restype = None if shape.restype is UNSET else shape.restype
            closure = callback(given, shape.argtypes, restype)
            place, state.callable = closure.address, given
            keep(made, 0, closure)
        poke(address(made), place.to_bytes(WORD, ORDER))
        return made

    @property
    def _address(self) -> int:
        return place_of_pointer(self)

    def _told(self) -> _State:
        try:
            return self._state_
        except AttributeError:  # made of memory
            self._state_ = made = _State(shape_of(type(self)))
            return made

    @property
    def argtypes(self) -> Any:
        """specify the argument types"""
        return self._told().argtypes

    @argtypes.setter
    def argtypes(self, types: Any) -> None:
        state = self._told()
        if types is None:
            state.argtypes = state.converters = None
            return
        state.converters = _converters(types)
        state.argtypes = types
        state.bound.clear()

    @argtypes.deleter
    def argtypes(self) -> None:
        self.argtypes = None

    @property
    def restype(self) -> Any:
        """specify the result type"""
        found = self._told().restype
        return None if found is UNSET else found

    @restype.setter
    def restype(self, cls: Any) -> None:
        state = self._told()
        state.restype = _checked_result(cls, "restype")
        state.bound.clear()
        state.checker = getattr(cls, "_check_retval_", None)

    @restype.deleter
    def restype(self) -> None:
        state, shape = self._told(), shape_of(type(self))
        state.restype, state.checker = shape.restype, shape.checker
        state.bound.clear()

    @property
    def errcheck(self) -> Any:
        """a function to check for errors"""
        return self._told().errcheck

    @errcheck.setter
    def errcheck(self, check: Any) -> None:
        if check is not None and not callable(check):
            raise TypeError("the errcheck attribute must be callable")
        self._told().errcheck = check

    @errcheck.deleter
    def errcheck(self) -> None:
        self._told().errcheck = None

    def __bool__(self) -> bool:
        return place_of_pointer(self) != 0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object at {id(self):#x}>"

    def __call__(self, *args: Any, **named: Any) -> Any:
        state = self._told()
        call = filled(state.paramflags, state.argtypes, args, named)
        arguments = call.arguments
        converters = state.converters
        if converters is not None and len(arguments) != len(converters):
            _check_count(len(converters), len(arguments), shape_of(type(self)).flags & CDECL)
        found = _called(self, state, _prepared(arguments, converters or ()))
        if state.errcheck is not None:
            checked = state.errcheck(found, self, arguments)
            if checked is not arguments:
                return checked
        return results(found, call)


def _check_count(required: int, given: int, least: int) -> None:
    """Raise TypeError for a wrong number of arguments: C's own convention takes more."""
    if least and given >= required:
        return
    words = "at least " if least else ""
    raise TypeError(f"this function takes {words}{required} argument{'' if required == 1 else 's'} ({given} given)")


def _prepared(arguments: tuple[Any, ...], converters: tuple[Any, ...]) -> list[Argument]:
    """Arguments as they are passed. Raises ArgumentError."""
    if len(arguments) > MOST:
        raise ArgumentError(f"too many arguments ({len(arguments)}), maximum is {MOST}")
    made = []
    known = len(converters)
    for index, value in enumerate(arguments):
        try:
            made.append(converted(converters[index](value) if index < known else value, index + 1))
        except Exception as error:
            raise ArgumentError(f"argument {index + 1}: {type(error).__name__}: {error}") from None
    return made


def _called(self: CFuncPtr, state: _State, arguments: list[Argument]) -> Any:
    """Call the function with arguments that are prepared; gives its result as Python has it."""
    place = place_of_pointer(self)
    restype = state.restype
    own = own_functions.get(place)
    if own is not None:
        return own(*arguments)
    key = (place, *[id(one.ctype) for one in arguments])
    bound = state.bound.get(key)
    if bound is None:
        flags = shape_of(type(self)).flags
        fixed = len(arguments) if state.argtypes is None else min(len(arguments), len(state.argtypes))
        types = tuple([one.ctype for one in arguments])
        bound = _bind(getattr(self, "__name__", "function"), place, flags, _result_type(restype), types, fixed)
        state.bound[key] = bound
    found = _result(restype, bound(*[one.value for one in arguments]))
    return found if state.checker is None else state.checker(found)


def _bind(name: Any, place: int, flags: int, result: CType, types: tuple[CType, ...], fixed: int) -> Any:
    function = Function(result, tuple([Parameter("", one) for one in types]))
    return bind(
        str(name), function, place, gil="python" if flags & PYTHONAPI else "release", errno=bool(flags & USE_ERRNO),
        variadic_from=fixed,
    )  # fmt: skip


def _result_type(restype: Any) -> CType:
    if restype is None:
        return names.void
    if restype is UNSET or not hasattr(restype, "__shape__"):
        return names.int_
    return c_type(restype)


def _result(restype: Any, raw: Any) -> Any:
    """What a function's result is in Python."""
    if restype is None:
        return None
    if restype is UNSET:
        return raw
    shape = getattr(restype, "__shape__", None)
    if shape is None:
        return restype(raw)
    letter = reads_as(restype)
    if letter is not None:
        found = letter.take(float(raw) if letter.code == "g" else raw)
        if letter.code == "O":
            seed.drop(found)  # the reference was the result
        return found
    if shape.kind in ("struct", "union"):
        return copied_from(restype, address(raw))
    made = fresh(restype)
    poke(address(made), shape.letter.pack(raw) if shape.letter is not None else raw.to_bytes(WORD, ORDER))
    return made


def _find(function: Any, name: Any, library: Any) -> int:
    """The address of a function of a library by its name. Raises AttributeError for none."""
    if not isinstance(name, (str, bytes)):
        raise TypeError("the first item in the tuple must be a string or integer")
    handle = getattr(library, "_handle", None)
    if not isinstance(handle, int):
        raise TypeError("the _handle attribute of the second argument must be an integer")
    try:
        place = find_symbol(handle, name if isinstance(name, str) else name.decode(), library)
    except OSError as error:
        raise AttributeError(str(error)) from None
    keep(function, 0, library)
    return place


def _converters(types: Any) -> tuple[Any, ...]:
    """What converts the arguments. Raises TypeError for what cannot."""
    found = []
    try:
        items = tuple(types)
    except TypeError as error:
        raise TypeError(str(error)) from None
    if len(items) > MOST:
        raise ArgumentError(f"_argtypes_ has too many arguments ({len(items)}), maximum is {MOST}")
    for number, one in enumerate(items, 1):
        convert = getattr(one, "from_param", None)
        if convert is None:
            raise TypeError(f"item {number} in _argtypes_ has no from_param method")
        found.append(convert)
    return tuple(found)


def _checked_result(cls: Any, name: str) -> Any:
    """A result type. Raises TypeError for what cannot be one."""
    if cls is not None and not hasattr(cls, "__shape__") and not callable(cls):
        raise TypeError(f"{name} must be a type, a callable, or None")
    return cls
