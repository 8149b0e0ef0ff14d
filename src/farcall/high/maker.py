"""What type checkers know of `new`, the class of what it makes where it is given a class, and of decorated functions."""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, ParamSpec, Protocol, TypeVar, overload

    from typing_extensions import Self as Self

    #: What a decorated function takes and gives, which its builtin does too.
    Given = ParamSpec("Given")
    Result = TypeVar("Result")

    _Value = TypeVar("_Value")  # what a dataclass is to type checkers too, of which `struct` made one

    class Maker(Protocol):
        """`new`: of a class a value of that, of C text whatever it says."""

        @overload
        def __call__(
            self, cls: type[_Value], init: object = None, /, *, length: int | None = None,
            destructor: Callable[[Any], object] | None = None,
        ) -> _Value: ...  # fmt: skip
        @overload
        def __call__(
            self, type: Any, init: object = None, /, *, length: int | None = None,
            destructor: Callable[[Any], object] | None = None,
        ) -> Any: ...  # fmt: skip


__all__ = ["typed_maker"]


def typed_maker(function: Any) -> Maker:
    """The same function, typed."""
    return function  # type: ignore[no-any-return]
