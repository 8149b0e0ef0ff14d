"""The root of farcall's C values, and the builtins that every kind of value is made with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...ctype import CType, Qualified, is_const
from ...errors import FreedMemoryError, NullPointerError
from ..facts.host import WORD
from ..link.late import late
from ..link.linker import linker
from ..link.native import METH_FASTCALL, METH_O, make_builtin, make_type
from ..link.revocation import revoke

TYPE_CHECKING = False  # as typing has it, which is not loaded for this
if TYPE_CHECKING:
    from typing import Any, ClassVar, NoReturn, TypeVar

    _Class = TypeVar("_Class", bound=type[Any])

__all__ = [
    "METHODS", "Lease", "Value", "absorb", "address", "alive", "blank", "end", "holder", "lease", "lent", "made_class",
    "memory", "native", "native_class", "own", "owner", "peek", "place_of", "point", "poke", "qualified_type", "root_of",
    "target", "target_keeper", "view",
]  # fmt: skip

#: What describes values to others, above this module.
EXPORTED = "cpython.value.exported:exported"
#: What knows how many bytes they have.
BYTES = "cpython.value.extent:value_bytes"
#: What all values have.
METHODS = (("__bytes__", "value_bytes", "The bytes of the value."),)


def dead(value: Any) -> NoReturn:
    """Raise that a value's memory was freed."""
    raise FreedMemoryError(f"this {value.__ctype__} lies in memory that was freed")


def null(value: Any) -> NoReturn:
    """Raise that NULL was dereferenced."""
    raise getattr(type(value), "__null_error__", NullPointerError)(f"{value!r} cannot be dereferenced")


def exported(value: Any) -> int:
    """The address of a Py_buffer that describes the value. `Value` is made with this function's address, and what
    describes values needs `Value`."""
    return late(EXPORTED)(value)  # type: ignore[no-any-return]


def value_bytes(value: Any) -> bytes:
    """The bytes of a value, all that it was made with; as `exported`, by what stands above."""
    return late(BYTES)(value)  # type: ignore[no-any-return]


if TYPE_CHECKING:

    class Value:
        """A C value in memory: its own, or a view of memory that something else keeps alive."""

        __slots__ = ()
        __ctype__: ClassVar[CType]
        __const__: ClassVar[bool]
        __open_ended__: ClassVar[bool]

        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def __bytes__(self) -> bytes: ...

        @classmethod
        def __read__(cls, ctype: CType, place: int, owner: object) -> Any:
            """The Python value of the C value of type `ctype` at an address, in memory that `owner` keeps; the class is
            that of what is read."""

        @classmethod
        def __write__(cls, ctype: CType, place: int, value: object, keeper: Any, where: str) -> None:
            """Store a Python value as a C value of type `ctype` at an address; `keeper` keeps what a pointer needs."""

        @classmethod
        def __accept__(cls, ctype: CType, value: object, where: str) -> Any:
            """An instance that stands for a Python value where a `ctype` is wanted. Raises what names `where`."""

        @classmethod
        def __made_of__(cls, value: Any) -> Any:
            """An instance made of the items of a value, as each kind understands them; None for a value that has none
            for it."""

    class Lease:
        """The owner of memory that is freed at once, on demand."""

else:
    Lease = make_type("Lease", (object,), 8, "The owner of memory that is freed at once, on demand.")
    Value = make_type(
        "Value",
        (object,),
        0,
        "A C value in memory: its own, or a view of memory that something else keeps alive.",
        root=True,
        methods=METHODS,
    )

#: Whether the values of a class cannot be written. Their `__ctype__` leaves that out, except for arrays, whose items
#: are const.
Value.__const__ = False
#: Whether they are records that end in a flexible array member, so that their size is not their type's alone.
Value.__open_ended__ = False


def native(cls: _Class, slots: Sequence[tuple[int, int]] = (), methods: Sequence[tuple[str, str, str]] = ()) -> _Class:
    """Remake a class written in Python as a type whose instances have no garbage collector's header.

    CPython gives every class statement's instances one, which generated code would have to allow for. Methods
    move over; `super()` does not work in them, since they remember the class they were written in. `slots` and
    `methods` are those of `make_type`.
    """
    made = make_type(cls.__name__, cls.__bases__, 0, cls.__doc__ or "", (), slots, methods=methods)
    if "__init__" in vars(cls):  # by which CPython's own errors name it
        vars(cls)["__init__"].__qualname__ = f"farcall.{cls.__name__}"
    for name, thing in vars(cls).items():
        if name not in ("__slots__", "__doc__", "__dict__", "__weakref__", "__module__", "__annotations__"):
            setattr(made, name, thing)
    return made  # type: ignore[return-value]


def native_class(cls: type[Any]) -> Any:
    """The class of a C type that a class is, or is derived from."""
    return next(base for base in cls.__mro__ if "__ctype__" in vars(base))


