"""Handles: Python objects that C hands through as a `void *`, such as the userdata of its callbacks."""

from __future__ import annotations

from itertools import count

from ..cpython.value import Pointer, pointer_at, target
from ..cpython.value.given import index_of
from ..ctype import Pointer as PointerType
from ..ctype import Void

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any

__all__ = ["from_handle", "handle"]

#: Handles are numbers that no object has had before, aligned as pointers may have to be.
ALIGNED = 16

_numbers = count(ALIGNED, ALIGNED)
_objects: dict[int, Any] = {}


class _Held:
    """What the pointers of one handle keep: while it lives, the handle stands for the object."""

    __slots__ = ("number",)

    def __init__(self, thing: object) -> None:
        self.number = next(_numbers)
        _objects[self.number] = thing

    def __del__(self, _drop: Any = _objects.pop) -> None:  # a name of the module's may be gone when Python ends
        _drop(self.number, None)


def handle(object: object, /) -> Any:
    """A `void *` that stands for a Python object: `farcall.from_handle` returns the object.

    It is valid for as long as this pointer lives, or what it was stored in: a struct's field, an array's item. Keep it as
    long as C has it. No two handles are ever the same, so that a stale one is told from all others. C cannot read
    anything through it. Takes anything, and raises nothing.

        >>> userdata = farcall.handle(["any", "object"])
        >>> farcall.from_handle(userdata)
        ['any', 'object']
    """
    held = _Held(object)
    return pointer_at(PointerType(Void()), held.number, held)


def from_handle(pointer: Any, /) -> Any:
    """The Python object that a handle stands for: a pointer as C hands it back, or its number.

    Raises ValueError for a pointer that is no handle, or a stale one, TypeError for what is no pointer.

        >>> farcall.from_handle(farcall.cast("void *", 8))
        Traceback (most recent call last):
        ValueError: <void * 0x8> is no handle, or one whose pointer is gone: keep what farcall.handle() gives while C has it
    """
    if isinstance(pointer, Pointer):
        number = target(pointer)
    elif isinstance(pointer, int) and not isinstance(pointer, bool):
        number = index_of(pointer)
    else:
        raise TypeError(f"from_handle() takes a pointer, not {type(pointer).__name__}")
    try:
        return _objects[number]
    except KeyError:
        raise ValueError(
            f"{pointer!r} is no handle, or one whose pointer is gone: keep what farcall.handle() gives while C has it"
        ) from None
