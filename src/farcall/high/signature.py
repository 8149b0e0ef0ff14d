"""Call interfaces from Python's annotations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import BuiltinFunctionType

from ..cpython.callable.annotation import annotations_of, function_of
from ..middle.cif import DEFAULT_ABI, Cif
from ..middle.type import Type
from .custom import Conversion, conversion_of, outward, pack_all

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Signature"]


class Signature(Cif):
    """A `Cif` of types as annotations have them: `Signature([u64, u64], u64)`, `Signature.of(f)`.

    Calls through it take and give instances of the classes that `register_ctype` knows. `abi` and `fixed_args` are
    as `Cif` has them.

        >>> farcall.Signature([farcall.f64], farcall.f64)
        <...>
    """

    __slots__ = ("conversion",)
    conversion: Conversion | None

    def __init__(
        self, args: Sequence[Any], result: Any = None, *, abi: str | None = DEFAULT_ABI, fixed_args: int | None = None
    ) -> None:
        Cif.__init__(self, args, Type.void if result is None else result, abi=abi, fixed_args=fixed_args)
        self.conversion = conversion_of(args, result)

    @classmethod
    def of(cls, function: Callable[..., Any], *, abi: str | None = DEFAULT_ABI) -> Signature:
        """What a function's annotations say. Raises TypeError, naming the parameter, and for `*args`: each call of
        a variadic function has a signature of its own.

        >>> def twice(x: farcall.f64) -> farcall.f64: ...
        >>> farcall.Signature.of(twice)
        <Cif double (double)>
        """
        seen = annotations_of(function)
        if function_of(function).variadic:
            raise TypeError(f"{seen.name}() is variadic: give a Signature the types of one call, and fixed_args")
        return cls([annotation for _, annotation in seen.parameters], seen.result, abi=abi)

    def bind(self, fun: Any, *, gil: str = "release") -> BuiltinFunctionType:
        """A callable that calls the C function at `fun`. Raises as `Cif.bind`.

        >>> libm = farcall.Library("libm.so.6")
        >>> farcall.Signature([farcall.f64], farcall.f64).bind(libm.address("sqrt"))(9.0)
        3.0
        """
        bound: BuiltinFunctionType = outward(Cif.bind(self, fun, gil=gil), self.conversion)
        return bound

    def call_into(self, fun: Any, args: Sequence[Any], ret: Any) -> None:
        """As `Cif.call_into`, which says what it raises: the result's bytes are written to `ret`.

        >>> root, libm = farcall.double(), farcall.Library("libm.so.6")
        >>> farcall.Signature([farcall.f64], farcall.f64).call_into(libm.address("sqrt"), [9.0], root)
        >>> root.value
        3.0
        """
        if self.conversion is not None:
            args = pack_all(self.conversion, args, "function")
        Cif(self.args, self.result, abi=self.abi, fixed_args=self.fixed_args).call_into(fun, args, ret)

    call_return_into = call_into