def made_class(cls: type[Any]) -> Any:
    """The class of farcall's making that a class is, or is derived from in Python."""
    return next(base for base in cls.__mro__ if "__native__" in vars(base))


#: `view(type, address, owner)`: an instance over memory that `owner` keeps alive. Nothing is checked.
view: Callable[[type[Any], int, object], Any] = make_builtin(
    "view", "view", METH_FASTCALL, "An instance of a value type over memory that lies elsewhere."
)
#: `address(value)`: where a value's bytes lie. Raises FreedMemoryError if they are gone.
address: Callable[[Value], int] = make_builtin("address", "address", METH_O, "The address of a value's bytes.")
#: `owner(value)`: what keeps the memory alive; None where the value is its own.
owner: Callable[[object], object] = make_builtin(
    "owner", "owner", METH_O, "What keeps a value's memory alive, or None."
)
#: `own(value, thing)`: have the value keep `thing` alive in place of what it kept.
own: Callable[[object, object], None] = make_builtin("own", "own", METH_FASTCALL, "Have a value keep something alive.")
#: `holder(value)`: what a view into the value has to keep alive: the value, or what that one is a view of.
holder: Callable[[Value], object] = make_builtin(
    "holder", "holder", METH_O, "What a view into a value has to keep alive."
)


#: `point(type, address, owner)`: a pointer object of a pointer type that keeps `owner` alive. Nothing is checked.
point: Callable[[type[Any], int, object], Any] = make_builtin("point", "point", METH_FASTCALL, "A pointer object.")
#: `target(pointer)`: the address that a pointer holds. Raises FreedMemoryError if what lies there is gone.
target: Callable[[Any], int] = make_builtin("target", "target", METH_O, "The address that a pointer holds.")
#: `peek(address, size)` and `poke(address, bytes)`: memory as bytes. Nothing is checked.
peek: Callable[[int, int], bytes] = make_builtin("peek", "peek", METH_FASTCALL, "A copy of memory.")
poke: Callable[[int, bytes], None] = make_builtin("poke", "poke", METH_FASTCALL, "Writes memory.")
#: `memory(address, size)`: memory as a memoryview, which is read-only and keeps nothing. Nothing is checked.
memory: Callable[[int, int], memoryview] = make_builtin("memory", "memory", METH_FASTCALL, "Memory as a memoryview.")
#: `absorb(address, buffer)`: copies the bytes of a contiguous buffer there. Nothing is checked.
absorb: Callable[[int, Any], None] = make_builtin("absorb", "absorb", METH_FASTCALL, "Copies a buffer to memory.")
#: `blank(type)`: an instance whose bytes are whatever was there. Nothing is checked.
blank: Callable[[type[Any]], Any] = make_builtin("blank", "blank", METH_O, "An instance that is still to be written.")


def read_view(cls: type[Any], ctype: CType, place: int, owner: object) -> Any:
    """What reading gives of most kinds of value: a view, which follows the memory."""
    return view(cls, place, owner)


Value.__read__ = classmethod(read_view)  # type: ignore[assignment, method-assign]


def lease(keeper: object) -> Lease:
    """The owner of memory that `keeper` frees: values over it raise FreedMemoryError after `end`."""
    made: Lease = view(Lease, 1, keeper)
    return made


def end(held: Lease) -> None:
    """Have every later use of the memory raise."""
    poke(id(held) + linker().facts.value_data, bytes(WORD))
    revoke()


def alive(held: object) -> bool:
    """Whether memory with this owner is still there."""
    if not isinstance(held, Lease):
        return True
    return peek(id(held) + linker().facts.value_data, WORD) != bytes(WORD)


def lent(held: Lease) -> bool:
    """Whether somebody has seen the memory through the buffer protocol."""
    return peek(id(held) + linker().facts.value_payload, WORD) != bytes(WORD)


def place_of(pointer: Any) -> int:
    """Where a pointer points to. Raises NullPointerError for NULL, FreedMemoryError where that was freed."""
    place = target(pointer)
    if not place:
        raise NullPointerError(f"{pointer!r} cannot be dereferenced")
    if not alive(owner(pointer)):
        raise FreedMemoryError(f"{pointer!r} points to memory that was freed")
    return place


def target_keeper(pointer: Any, *, itself: bool = False) -> object:
    """What keeps the target of a pointer alive, None if nothing does; with `itself` the pointer then, which so keeps
    what is stored there."""
    found = owner(pointer)
    return pointer if found is None and itself else found


def qualified_type(value: Value) -> CType:
    """The C type of a value in memory, with its const."""
    ctype = value.__ctype__
    return Qualified(ctype, frozenset({"const"})) if value.__const__ and not is_const(ctype) else ctype


def root_of(value: Value) -> tuple[Value, object]:
    """The value that a view is a part of, itself if none, and what that one keeps."""
    found: Any = owner(value)
    while issubclass(type(found), Value):  # whatever an owner says of its class
        value, found = found, owner(found)
    return value, found
