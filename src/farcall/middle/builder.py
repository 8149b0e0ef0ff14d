"""A call interface or a closure put together step by step."""

from __future__ import annotations

from collections.abc import Sequence

from .cif import DEFAULT_ABI, Cif
from .closure import Callback, Closure
from .type import Type

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Builder"]


class Builder:
    """A cif or closure put together step by step. The last step raises what `Cif` and `Closure` raise.

    >>> from farcall.middle import Builder, Type
    >>> Builder().arg(Type.u64).res(Type.u64).into_cif()
    <Cif uint64_t (uint64_t)>
    """

    def __init__(self) -> None:
        self._args: list[Any] = []
        self._result: Any = Type.void
        self._abi: str | None = DEFAULT_ABI
        self._fixed: int | None = None

    def arg(self, type: Any) -> Builder:
        """One more argument, of a type as `Type.of` takes it. It raises nothing before the last step.

        >>> Builder().arg("int").arg(Type.f64).into_cif().nargs
        2
        """
        self._args.append(type)
        return self

    def args(self, types: Sequence[Any]) -> Builder:
        """Several more arguments. Raises TypeError for what is no sequence.

        >>> Builder().args([Type.u8, Type.u16]).into_cif()
        <Cif void (uint8_t, uint16_t)>
        """
        self._args += types
        return self

    def res(self, type: Any) -> Builder:
        """The result's type, void unless this is called. It raises nothing before the last step.

        >>> Builder().res("double").into_cif()
        <Cif double (void)>
        """
        self._result = type
        return self

    def abi(self, abi: str | None) -> Builder:
        """The calling convention by name; None is the platform's own. It raises nothing before the last step.

        >>> Builder().abi(None).into_cif().abi is None
        True
        """
        self._abi = abi
        return self

    def variadic(self, fixed_args: int) -> Builder:
        """What follows the first `fixed_args` arguments is a variadic tail. It raises nothing before the last step.

        >>> Builder().args([Type.pointer, Type.f64]).res("int").variadic(1).into_cif().fixed_args
        1
        """
        self._fixed = fixed_args
        return self

    def into_cif(self) -> Cif:
        """The cif. Raises TypeError for a void argument, or a type that cannot be passed, ValueError for a wrong count of
        fixed arguments.

        >>> Builder().arg(Type.u64).res(Type.u64).into_cif()
        <Cif uint64_t (uint64_t)>
        """
        return Cif(self._args, self._result, abi=self._abi, fixed_args=self._fixed)

    def into_closure(self, callback: Callback, userdata: Any = None) -> Closure:
        """A closure of the cif. Raises as `into_cif`, and ClosureError for a variadic one.

        >>> Builder().res(Type.u64).into_closure(lambda cif, result, args, userdata: userdata, 42)()
        42
        """
        return Closure(self.into_cif(), callback, userdata)
