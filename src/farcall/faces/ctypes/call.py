"""Calls of C functions with ctypes' arguments and results; and which functions lead to generated code meanwhile.

The second call that Python answers makes that code, for functions with `argtypes` that are converted as ctypes' own classes do.
What later ones show, classes of arguments that fit a pointer, it is told.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NoReturn

from ... import seed
from ...cpython.callable.function import bind
from ...cpython.facts.host import WORD
from ...cpython.link.native import Kept
from ...cpython.value.base import address, poke
from ...ctype import CType, Function, Parameter, names
from ...stub import SWAP
from ...stub.inline_cache import VALUE, WAYS
from .argument import Argument, CArgObject, converted
from .c_type import c_type
from .data import ORDER, fresh, kept_part, place_of_pointer, reads_as
from .function_object import lead, lead_nowhere, leads, tell
from .lead import OBJECT, Led, guards_by, guards_of, opens, result_of, way_of
from .member import NEWER
from .shape import Shape, shape_of

__all__ = [
    "CDECL",
    "HRESULT",
    "MOST",
    "PYTHONAPI",
    "STDCALL",
    "UNSET",
    "USE_ERRNO",
    "USE_LASTERROR",
    "ArgumentError",
    "State",
    "bound_function",
    "called",
    "check_count",
    "complete_results",
    "converters_of",
    "forget",
    "learn",
    "own_functions",
    "prepared",
]  # fmt: skip

STDCALL, CDECL, HRESULT, PYTHONAPI, USE_ERRNO, USE_LASTERROR = 0, 1, 2, 4, 8, 16
#: The most arguments of a call.
MOST = 1024
#: The face's own C functions, by their address: what a call of one does in Python.
own_functions: dict[int, Any] = {}
#: C functions that give an object or raise, never NULL alone, by their address.
complete_results: set[int] = set()
UNSET: Any = object()


class ArgumentError(Exception):
    """An argument of a foreign function cannot be converted."""

    __module__ = "ctypes"


class State:
    """What a function has been told of itself, and how it was called."""

    __slots__ = (
        "argtypes", "bound", "boxed", "callable", "called", "checker", "converters", "errcheck", "kept", "leads", "led",
        "paramflags", "restype", "seen", "settled",
    )  # fmt: skip

    def __init__(self, shape: Shape) -> None:
        self.argtypes, self.restype, self.checker = shape.argtypes, shape.restype, shape.checker
        self.converters = None if shape.argtypes is None else converters_of(shape.argtypes)
        self.errcheck: Any = None
        self.paramflags: Any = None
        self.callable: Any = None
        self.bound: dict[Any, Any] = {}
        #: Parameters that were given objects of their class, where a number does as well.
        self.boxed: set[int] = set()
        #: The parameters of the function that the object leads to; None if it leads to none, False if it never will.
        self.led: Any = None
        self.leads: Any = None
        self.kept, self.seen = Kept(), set[type]()
        #: Whether it was called before: what is called once gets no code of its own.
        self.called = False
        self.settled = False


def check_count(required: int, given: int, least: int) -> None:
    """Raise TypeError for a wrong number of arguments: C's own convention takes more."""
    if least and given >= required:
        return
    words = "at least " if least else ""
    raise TypeError(f"this function takes {words}{required} argument{'' if required == 1 else 's'} ({given} given)")


def prepared(
    arguments: tuple[Any, ...], converters: tuple[Any, ...], passed: list[Any] | None = None
) -> list[Argument]:
    """Arguments as they are passed; `passed` gets what the converters gave. Raises ArgumentError."""
    if len(arguments) > MOST:
        raise ArgumentError(f"too many arguments ({len(arguments)}), maximum is {MOST}")
    made = []
    known = len(converters)
    for index, value in enumerate(arguments):
        try:
            given = converters[index](value) if index < known else value
            made.append(converted(given, index + 1))
            if passed is not None:
                passed.append(given)
        except Exception as error:
            refuse(index, error)
    return made


def refuse(index: int, error: BaseException) -> NoReturn:
    """Raise what says that an argument cannot be converted; no more than that of what is no Exception."""
    if not isinstance(error, Exception):
        raise error
    raise ArgumentError(f"argument {index + 1}: {type(error).__name__}: {error}") from None


def forget(self: Any, state: State) -> None:
    """Have Python answer the calls of a function of which something is said anew."""
    state.bound.clear()
    if state.leads is not None:
        lead_nowhere(self)  # its code stays as long as the object: another thread may be in a call
    state.leads = state.led = None


def learn(self: Any, state: State, passed: list[Any]) -> None:
    """After a call that Python has answered with what is passed: make code for further ones, if it is not the first, or tell it of
    the classes there."""
    if state.led and state.converters is not None:
        each = enumerate(zip(state.led, state.converters, passed, strict=False))
        boxed = {number for number, (led, convert, value) in each if opens(led, convert, value)}
        if boxed - state.boxed:
            state.boxed |= boxed
            lead_nowhere(self)
            state.leads = state.led = None
    if state.led is None and state.called:
        _lead(self, state, passed)
    state.called = True
    if not state.led:
        return
    for number, (led, value) in enumerate(zip(state.led, passed, strict=False)):
        word = way_of(led, value)
        if word is not None:
            state.seen.add(type(value))
            ways = 1 if led.guard.referred and word == VALUE else WAYS
            tell(state.leads, number, word, type(value), ways)


