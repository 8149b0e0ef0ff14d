"""A call interface or a closure put together step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .cif import DEFAULT_ABI, Cif
from .closure import Callback, Closure
from .type import Type

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
        self._args.append(type)
        return self

    def args(self, types: Sequence[Any]) -> Builder:
        self._args += types
        return self

    def res(self, type: Any) -> Builder:
        self._result = type
        return self

    def abi(self, abi: str | None) -> Builder:
        self._abi = abi
        return self

    def variadic(self, fixed_args: int) -> Builder:
        """What follows the first `fixed_args` arguments is a variadic tail."""
        self._fixed = fixed_args
        return self

    def into_cif(self) -> Cif:
        return Cif(self._args, self._result, abi=self._abi, fixed_args=self._fixed)

    def into_closure(self, callback: Callback, userdata: Any = None) -> Closure:
        return Closure(self.into_cif(), callback, userdata)
