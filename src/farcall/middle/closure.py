"""Closures with an explicit interface: a callback of four arguments, in libffi's shape, with typed values."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .. import seed
from ..cpython.callable.closure import Closure as Core
from ..cpython.callable.closure import Once
from ..cpython.callable.closure_owner import ClosureOwner
from ..cpython.value import Number, Scalar, class_of
from ..ctype import Void, unqualified
from ..errors import ClosureError
from ..low import CodePtr
from .cif import Cif

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Callback", "Closure", "ClosureOnce", "adapter"]

#: `callback(cif, result, args, userdata)`: `result` is a value in memory to be written (None for void), `args` the
#: arguments as Python values. What it returns is the result instead, unless it is None.
Callback = Callable[[Cif, Any, tuple[Any, ...], Any], Any]


class Closure(ClosureOwner):
    """A C function that runs a callback. It owns cif, callback and userdata, until `close()`.

    `on_error` is what C gets when the callback raises (default: zero); see `farcall.Closure` for where the
    exception goes. Raises ClosureError for a variadic cif.

        >>> from farcall.middle import Cif, Closure, Type
        >>> def add(cif, result, args, userdata):
        ...     result.value = args[0] + userdata
        >>> Closure(Cif([Type.u64], Type.u64), add, 5)(37)
        42
    """

    def __init__(self, cif: Cif, callback: Callback, userdata: Any = None, *, on_error: Any = None) -> None:
        if cif.fixed_args is not None:
            raise ClosureError(f"{cif!r}: a closure cannot be variadic")
        self.cif, self.callback, self.userdata = cif, callback, userdata
        self._core = Core(adapter(cif, callback, userdata), on_error=on_error, _function=cif.function)

    @property
    def code_ptr(self) -> CodePtr:
        """The C function. Raises ClosureError once closed."""
        return CodePtr(self._core.address)

    @property
    def closed(self) -> bool:
        """Whether `close()` was called."""
        return self._core.closed

    def callable(self) -> Any:
        """A builtin that calls the C function; it keeps nothing alive. Raises ClosureError once closed.

        >>> closure = Closure(Cif([], Type.u8), lambda cif, result, args, userdata: 7)
        >>> closure.callable()()
        7
        """
        return self.cif.bind(self._core.address)

    def as_ctypes(self, prototype: Any) -> Any:
        """The C function as an instance of a ctypes prototype, which keeps the closure. Raises ClosureError once closed.

        >>> import ctypes
        >>> seven = Closure(Cif([], Type.u8), lambda cif, result, args, userdata: 7)
        >>> seven.as_ctypes(ctypes.CFUNCTYPE(ctypes.c_uint8))()
        7
        """
        made = prototype(self._core.address)
        made._farcall_closure = self
        return made

    def leak(self) -> CodePtr:
        """The C function, kept for as long as the process lives. Raises ClosureError once closed.

        >>> Closure(Cif([], Type.u8), lambda cif, result, args, userdata: 7).leak()
        CodePtr(0x...)
        """
        seed.hold(self)
        return self.code_ptr

    def close(self) -> None:
        """Let go of callback and userdata: C must not call it any more. A call under way goes on; it raises nothing.

        >>> closure = Closure(Cif([], Type.u8), lambda cif, result, args, userdata: 7)
        >>> closure.close()
        >>> closure.closed
        True
        """
        self._core.close()

    def __enter__(self) -> Self:
        self._core.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__name__} {self._core!r}>"

    def __reduce__(self) -> Any:
        raise TypeError("a closure cannot be pickled or copied: its address means nothing elsewhere")


class ClosureOnce(Closure):
    """A closure that runs once, and lets go of callback and userdata then; a second call is a ClosureError.

    >>> from farcall.middle import Cif, ClosureOnce, Type
    >>> once = ClosureOnce(Cif([], Type.u8), lambda cif, result, args, userdata: userdata, 7)
    >>> once(), once.used
    (7, True)
    """

    def __init__(self, cif: Cif, callback: Callback, userdata: Any = None, *, on_error: Any = None) -> None:
        self._once = Once(callback, userdata)
        Closure.__init__(self, cif, self._run, None, on_error=on_error)

    @property
    def used(self) -> bool:
        """Whether it has run."""
        return not self._once.left

    def _run(self, cif: Cif, result: Any, args: tuple[Any, ...], _: Any) -> Any:
        return self._once(cif, result, args)


def adapter(cif: Cif, callback: Callback, userdata: Any) -> Callable[..., Any]:
    """The callable of Python values that a callback in libffi's shape is."""
    empty = isinstance(unqualified(cif.result.ctype), Void)
    cls = None if empty else class_of(cif.result.ctype)

    def run(*args: Any) -> Any:
        room = None if cls is None else cls()
        given = callback(cif, room, args, userdata)
        if cls is None:
            return None
        if given is not None:
            return given
        return room.value if isinstance(room, (Number, Scalar)) else room

    run.__name__ = getattr(callback, "__name__", "callback")
    return run
