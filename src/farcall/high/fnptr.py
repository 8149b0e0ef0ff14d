"""The C function of a closure, as an object that keeps the closure."""

from __future__ import annotations

from typing import Any

from ..cpython.callable.closure import Closure
from ..cpython.callable.code_owner import CodeOwner, entry
from ..ctype import Function

__all__ = ["FnPtr"]


class FnPtr(CodeOwner):
    """A closure's C function: callable, passed wherever C takes a function pointer, its address by `int()`.

    It keeps the closure alive. Once that is closed, every use raises ClosureError. Two are equal if they are of
    one closure. If you give the bare address to C, keep the closure.

        >>> closure = farcall.Closure(lambda: 5, "int (*)(void)")
        >>> pointer = closure.code_ptr
        >>> pointer(), bool(int(pointer))
        (5, True)
    """

    __slots__ = ("closure",)
    closure: Closure

    def __init__(self, closure: Closure) -> None:
        if not isinstance(closure, Closure):
            raise TypeError(f"a FnPtr is of a closure, not of {type(closure).__name__}")
        self.closure = closure

    def __call__(self, *args: Any) -> Any:
        """Call the C function from Python."""
        return self.closure(*args)

    call = __call__

    def __int__(self) -> int:
        return self.closure.address

    @property
    def __farcall_address__(self) -> int:
        return self.closure.address

    @property
    def __farcall_function__(self) -> Function:
        return self.closure.function

    @property
    def _as_parameter_(self) -> Any:
        """What ctypes passes for it."""
        return self.closure._as_parameter_

    def _make_entry(self) -> Any:
        return entry(self.closure)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FnPtr) and other.closure is self.closure

    def __hash__(self) -> int:
        return hash(id(self.closure))

    def __repr__(self) -> str:
        return f"<FnPtr of {self.closure!r}>"

    def __reduce__(self) -> Any:
        raise TypeError(f"{self!r} cannot be pickled or copied: its address means nothing elsewhere")
