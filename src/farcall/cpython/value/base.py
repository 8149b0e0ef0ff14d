"""The root of farcall's C values, and the three builtins that every kind of value is made with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ...ctype import CType
from ..linker import register
from ..native import METH_FASTCALL, METH_O, entry, make_builtin, make_type

__all__ = ["Keep", "Value", "address", "adopt", "keep", "kept", "native", "own", "owner", "view"]

if TYPE_CHECKING:

    class Value:
        """A C value in memory: its own, or a view of memory that something else keeps alive."""

        __slots__ = ()
        __ctype__: ClassVar[CType]

        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

else:
    register("entry:dealloc", None, entry("dealloc"))
    Value = make_type(
        "Value",
        (object,),
        0,
        "A C value in memory: its own, or a view of memory that something else keeps alive.",
        root=True,
    )

register("class:value", Value)
register("entry:getbuffer", Value, entry("getbuffer"))

_Class = TypeVar("_Class", bound=type[Any])


def native(cls: _Class) -> _Class:
    """Remake a class written in Python as a type whose instances have no garbage collector's header.

    CPython gives every class statement's instances one, which generated code would have to allow for. Methods
    move over; `super()` does not work in them, since they remember the class they were written in.
    """
    made = make_type(cls.__name__, cls.__bases__, 0, cls.__doc__ or "")
    for name, thing in vars(cls).items():
        if name not in ("__slots__", "__doc__", "__dict__", "__weakref__", "__module__", "__annotations__"):
            setattr(made, name, thing)
    return made  # type: ignore[return-value]

#: `view(type, address, owner)`: an instance over memory that `owner` keeps alive. Nothing is checked.
view: Callable[[type[Any], int, object], Any] = make_builtin(
    "view", "view", METH_FASTCALL, "An instance of a value type over memory that lies elsewhere."
)
#: `address(value)`: where a value's bytes lie.
address: Callable[[Value], int] = make_builtin(
    "address", "address", METH_O, "The address of a value's bytes."
)
#: `owner(value)`: what keeps the memory alive; None where the value is its own.
owner: Callable[[Value], object] = make_builtin(
    "owner", "owner", METH_O, "What keeps a value's memory alive, or None."
)
#: `own(value, thing)`: have the value keep `thing` alive in place of what it kept.
own: Callable[[Value, object], None] = make_builtin(
    "own", "own", METH_FASTCALL, "Have a value keep something alive."
)


class Keep:
    """What memory belongs to, and the objects that pointers stored in it need, by where each is stored."""

    __slots__ = ("owner", "things")

    def __init__(self, owner: object) -> None:
        self.owner = owner
        self.things: dict[int, object] = {}


def keep(value: Value | Keep, place: int, thing: object) -> None:
    """Have `value` keep `thing` alive for the pointer stored at the address `place`."""
    holder = value
    if not isinstance(holder, Keep):
        value, holder = _root(value)
        if isinstance(thing, Value) and _root(thing)[0] is value:  # no value has to keep itself
            if isinstance(holder, Keep):
                holder.things.pop(place, None)
            return
        if not isinstance(holder, Keep):
            holder = Keep(holder)
            own(value, holder)
    holder.things[place] = thing


def kept(value: object, place: int) -> object:
    """What was kept for the pointer stored at `place` in the memory of `value`; None if nothing was."""
    holder = _root(value)[1] if isinstance(value, Value) else value
    return holder.things.get(place) if isinstance(holder, Keep) else None


def adopt(value: Value | Keep, place: int, source: Value, size: int) -> None:
    """Have `value` keep what pointers in `source` need, of which `size` bytes were copied to `place`."""
    holder = _root(source)[1]
    if isinstance(holder, Keep):
        start = address(source)
        for at, thing in tuple(holder.things.items()):
            if start <= at < start + size:
                keep(value, place + at - start, thing)


def _root(value: Value) -> tuple[Value, object]:
    """The value that a view is a part of, itself if none, and what that one keeps."""
    holder = owner(value)
    while isinstance(holder, Value):
        value, holder = holder, owner(holder)
    return value, holder
