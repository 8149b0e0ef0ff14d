"""Pointers to functions, which are called as they are."""

from __future__ import annotations

from types import BuiltinFunctionType

from ...ctype import unqualified
from ...errors import LibraryClosedError, NullPointerError
from ..link.late import late
from ..link.table import want_at_the_end
from .base import Lease, native, owner, place_of, target
from .pointer import Pointer

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["FunctionPointer"]

#: What makes a function of a type and an address.
BIND = "cpython.callable.function:bind"
want_at_the_end(BIND)
#: How many functions a type keeps for its pointers.
MOST = 256
#: What a pointer may keep whose end leaves the address behind: memory that is freed, functions of libraries that are closed.
ENDING = (Lease, BuiltinFunctionType)


@native
class FunctionPointer(Pointer):
    """A pointer to a C function. `p(...)` calls the function, with the GIL released meanwhile, as a function of a library with
    this type: `farcall.function(p)` makes one that has options. Raises NullPointerError for NULL, and LibraryClosedError
    where the pointer was made of a function whose library is closed.

        >>> absolute = farcall.type_of("int (*)(int)")(farcall.Library("libc.so.6").function("int abs(int n)"))
        >>> absolute(-4)
        4
    """

    __slots__ = ()
    #: What this type's functions are bound as, by address. None of them keeps a pointer, and so what that was made of.
    __bound__: ClassVar[dict[int, Any]]

    def __call__(self, /, *args: object, **names: object) -> Any:
        function = self.__bound__.get(target(self))
        if function is None or isinstance(owner(self), ENDING):
            function = _function(self)
        return function(*args, **names)


def _function(pointer: Any) -> Any:
    """The function that a pointer leads to."""
    if not pointer:
        raise NullPointerError(f"{pointer!r} cannot be called")
    place, bound = place_of(pointer), pointer.__bound__
    library: Any = getattr(getattr(owner(pointer), "__self__", None), "library", None)
    if getattr(library, "closed", False):
        raise LibraryClosedError(f"{pointer!r} cannot be called: {library.name} is closed")
    function = bound.get(place)
    if function is None:
        if len(bound) >= MOST:
            bound.clear()
        function = bound[place] = late(BIND)("function", unqualified(pointer.__ctype__.target), place)
    return function
