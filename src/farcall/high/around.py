"""What Python does around a foreign function: a look at each result, values for arguments that are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..cpython.callable.by_name import check_names, placed
from ..cpython.callable.function import describe

__all__ = ["Around", "Check", "around", "like"]

#: What looks at each result: it gets the result, the function and its arguments, and gives what the call returns, or raises.
Check = Callable[[Any, Any, tuple[Any, ...]], Any]


class Around:
    """A foreign function with what Python does around it. It goes for that function: for C it is a pointer to it, a class that
    has it does not bind it, and it is pickled with its check and its defaults."""

    __self__: Any  # the function's description

    def __init__(self, function: Any, check: Check | None, defaults: Mapping[str, Any]) -> None:
        like(self, function)
        self._function, self._check, self._defaults = function, check, defaults
        self._count = len(describe(function).given) if defaults else 0

    def __call__(self, /, *args: Any, **names: Any) -> Any:
        if names or len(args) < self._count:
            args = placed(self.__self__, args, names, self._defaults)
        result = self._function(*args)
        return result if self._check is None else self._check(result, self._function, args)

    def __get__(self, instance: object, owner: Any = None) -> Any:  # as builtins; help() also knows functions by this
        return self

    @property
    def __farcall_address__(self) -> Any:
        return self.__self__.__farcall_address__

    @property
    def __farcall_function__(self) -> Any:
        return self.__self__.__farcall_function__

    @property
    def __signature__(self) -> Any:
        from inspect import signature

        found = signature(self._function)
        parameters = [
            one.replace(default=self._defaults[one.name]) if one.name in self._defaults else one
            for one in found.parameters.values()
        ]
        try:
            return found.replace(parameters=parameters)
        except ValueError:  # one without a default behind one that has it, which Python's own functions cannot have
            return found

    def __repr__(self) -> str:
        return f"<{self._function!r}, check={self._check!r}, defaults={self._defaults!r}>"

    def __reduce__(self) -> Any:
        return around, (self._function, self._check, self._defaults)

    def __copy__(self, memo: object = None) -> Any:
        return self

    __deepcopy__ = __copy__


def around(function: Any, check: Check | None, defaults: Mapping[str, Any]) -> Any:
    """A function with a check of its results, and with values for arguments that are left out.

    Raises TypeError for a check that is not callable, defaults that are no mapping, and a default of what is no parameter.
    """
    if check is not None and not callable(check):
        raise TypeError(f"{function.__name__}(): check must be callable, not {check!r}")
    if not isinstance(defaults, Mapping):
        raise TypeError(
            f"{function.__name__}(): defaults must be a mapping by parameter, not {type(defaults).__name__}"
        )
    values = dict(defaults)
    check_names(describe(function), values)
    return Around(function, check, values)


def like(run: Any, function: Any) -> Any:
    """What goes for a foreign function: with its name, its documentation, its description."""
    run.__name__ = run.__qualname__ = getattr(function, "__name__", type(function).__name__)
    run.__doc__ = getattr(function, "__doc__", None)
    if hasattr(function, "__self__"):  # a foreign function's description, which knows its address
        run.__self__ = function.__self__
    return run
