"""C functions as objects: `CFuncPtr`, with `argtypes`, `restype`, `errcheck`."""

from __future__ import annotations

from typing import Any

from ...cpython.facts.host import END, WORD
from ...cpython.value.base import address, poke
from .call import CDECL, UNSET, State, called, check_count, converters_of, forget, learn, prepared
from .callback import callback
from .data import ORDER, CData, fresh, keep, place_of_pointer
from .function_object import mark_callable
from .loading import find_symbol
from .member import NEWER
from .metatype import DataType
from .paramflags import checked_flags, filled, results
from .shape import Shape, shape_of

__all__ = ["CFuncPtr", "PyCFuncPtrType"]


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
            converters_of(argtypes)
            made.argtypes = argtypes
        if hasattr(cls, "_restype_"):
            made.restype = _checked_result(cls._restype_, "_restype_")
            made.checker = getattr(made.restype, "_check_retval_", None)
        return cls


class CFuncPtr(CData, metaclass=PyCFuncPtrType):
    """Function Pointer"""

    __module__ = "_ctypes"
    __slots__ = ("_state_",)
    _state_: State

    def __new__(cls, *args: Any, **named: Any) -> Any:
        made = fresh(cls)
        if not args:
            return made
        shape, given = shape_of(cls), args[0]
        made._state_ = state = State(shape)
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
        state.settled = True
        return made

    @property
    def _address(self) -> int:
        return place_of_pointer(self)

    def _told(self) -> State:
        try:
            return self._state_
        except AttributeError:  # made of memory
            self._state_ = made = State(shape_of(type(self)))
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
            forget(self, state)
            return
        converters = converters_of(types)
        if NEWER and state.paramflags:
            checked_flags(state.paramflags, types)
        state.converters, state.argtypes = converters, types
        forget(self, state)

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
        forget(self, state)
        state.checker = getattr(cls, "_check_retval_", None)

    @restype.deleter
    def restype(self) -> None:
        state, shape = self._told(), shape_of(type(self))
        state.restype, state.checker = shape.restype, shape.checker
        forget(self, state)

    @property
    def errcheck(self) -> Any:
        """a function to check for errors"""
        return self._told().errcheck

    @errcheck.setter
    def errcheck(self, check: Any) -> None:
        if check is not None and not callable(check):
            raise TypeError("the errcheck attribute must be callable")
        state = self._told()
        state.errcheck = check
        forget(self, state)

    @errcheck.deleter
    def errcheck(self) -> None:
        self.errcheck = None

    def __bool__(self) -> bool:
        return place_of_pointer(self) != 0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object at {id(self):#x}>"

    def __call__(self, *args: Any, **named: Any) -> Any:
        state = self._told()
        call = filled(state.paramflags, state.argtypes, args, named) if state.paramflags else None
        arguments = args if call is None else call.arguments
        converters = state.converters
        if converters is not None and len(arguments) != len(converters):
            check_count(len(converters), len(arguments), shape_of(type(self)).flags & CDECL)
        passed: list[Any] = []
        found = called(self, state, prepared(arguments, converters or (), passed))
        if state.led is not False and (converters is None or len(arguments) == len(converters)):
            learn(self, state, passed)
        if state.errcheck is not None:
            checked = state.errcheck(found, self, arguments)
            if checked is not arguments:
                return checked
        return found if call is None else results(found, call)


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


def _checked_result(cls: Any, name: str) -> Any:
    """A result type. Raises TypeError for what cannot be one."""
    if cls is not None and not hasattr(cls, "__shape__") and not callable(cls):
        raise TypeError(f"{name} must be a type, a callable, or None")
    return cls
