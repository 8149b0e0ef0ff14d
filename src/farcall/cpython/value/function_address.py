"""The address that C functions have as Python objects: foreign functions, closures, and what says it has one."""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType

from ...ctype import Function, callable_as, generic_function, unqualified
from ...ctype import Pointer as PointerType
from ...errors import LibraryClosedError
from ..facts.host import host_target
from .given import index_of

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, NoReturn

__all__ = ["check_open", "closed", "function_address", "function_type", "lent_function"]


def function_address(thing: Any) -> int | None:
    """The address of a foreign function, a closure or whatever else has `__farcall_address__`; None of other objects."""
    found = getattr(getattr(thing, "__self__", thing), "__farcall_address__", None)
    return None if found is None else index_of(found)


def function_type(thing: Any) -> Function | None:
    """The C type of a foreign function, a closure or whatever else has `__farcall_function__`; None of other objects."""
    found = getattr(getattr(thing, "__self__", thing), "__farcall_function__", None)
    return found if isinstance(found, Function) else None


def lent_function(wanted: PointerType, value: Any, where: str) -> int | None:
    """The address of a function that is given to C where a `wanted` is wanted; None for an object that has none. Raises
    TypeError for a function of another type, LibraryClosedError for one whose library is closed."""
    goes_for_it = isinstance(value, (BuiltinFunctionType, FunctionType)) or hasattr(type(value), "__farcall_address__")
    own: Any = getattr(value, "__self__", None) if goes_for_it else None
    for thing in (own, value):
        if hasattr(type(thing), "__farcall_address__"):
            check_open(thing)
            _check_type(wanted, getattr(thing, "__farcall_function__", None), where)
            _lend(thing)
            return index_of(thing.__farcall_address__)
    return None


def check_open(thing: Any) -> None:
    """Raise LibraryClosedError for a function whose library is closed."""
    if getattr(getattr(thing, "library", None), "closed", False):
        closed(thing)


def closed(self: Any) -> NoReturn:
    """Raise that a function's library is closed."""
    library = getattr(self.library, "name", "its library")
    raise LibraryClosedError(f"{self.name}(): {library} is closed")


def _check_type(wanted: PointerType, given: Function | None, where: str) -> None:
    """Raise TypeError for a function of another type than a function pointer points to. `void (*)(void)` takes all; of
    some objects only the address is known."""
    target = unqualified(wanted.target)
    if given is None or not isinstance(target, Function) or generic_function(target):
        return
    if not callable_as(given, target, host_target().model):
        raise TypeError(f"{where} must be {wanted}, not {PointerType(given)}; cast it if that is meant")


def _lend(thing: Any) -> None:
    """Have the library of a function stay mapped when it is closed: C is about to know the function's address."""
    library: Any = getattr(thing, "library", None)
    if hasattr(type(library), "lend"):
        library.lend()
