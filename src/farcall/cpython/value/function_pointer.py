"""Pointers to functions, which are called as they are.

What a type's pointers lead to is bound once for an address, and found again: the last one by generated code (`pointer_call` of
`stub.pointer_slots`), which reads its words. A pointer that was made of a library's function is of use until the library is
closed: the words say for which such function that was looked at, and how much had been taken back by then. The words never name
a builtin that nobody keeps: whoever writes them holds it, looks afterwards whether the type still keeps it, and takes the words
back if not.
"""

from __future__ import annotations

import struct

from ... import seed
from ...ctype import unqualified
from ...errors import LibraryClosedError, NullPointerError
from ...stub.class_facts import BOUND
from ..facts.host import WORD
from ..link.late import late
from ..link.native import TP_CALL, Kept, entry
from ..link.revocation import revocations
from ..link.table import want_at_the_end
from .base import native, owner, place_of
from .pointer import Pointer

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, ClassVar

__all__ = ["FunctionPointer", "begin", "call"]

#: What makes a function of a type and an address.
BIND = "cpython.callable.function:bind"
want_at_the_end(BIND)
#: How many functions a type keeps for its pointers.
MOST = 256
NONE = bytes(4 * WORD)


class Bound:
    """What the pointers of a type lead to: the builtins by address, which keep no pointer nor what that was made of; and the
    words of the last one: its address, that of the builtin, the function of a library that the pointer keeps (0: none that
    generated code may rely on), and the count of revocations."""

    __slots__ = ("functions", "words")

    def __init__(self) -> None:
        self.functions: dict[int, Any] = {}
        self.words = bytearray(NONE)


def begin(cls: Any, kept: Kept) -> None:
    """Have a class, whose facts are kept there, remember what its pointers lead to."""
    cls.__bound__ = bound = Bound()
    kept.know(BOUND, seed.address_of(bound.words))


def call(pointer: Any, args: tuple[object, ...], names: Mapping[str, object] | None = None) -> Any:
    """What a call of a pointer does where generated code does not know what it leads to."""
    return _function(pointer)(*args, **(names or {}))


def _function(pointer: Any) -> Any:
    """The function that a pointer leads to."""
    if not pointer:
        raise NullPointerError(f"{pointer!r} cannot be called")
    place, bound, before = place_of(pointer), pointer.__bound__, revocations()
    kept: Any = owner(pointer)
    library: Any = getattr(getattr(kept, "__self__", None), "library", None)
    if getattr(library, "closed", False):
        raise LibraryClosedError(f"{pointer!r} cannot be called: {library.name} is closed")
    function = bound.functions.get(place)
    if function is None:
        made = late(BIND)("function", unqualified(pointer.__ctype__.target), place)
        if len(bound.functions) >= MOST:
            many, bound.functions = bound.functions, {}
            bound.words[:] = NONE
            del many
        function = bound.functions.setdefault(place, made)
    told = kept is not None and (library is None or hasattr(type(library), "lend"))  # which counts when it is closed
    bound.words[:] = struct.pack("4P", place, id(function), id(kept) if told else 0, before)
    if bound.functions.get(place) is not function:  # another thread has begun again
        bound.words[:] = NONE
    return function


class FunctionPointer(Pointer):
    """A pointer to a C function. `p(...)` calls the function, with the GIL released meanwhile, as a function of a library with
    this type: `farcall.function(p)` makes one that has options. Raises NullPointerError for NULL, and LibraryClosedError
    where the pointer was made of a function whose library is closed.

        >>> absolute = farcall.type_of("int (*)(int)")(farcall.Library("libc.so.6").function("int abs(int n)"))
        >>> absolute(-4)
        4
    """

    __slots__ = ()
    __bound__: ClassVar[Bound]

    if TYPE_CHECKING:  # a slot in generated code

        def __call__(self, /, *args: object, **names: object) -> Any: ...


if not TYPE_CHECKING:
    FunctionPointer = native(FunctionPointer, [(TP_CALL, entry("pointer_call"))])
