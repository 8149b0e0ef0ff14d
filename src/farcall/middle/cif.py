"""A call interface: the types of a C function, and calls through it."""

from __future__ import annotations

from collections.abc import Sequence
from types import BuiltinFunctionType

from .. import seed
from ..convention import Placement, Signature, place
from ..cpython.callable.function import bind
from ..cpython.facts.host import host_target
from ..cpython.value import Value, address, class_of
from ..cpython.value.function_address import function_address
from ..ctype import Function, Parameter, Void, unqualified
from .type import Type

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["DEFAULT_ABI", "Cif", "arg"]

#: The target's own calling convention; others are named: "ms_abi", "win64", "gnuw64".
DEFAULT_ABI = None
MOST_BOUND = 64


class Cif:
    """What a C function takes and gives: immutable, hashable, shareable between threads.

    `fixed_args` is the number of arguments before the variadic part, None for a function without one. Raises
    TypeError for a void argument or a type that cannot be passed, ValueError for a wrong `fixed_args`.

        >>> from farcall.middle import Cif, Type
        >>> Cif([Type.f64], Type.f64).call(farcall.Library("libm.so.6").address("sqrt"), [9.0])
        3.0
    """

    __slots__ = ("_address", "_bound", "abi", "args", "fixed_args", "function", "result")
    args: tuple[Type, ...]
    result: Type
    abi: str | None
    fixed_args: int | None

    def __init__(
        self, args: Sequence[Any], result: Any = Type.void, *, abi: str | None = DEFAULT_ABI,
        fixed_args: int | None = None,
    ) -> None:  # fmt: skip
        self.args = tuple(Type.of(type, f"argument {index}") for index, type in enumerate(args, 1))
        self.result = Type.of(result, "the result")
        self.abi, self.fixed_args = abi, fixed_args
        if fixed_args is not None and not 0 <= fixed_args <= len(self.args):
            raise ValueError(f"{fixed_args} fixed arguments of {len(self.args)} in total")
        for index, type in enumerate(self.args):
            if isinstance(unqualified(type.ctype), Void):
                raise TypeError(f"argument {index + 1} is void, which is not a value")
        parameters = tuple(Parameter("", type.ctype) for type in self.args)
        self.function = Function(self.result.ctype, parameters, False, abi)
        self._address = 0
        self._bound: dict[int, BuiltinFunctionType] = {}
        self.placement  # noqa: B018  (refuses what cannot be passed, now)

    @classmethod
    def variadic(cls, fixed: Sequence[Any], tail: Sequence[Any], result: Any = Type.void) -> Cif:
        """For one call of a variadic function: its fixed argument types and those of the tail, promoted. Raises as `Cif`.

        >>> Cif.variadic([Type.pointer], [Type.f64], "int").fixed_args
        1
        """
        return cls([*fixed, *tail], result, fixed_args=len(fixed))

    @property
    def nargs(self) -> int:
        """The number of arguments."""
        return len(self.args)

    @property
    def address(self) -> int:
        """The address of a prepared `ffi_cif`, which is never freed: for `low` and `raw`. Raises UnsupportedTypeError
        for a type that libffi has none for."""
        if not self._address:
            from .descriptor import cif_address

            self._address = cif_address(self)
        return self._address

    @property
    def placement(self) -> Placement:
        """The argument locations: where every byte of a call is."""
        types = tuple(unqualified(type.ctype) for type in self.args)
        return place(Signature(self.result.ctype, types, self.fixed_args, self.abi), host_target())

    def bind(self, fun: Any, *, gil: str = "release") -> BuiltinFunctionType:
        """A builtin that calls the C function at `fun`: an address, a CodePtr, a foreign function, a closure, a function
        pointer. Raises TypeError for anything else, NullPointerError for NULL, ValueError for an unknown `gil`.

        >>> Cif([Type.f64], Type.f64).bind(farcall.Library("libm.so.6").address("sqrt"))(9.0)
        3.0
        """
        return bind("function", self.function, _code(fun), gil=gil, variadic_from=self.fixed_args)

    def call(self, fun: Any, args: Sequence[Any]) -> Any:
        """Call `fun` with Python values; the result has the type that the cif says.

        Raises TypeError for a wrong number or type of arguments, OverflowError out of range, NullPointerError
        for NULL.

            >>> Cif([Type.f64], Type.f64).call(farcall.Library("libm.so.6").address("sqrt"), [9.0])
            3.0
        """
        place = _code(fun)
        bound = self._bound.get(place)
        if bound is None:
            if len(self._bound) >= MOST_BOUND:
                self._bound.clear()
            bound = self._bound[place] = self.bind(place)
        return bound(*args)

    def call_into(self, fun: Any, args: Sequence[Any], ret: Any) -> None:
        """Call `fun`, and write the result's bytes to `ret`, a writable buffer. Raises ValueError for one that
        is too small, TypeError for one that is read-only, before the call.

        >>> root = farcall.double()
        >>> Cif([Type.f64], Type.f64).call_into(farcall.Library("libm.so.6").address("sqrt"), [9.0], root)
        >>> root.value
        3.0
        """
        size = self.result.size
        with memoryview(ret) as view:
            if view.nbytes < size:
                raise ValueError(f"the result needs {size} bytes, the buffer has {view.nbytes}")
            if view.readonly:
                raise TypeError("the buffer for the result is read-only")
            if not view.c_contiguous:
                raise ValueError("the buffer for the result is not contiguous")
            cif = self
            if self.result.kind == "pointer" and self.result != Type.pointer:  # C's own pointer, also of a string
                cif = Cif(self.args, Type.pointer, abi=self.abi, fixed_args=self.fixed_args)
            result = cif.call(fun, args)  # while the buffer is held: converting arguments may run Python code
            if size:
                made = result if isinstance(result, Value) else class_of(self.result.ctype)(result)
                seed.write(seed.address_of(view), seed.read(address(made), size))

    call_return_into = call_into

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cif) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        return (self.args, self.result, self.abi, self.fixed_args)

    def __repr__(self) -> str:
        return f"<Cif {self.function}>"

    def __reduce__(self) -> Any:
        return (_rebuild, (self.args, self.result, self.abi, self.fixed_args))


def arg(value: Any) -> Value | Any:
    """An argument that keeps what it is made of alive: a value in memory is itself, its address is not taken. It raises
    nothing; the call does, where the argument does not fit.

        >>> from farcall.middle import arg
        >>> arg(5)
        5
    """
    return value


def _code(fun: Any) -> int:
    """The address of a function: an int, a CodePtr, a foreign function, a closure, a function pointer."""
    if isinstance(fun, int):
        return fun
    found = function_address(fun)
    if found is not None:
        return found
    if isinstance(fun, Value):
        return int(fun)  # type: ignore[call-overload, no-any-return]
    return seed.foreign_address(fun)


def _rebuild(args: tuple[Type, ...], result: Type, abi: str | None, fixed: int | None) -> Cif:
    return Cif(args, result, abi=abi, fixed_args=fixed)
