"""Closures, and capsules of functions and closures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from .. import seed
from ..cpython.callable.annotation import annotations_of
from ..cpython.callable.capsule import capsule as make_capsule
from ..cpython.callable.closure import Closure as Core
from ..cpython.callable.closure import ClosureOnce as CoreOnce
from ..cpython.callable.closure import check_callable, construct_natively
from ..cpython.callable.closure_type import ClosureType, closure_type
from ..cpython.callable.function import describe
from ..ctype import Function
from ..errors import ClosureError
from .custom import Conversion, conversion_of, inward
from .fnptr import FnPtr

if TYPE_CHECKING:
    from ..middle.cif import Cif
    from ..middle.closure import Callback

__all__ = ["Closure", "ClosureMut", "ClosureOnce", "capsule", "closure"]

_Self = TypeVar("_Self", bound="Closure")


class Closure(Core):
    """A C function pointer that runs a Python callable.

    Its type is what the callable's annotations say; or a list of the parameters' types and the result's
    (`Closure(f, [u64, u64], u64)`, without a result for void); or C text or a type, as a function or a pointer to
    one (`Closure(f, "int (*)(int)")`). `on_error` is the error value: what C gets when the callable raises (default: 0).

    The pointer is valid until `close()`, or until this object is garbage-collected: keep a reference for as long as C may call
    it (`keep(owner)` lets an owner hold one, `leak()` the process). An exception in the callable is raised by the farcall
    call through which C was entered, when that returns; on a thread that entered C otherwise
    `sys.unraisablehook` gets it.

    Raises TypeError for what is not callable, and for a callable without type; DeclarationError for wrong C text.

        >>> double = farcall.Closure(lambda x: 2 * x, "double (*)(double)")
        >>> double(2.5)
        5.0
    """

    def __init__(
        self, callback: Callable[..., Any], declaration: Any = None, result: Any = None, *, on_error: Any = None
    ) -> None:
        kind, run = _typed(callback, declaration, result)
        Core.__init__(self, run, kind, on_error=on_error)

    @classmethod
    def with_cif(cls: type[_Self], cif: Cif, callback: Callable[..., Any], *, on_error: Any = None) -> _Self:
        """A closure whose type is a `Cif` or `Signature`. Raises ClosureError for a variadic one, TypeError for what is not
        callable.

        >>> farcall.Closure.with_cif(farcall.Signature([farcall.int_], farcall.int_), abs)(-5)
        5
        """
        return cls(inward(callback, getattr(cif, "conversion", None)), _of(cif), on_error=on_error)

    @classmethod
    def from_parts(
        cls: type[_Self], cif: Cif, callback: Callback, userdata: Any = None, *, on_error: Any = None
    ) -> _Self:
        """A closure of a callback in libffi's shape: `callback(cif, result, args, userdata)`, with `result` a value
        in memory to be written (None for void) and `args` Python values. What it returns, unless it is None, is
        the result instead. Raises as `with_cif`.

        >>> cif = farcall.Signature([farcall.u64], farcall.u64)
        >>> farcall.Closure.from_parts(cif, lambda cif, result, args, userdata: args[0] + userdata, 5)(37)
        42
        """
        from ..middle.closure import adapter

        return cls(adapter(cif, callback, userdata), _of(cif), on_error=on_error)

    @property
    def code_ptr(self) -> FnPtr:
        """The C function. Raises ClosureError once closed."""
        self._check()
        return FnPtr(self)

    def leak(self) -> FnPtr:
        """The C function, kept for as long as the process lives. Raises ClosureError once closed.

        >>> farcall.Closure(lambda: 7, "int (*)(void)").leak()()
        7
        """
        seed.hold(self)
        return self.code_ptr


construct_natively(Closure)
#: The same: a Python callable may change what it refers to.
ClosureMut = Closure


class ClosureOnce(CoreOnce, Closure):
    """A closure that runs once, and lets go of its callable then; a second call is a ClosureError.

    >>> once = farcall.ClosureOnce(lambda: 7, "int (*)(void)")
    >>> once(), once.used
    (7, True)
    """

    def __init__(
        self, callback: Callable[..., Any], declaration: Any = None, result: Any = None, *, on_error: Any = None
    ) -> None:
        kind, run = _typed(callback, declaration, result)
        CoreOnce.__init__(self, run, kind, on_error=on_error)


@overload
def closure(callable: Callable[..., Any], /, *, on_error: Any = None) -> Closure: ...
@overload
def closure(*, on_error: Any = None) -> Callable[[Callable[..., Any]], Closure]: ...
def closure(callable: Any = None, /, *, on_error: Any = None) -> Any:
    """A closure of a function by its annotations; also a decorator, with or without options.

    Raises TypeError for a function without annotations of C types.

        >>> @farcall.closure
        ... def twice(x: farcall.f64) -> farcall.f64:
        ...     return 2 * x
        >>> twice(1.5)
        3.0
    """
    if callable is None:
        return lambda function: Closure(function, on_error=on_error)
    return Closure(callable, on_error=on_error)


def capsule(function: Any) -> Any:
    """A PyCapsule of a foreign function or a closure, named with its C signature: what SciPy's LowLevelCallable
    takes. It keeps the function alive.

    Raises TypeError for anything else.

        >>> farcall.capsule(farcall.Library("libm.so.6").function("double cos(double)"))
        <capsule object "double (double)" at 0x...>
    """
    if isinstance(function, Core):
        return function.capsule
    description = describe(function)
    return make_capsule(description.address, description.function, function)


def _typed(callback: Any, declaration: Any, result: Any) -> tuple[ClosureType, Callable[..., Any]]:
    """The closure type, and what runs: the callback, with conversions around it where its types have some."""
    check_callable(callback)
    kind = closure_type(callback, declaration, result)
    conversion: Conversion | None = None
    if isinstance(declaration, (list, tuple)):
        conversion = conversion_of(declaration, result)
    elif declaration is None:
        seen = annotations_of(callback)
        conversion = conversion_of([annotation for _, annotation in seen.parameters], seen.result)
    return kind, inward(callback, conversion)


def _of(cif: Cif) -> Function:
    if cif.fixed_args is not None:
        raise ClosureError(f"{cif!r}: a closure cannot be variadic")
    return cif.function
