"""`ffi.callback`: Python callables as C functions."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

from ... import seed
from ...cpython.callable.closure import Closure
from ...stub.answer import MADE, RAW
from ...stub.carrier import Carrier, FloatKind, IntKind, VoidKind
from ..answering import Taken, closure_over
from .argument import to_pointer
from .bound import _prepare
from .cdata import Held, cdata_type, make, make_own
from .conversion import character, put_record, to_value
from .number import Number
from .types import CType

__all__ = ["callback"]


def callback(type: CType, function: Callable[..., Any], error: Any = None, onerror: Any = None) -> Any:
    """A function pointer that runs a callable. What that raises is printed, or given to `onerror(exception, value, traceback)`,
    and C gets `error`, or zero, or what `onerror` returns if it is not None. Raises TypeError for other types, and what is
    not callable."""
    if type.kind != "function":
        raise TypeError(f"expected a function ctype, got '{type.cname}'")
    if not callable(function):
        raise TypeError(f"expected a callable object, not {function.__class__.__name__}")
    if onerror is not None and not callable(onerror):
        raise TypeError(f"expected a callable object for 'onerror', not {onerror.__class__.__name__}")
    bits = any(one.kind in ("struct", "union") and _has_bits(one) for one in (*type.args, type.result))
    if type.ellipsis or bits:  # this class of exception, with these words, is cffi's answer
        raise NotImplementedError(f"{type.cname}: callback with unsupported argument or return type or with '...'")
    for one in (*type.args, type.result):
        _prepare(one)
    closure = _closure(type, function, _failing(type, error), onerror)
    return make_own(type, closure.address, Held(closure, what="callback", thing=function))


def _has_bits(type: CType) -> bool:
    return any(field.bitshift >= 0 for field in (type._fields or {}).values())


def _failing(type: CType, error: Any) -> Any:
    """What C gets when the callable raises."""
    result = type.result
    if result.kind == "void":
        if error is not None:
            raise TypeError(f"a callback of type '{type.cname}' has no result for 'error'")
        return None
    if error is not None:
        return _converted(result, error)
    if result.kind in ("pointer", "function"):
        return make(result, 0)
    if result.kind in ("struct", "union"):
        memory = bytearray(max(result._size, 1))
        return make(result, seed.address_of(memory), memory)
    how = result._how
    return b"\0" if how == "char" else 0.0 if how == "float" else 0


def _closure(type: CType, function: Callable[..., Any], failed: Any, onerror: Any) -> Closure:
    """A closure that runs a callable, with what C gets when that raises."""
    result = type.result

    def tell(error: BaseException) -> Any:
        return _failed(error, error.__traceback__, function, "", result, failed, onerror)

    def finish(found: Any) -> Any:
        if found.__class__ is int and least <= found <= most:
            return found
        try:
            return _converted(result, found)
        except BaseException as error:
            state = f", trying to convert the result back to C type '{result.cname}'"
            trace = error.__traceback__
            below = trace.tb_next if trace is not None else None
            return _failed(error, below or trace, function, state, result, failed, onerror)

    least, most = result._limits if result._how in ("signed", "unsigned") else (0, -1)  # which no int is
    return closure_over(type._function, function, [_taken(one) for one in type.args], _given(result), tell, finish)


def _taken(type: CType) -> Taken:
    """How a parameter is given as cffi has it."""
    if type._how == "wide":
        return Taken(MADE, lambda found: character(int(found) % (1 << (8 * type._size))))
    return Taken(MADE, partial(Number, type)) if type._how == "longdouble" else Taken(RAW)


def _given(result: CType) -> Carrier | None:
    """The kind of results that C takes as they are."""
    if result.kind == "void":
        return VoidKind()
    if result._how in ("signed", "unsigned"):
        return IntKind(result._size, result._how == "signed")
    return FloatKind(8) if result._how == "float" and result._size == 8 else None


def _converted(result: CType, value: Any) -> Any:
    """A result as farcall takes it, after it was found to be what cffi takes."""
    how = result._how
    if result.kind == "void":
        if value is not None:
            raise TypeError("callback with the return type 'void' must return None")
        return None
    if how in ("pointer", "function"):
        if cdata_type(value) is None:
            from .conversion import to_address

            to_address(result, value)  # raises
        return to_pointer(result, value)
    if how in ("struct", "union"):
        memory = bytearray(max(result._size, 1))
        place = seed.address_of(memory)
        put_record(result, place, value)
        return make(result, place, memory)
    if how == "longdouble":
        return value._v if value.__class__ is Number else float(value)
    found = to_value(result, value)
    return ord(found) if how == "wide" else found


def _failed(
    error: BaseException, trace: Any, function: Any, state: str, result: CType, failed: Any, onerror: Any
) -> Any:
    """What C gets for an exception, which is told."""
    kind = error.__class__
    if onerror is None:
        _print(f"From cffi callback {function!r}{state}:", kind, error, trace)
        return failed
    try:
        given = onerror(kind, error, trace)
        return failed if given is None else _converted(result, given)
    except BaseException:
        _print(f"From cffi callback {function!r}{state}:", kind, error, trace)
        second = sys.exc_info()
        _print("\nDuring the call to 'onerror', another exception occurred:\n", *second)
        return failed


def _print(head: str, kind: Any, error: Any, trace: Any) -> None:
    if sys.unraisablehook is not sys.__unraisablehook__:  # which takes what the interpreter makes alone
        told = SimpleNamespace(
            exc_type=kind, exc_value=error, exc_traceback=trace, err_msg=head.rstrip(":"), object=None
        )
        sys.unraisablehook(told)
        return
    if sys.stderr is not None:
        print(head, file=sys.stderr)
        traceback.print_exception(kind, error, trace, file=sys.stderr)
