"""Objects that stand for a closure of theirs: C takes them, and Python calls them, as it would the closure."""

from __future__ import annotations

from .code_owner import CodeOwner, entry

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

    from ...ctype import Function
    from .closure import Closure

__all__ = ["ClosureOwner"]


class ClosureOwner(CodeOwner):
    """An object that keeps a closure, and goes for it. Every use raises ClosureError once that is closed."""

    __slots__ = ("_core",)
    _core: Closure

    def __call__(self, *args: Any) -> Any:
        """Call the C function from Python. Raises ClosureError once the closure is closed, and what a call of it raises.

        >>> farcall.Closure(lambda: 7, "int (*)(void)").code_ptr()
        7
        """
        return self._core(*args)

    def __int__(self) -> int:
        return self._core.address

    @property
    def __farcall_address__(self) -> int:
        return self._core.address

    @property
    def __farcall_function__(self) -> Function:
        return self._core.function

    @property
    def _as_parameter_(self) -> Any:
        """What ctypes passes for it."""
        return self._core._as_parameter_

    def _make_entry(self) -> Any:
        return entry(self._core)
