"""Closures from annotations, and capsules of functions and closures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from ..cpython.closure import Closure
from ..cpython.function import describe

__all__ = ["capsule", "closure"]


@overload
def closure(callable: Callable[..., Any], /, *, on_error: Any = None) -> Closure: ...
@overload
def closure(*, on_error: Any = None) -> Callable[[Callable[..., Any]], Closure]: ...
def closure(callable: Any = None, /, *, on_error: Any = None) -> Any:
    """A closure of a function by its annotations; also a decorator, with or without options."""
    if callable is None:
        return lambda function: Closure(function, on_error=on_error)
    return Closure(callable, on_error=on_error)


def capsule(function: Any) -> Any:
    """A PyCapsule of a foreign function or a closure, named with its C signature: what SciPy's LowLevelCallable
    takes. It keeps the function alive."""
    if isinstance(function, Closure):
        return function.capsule
    from ..cpython.capsule import capsule as make

    description = describe(function)
    return make(description.address, description.function, function)
