"""What Python does around a foreign function: a look at each result, values for arguments that are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..cpython.callable.by_name import placed
from ..cpython.callable.function import describe

__all__ = ["Check", "around", "like"]

#: What looks at each result: it gets the result, the function and its arguments, and gives what the call returns, or raises.
Check = Callable[[Any, Any, tuple[Any, ...]], Any]


def around(function: Any, check: Check | None, defaults: Mapping[str, Any]) -> Any:
    """A function with a check of its results, and with values for arguments that are left out.

    Raises TypeError for a check that is not callable, and a default of what is no parameter.
    """
    if check is not None and not callable(check):
        raise TypeError(f"{function.__name__}(): check must be callable, not {check!r}")
    self, values = describe(function), dict(defaults)
    count = len(self.given) if values else 0
    placed(self, (), dict.fromkeys(values), _Anything())  # raises for a name that there is not

    def run(*args: Any, **names: Any) -> Any:
        if names or len(args) < count:
            args = placed(self, args, names, values)
        result = function(*args)
        return result if check is None else check(result, function, args)

    return like(run, function)


class _Anything(dict[str, None]):
    """A default for every parameter."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> None:
        return None


def like(run: Any, function: Any) -> Any:
    """A Python function that goes for a foreign one: with its name, its documentation, its description."""
    run.__name__ = run.__qualname__ = getattr(function, "__name__", type(function).__name__)
    run.__doc__ = getattr(function, "__doc__", None)
    if hasattr(function, "__self__"):  # a foreign function's description, which knows its address
        run.__self__ = function.__self__
    return run
