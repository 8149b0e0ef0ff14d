"""The C function of a closure, as an object that keeps the closure."""

from __future__ import annotations

from ..cpython.callable.closure import Closure
from ..cpython.callable.closure_owner import ClosureOwner

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["FnPtr"]


class FnPtr(ClosureOwner):
    """A closure's C function: callable, passed wherever C takes a function pointer, its address by `int()`.

    It keeps the closure alive. Once that is closed, every use raises ClosureError. Two are equal if they are of
    one closure. If you give the bare address to C, keep the closure.

        >>> closure = farcall.Closure(lambda: 5, "int (*)(void)")
        >>> pointer = closure.code_ptr
        >>> pointer(), bool(int(pointer))
        (5, True)
    """

    __slots__ = ()

    def __init__(self, closure: Closure) -> None:
        if not isinstance(closure, Closure):
            raise TypeError(f"a FnPtr is of a closure, not of {type(closure).__name__}")
        self._core = closure

    @property
    def closure(self) -> Closure:
        """The closure that it is of."""
        return self._core

    call = ClosureOwner.__call__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FnPtr) and other.closure is self.closure

    def __hash__(self) -> int:
        return hash(id(self.closure))

    def __repr__(self) -> str:
        return f"<FnPtr of {self.closure!r}>"

    def __reduce__(self) -> Any:
        raise TypeError(f"{self!r} cannot be pickled or copied: its address means nothing elsewhere")
