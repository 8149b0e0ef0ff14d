"""One call, whose types are given with its arguments."""

from __future__ import annotations

from functools import lru_cache

from ..cpython.value import Array, Value
from ..ctype import Pointer
from ..record import NamedTuple
from .signature import Signature

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Argument", "arg", "call"]


class Argument(NamedTuple):
    """A value with the C type it is passed as."""

    type: Any
    value: Any


def arg(type: Any, value: Any) -> Argument:
    """An argument of `call`: `arg(f32, 3)`.

    >>> farcall.call(farcall.Library("libm.so.6").function("float sqrtf(float)"), farcall.arg(farcall.f32, 9), returns=farcall.f32)
    3.0
    """
    return Argument(type, value)


def call(fun: Any, *args: Any, returns: Any = None, fixed_args: int | None = None, abi: str | None = None) -> Any:
    """Call the C function at `fun`: an address, a foreign function, a closure, or a function pointer.

    Each argument says its type: `arg(f32, 3)`, a farcall value (`f32(3)`), or what stands for one C type only
    (a float, a bool, a str, a scalar of numpy or ctypes). `returns` is the result's type, None for void;
    `fixed_args` the number of arguments before the variadic part. Raises TypeError for an argument without a type.

        >>> farcall.call(farcall.Library("libm.so.6").function("double cos(double)"), 0.0, returns=farcall.f64)
        1.0
    """
    given = [thing if isinstance(thing, Argument) else Argument(_type(thing), thing) for thing in args]
    signature = _signature(tuple(argument.type for argument in given), returns, fixed_args, abi)
    return signature.call(fun, [argument.value for argument in given])


@lru_cache(maxsize=256)  # the kinds of calls that a program has in a loop; others are bound again
def _signature(types: tuple[Any, ...], returns: Any, fixed_args: int | None, abi: str | None) -> Signature:
    return Signature(types, returns, fixed_args=fixed_args, abi=abi)


def _type(thing: Any) -> Any:
    """The type of an argument given without one."""
    if isinstance(thing, Array):
        return Pointer(thing.__ctype__.element)  # as C passes arrays
    if isinstance(thing, Value):
        return thing.__ctype__
    if isinstance(thing, int) and not isinstance(thing, bool):
        raise TypeError(f"{thing!r} does not say how wide it is: use arg(i32, {thing!r}) or i32({thing!r})")
    if type(thing) is object:  # as an annotation it is PyObject *, which any value would be
        raise TypeError(f'{thing!r} is not a C type\'s value: use arg("PyObject *", it) to pass the object itself')
    return type(thing)