def _lead(self: Any, state: State, passed: list[Any]) -> None:
    """Have the object lead to code that takes the usual arguments, if there can be some."""
    state.led = False
    place = place_of_pointer(self)
    if not state.settled or not leads() or place in own_functions:
        return
    converters = state.converters
    found: list[Led] | None
    found = guards_by(passed) if converters is None else guards_of(converters, passed, state.boxed)
    if found is None or state.paramflags:
        return
    ctype, direct = result_of(state.restype, UNSET, place in complete_results)
    plain = direct and state.checker is None and state.errcheck is None
    types = tuple([one.ctype for one in found])
    function = bound_function(self, place, shape_of(type(self)).flags, ctype, types, len(types))
    finish, otherwise, classes = (
        None if plain else _finisher(self, state, direct),
        self.__call__,
        {"class:by_reference": id(CArgObject)},
    )
    classes |= {f"class:{number}": id(one.proto) for number, one in enumerate(found) if one.guard.referred == 1}
    classes |= {f"class:{number}": id(one.cls) for number, one in enumerate(found) if one.ctype == OBJECT}
    classes |= {f"class:boxed_{number}": id(one.cls) for number, one in enumerate(found) if one.guard.boxed}
    if converters is not None and any(one.guard.converted for one in found):
        classes |= {f"class:convert_{number}": id(one) for number, one in enumerate(converters)}
        both = partial(_go_on, self, state), refuse
        classes |= {"class:converted": id(both[0]), "class:refuse": id(both[1])}
        state.kept.things += [converters, both]
    guards = tuple([one.guard for one in found])
    code = lead(self, function, guards, otherwise, finish, state.errcheck is not None, classes)
    for number, guard in enumerate(guards):
        if guard.referred:
            tell(function, number, VALUE + 1, CArgObject, 1)
    state.kept.code(code)
    state.kept.things += [function, finish, otherwise, found]
    state.led, state.leads = found, function


def _go_on(self: Any, state: State, *passed: Any) -> Any:
    """A call with arguments that their parameters have converted."""
    found = called(self, state, prepared(passed, ()))
    learn(self, state, list(passed))
    if state.errcheck is not None:
        checked = state.errcheck(found, self, passed)
        return found if checked is passed else checked
    return found


def _finisher(self: Any, state: State, direct: bool) -> Any:
    """What makes a result of that of the function, and of the arguments where they are looked at as well."""
    restype, checker, errcheck = state.restype, state.checker, state.errcheck

    def made(raw: Any) -> Any:
        found = raw if direct else _result(restype, raw)
        return found if checker is None else checker(found)

    def checked(raw: Any, *given: Any) -> Any:
        found = made(raw)
        answer = errcheck(found, self, given)
        return found if answer is given else answer

    if errcheck is not None:
        return checked
    letter = reads_as(restype) if hasattr(restype, "__shape__") else None
    if checker is None and not direct and letter is not None and letter.code != "O":
        return letter.take
    return made


def called(self: Any, state: State, arguments: list[Argument]) -> Any:
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
        bound = bound_function(self, place, flags, _result_type(restype), types, fixed)
        state.bound[key] = bound
    found = _result(restype, bound(*[one.value for one in arguments]))
    return found if state.checker is None else state.checker(found)


def bound_function(self: Any, place: int, flags: int, result: CType, types: tuple[CType, ...], fixed: int) -> Any:
    """farcall's function at an address, of these types, of which those behind `fixed` are variadic."""
    function = Function(result, tuple([Parameter("", one) for one in types]))
    return bind(
        str(getattr(self, "__name__", "function")), function, place, gil="python" if flags & PYTHONAPI else "release",
        errno=SWAP if flags & USE_ERRNO else False, variadic_from=fixed, text="bytes",
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
        found = letter.take(raw)
        if letter.code == "O":
            seed.drop(found)  # the reference was the result
        return found
    if shape.kind in ("struct", "union"):
        return kept_part(restype, address(raw), raw)
    made = fresh(restype)
    poke(address(made), shape.letter.pack(raw) if shape.letter is not None else raw.to_bytes(WORD, ORDER))
    return made


def converters_of(types: Any) -> tuple[Any, ...]:
    """What converts the arguments. Raises TypeError for what cannot."""
    found = []
    try:
        items = tuple(types)
    except TypeError as error:
        raise TypeError("_argtypes_ must be a sequence of types" if NEWER else str(error)) from None
    if len(items) > MOST:
        raise ArgumentError(f"_argtypes_ has too many arguments ({len(items)}), maximum is {MOST}")
    for number, one in enumerate(items, 1):
        convert = getattr(one, "from_param", None)
        if convert is None:
            raise TypeError(f"item {number} in _argtypes_ has no from_param method")
        found.append(convert)
    return tuple(found)
