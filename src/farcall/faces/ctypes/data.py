"""The root of C data, `_CData`: an object with memory of its own, or a part of another's; and what it keeps alive.

What a value's memory refers to is kept at the root of the object that it is a part of, by the numbers of the parts on the way,
as `_objects` shows it.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from typing import Any

from ...cpython.facts.host import WORD
from ...cpython.link.linker import linker
from ...cpython.link.native import BF_GETBUFFER, METH_FASTCALL, PY_TP_NEW, Kept, bound, entry, make_builtin, make_type
from ...cpython.link.typeobject import set_vectorcall, settable
from ...cpython.value.base import Value, address, own, peek, poke, view
from ...seed import BYTES
from ...stub.data_object import CALLED
from ...stub.interpreter import TP_NEW
from .function_object import mark_callable
from .shape import Shape, kind_of, shape_of

__all__ = [
    "MAKER",
    "CData",
    "assign",
    "blank",
    "call_anew",
    "copied_from",
    "fresh",
    "is_simple_subclass",
    "keep",
    "kept_objects",
    "kept_part",
    "part",
    "place_of_pointer",
    "read",
]

#: PyMemberDef (Include/descrobject.h) as C lays it out here; its types Py_ssize_t and READONLY; and its slot of a type.
MEMBER, PY_T_PYSSIZET, PY_READONLY, PY_TP_MEMBERS = "PiniP", 19, 1, 72
PY_TP_INIT = 60  # Include/typeslots.h
_kept = Kept()


def fresh(cls: Any) -> Any:
    """An instance with memory of its own, zeroed."""
    shape = shape_of(cls)
    shape.final = True
    size = shape.size
    if shape.kind == "pointer" and shape.proto is None:
        raise TypeError("Cannot create instance: has no _type_")
    if shape.align <= BLOCK:
        if vars(cls)["__size__"] is None:
            type.__setattr__(cls, "__size__", size)  # further ones are made by generated code
            _have_call(cls, shape)
        block = bytes(size + BLOCK)  # never one of those that CPython shares, as the empty one
        place = id(block) + BYTES
    else:
        block = bytes(size + shape.align + BLOCK)
        place = -(-(id(block) + BYTES) // shape.align) * shape.align
    made = view(cls, place, block)
    made._b_base_ = made._objects = None
    made._b_index_, made._b_size_ = 0, size
    return made


def _have_call(cls: Any, shape: Shape) -> None:
    """Have generated code answer calls of a class that makes and begins its instances as C data does."""
    ours = (_CData.__new__, _CData.__init__, type.__call__)
    if not settable() or (cls.__new__, cls.__init__, type(cls).__call__) != ours:
        return
    size, parts, otherwise = shape.size, cls.__parts__, type.__call__.__get__(cls)
    own = {"class:size": id(size), "class:parts": id(parts), "function": id(otherwise)}
    shape.called = called = Kept()
    called.things += [size, parts, otherwise]
    mark_callable(type(cls))
    set_vectorcall(cls, called.code(bound("data_call", size, own=own)))


def call_anew(cls: Any) -> None:
    """Have a class, and those derived from it, be called as Python calls classes: it makes its instances in a way of its own."""
    if settable():
        set_vectorcall(cls, 0)  # the code stays: another thread may be in a call
        for derived in type.__subclasses__(cls):
            call_anew(derived)


def _root_class() -> Any:
    """Memory with a buffer's interface, room for what is small, and a word by which an instance may be called (`vectorcall`)."""
    at = linker().facts.value_payload + CALLED * WORD
    row = struct.pack(MEMBER, _kept.text("__vectorcalloffset__"), PY_T_PYSSIZET, at, PY_READONLY, 0)
    slots = [
        (BF_GETBUFFER, entry("getbuffer_described")),
        (PY_TP_NEW, _kept.code(bound("data_new", own={"function": id(fresh)}))),
        (PY_TP_INIT, _kept.code(bound("data_init", own={}))),
        (PY_TP_MEMBERS, _kept.add(row + bytes(struct.calcsize(MEMBER)))),
    ]
    made = make_type(
        "_CData",
        (Value,),
        (CALLED + 1) * WORD,
        "The root of all of ctypes' data: memory of a C type, or a part of other data's.",
        (),
        slots,
        kept=_kept,
    )
    made.__module__ = "_ctypes"
    return made


_native: Any = _root_class()
#: The address of what makes its instances (`tp_new`): classes derived from it alone have it, where they have no other.
MAKER = int.from_bytes(peek(id(_native) + linker().facts.header + TP_NEW * WORD, WORD), sys.byteorder)
#: `blank(cls)`: what `fresh` gives, by generated code where an instance was made before. A class's own `__new__` is not asked.
blank: Callable[[Any], Any] = _native.__new__
_part: Any = make_builtin("part", "data_part", METH_FASTCALL, "C data over memory that belongs to another.")
#: What every block of CPython's is aligned to.
BLOCK = 2 * WORD
ORDER = sys.byteorder


class _Last:
    """The last class before `object`, by whose module NumPy knows C data."""

    __slots__ = ()
    __module__ = "_ctypes"


class _CData(_native, _Last):  # type: ignore[misc]
    """C data. `_b_base_` is what it is a part of, `_objects` what is kept for it."""

    __slots__ = ("_b_base_", "_b_index_", "_b_size_", "_objects")
    __module__ = "_ctypes"
    _b_base_: Any
    _b_index_: int
    _b_size_: int
    _objects: Any

    #: The attributes that `__init__` sets to what it is given; None for items.
    __parts__: tuple[str, ...] | None = ()

    def _begin_(self, *given: Any, **named: Any) -> None:
        """What `__init__` does where it is given more, or something by name."""

    @property
    def _b_needsfree_(self) -> int:
        return int(self._b_base_ is None)

    def __bytes__(self) -> bytes:
        return peek(address(self), self._b_size_)

    def __ctypes_from_outparam__(self) -> Any:
        return self

    def __reduce__(self) -> Any:
        shape = shape_of(type(self))
        if shape.points:
            raise ValueError("ctypes objects containing pointers cannot be pickled")
        return _unpickle, (type(self), (getattr(self, "__dict__", {}), peek(address(self), self._b_size_)))

    def __setstate__(self, attributes: dict[str, Any], data: bytes) -> None:
        if not isinstance(data, bytes):
            raise TypeError(f"argument 2 must be bytes, not {type(data).__name__}")
        poke(address(self), data[: self._b_size_])
        own_attributes = self.__dict__
        if not isinstance(own_attributes, dict):
            raise TypeError(f"{type(self).__name__}.__dict__ must be a dictionary, not {type(own_attributes).__name__}")
        own_attributes.update(attributes)

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def __exported__(cls, value: Any) -> int:
        """The address of a Py_buffer that describes a value (`cpython.value.exported`)."""
        shape = shape_of(type(value))
        size = value._b_size_
        if shape.described is None or shape.described[0] != size:
            shape.described = (size, *_describe(shape, size))
        return shape.described[1]  # type: ignore[no-any-return]


CData = _CData


def _unpickle(cls: Any, state: tuple[dict[str, Any], bytes]) -> Any:
    """What pickles of C data are read by."""
    made = cls.__new__(cls)
    made.__setstate__(*state)
    return made


def _describe(shape: Shape, size: int) -> tuple[int, Kept]:
    kept, count, item = Kept(), len(shape.dimensions), _item_size(shape)
    lengths = kept.add(struct.pack(f"{max(count, 1)}n", *(shape.dimensions or (0,))))
    text = kept.text(shape.format)
    row = struct.pack("PPnniiPPPPP", 0, 0, size, item, 0, count, text, lengths if count else 0, 0, 0, 0)
    return kept.add(row), kept


def _item_size(shape: Shape) -> int:
    while shape.dimensions:
        shape = shape_of(shape.proto)
    return shape.size


def part(cls: Any, place: int, base: Any, index: int) -> Any:
    """An instance over memory that belongs to `base`, of which it is part number `index`; to nobody if that is None."""
    shape = shape_of(cls)
    shape.final = True
    return _part(cls, place, base, index, shape.size)


def kept_part(cls: Any, place: int, keeper: Any) -> Any:
    """An instance over memory that `keeper` keeps alive, and that is the instance's alone."""
    made = part(cls, place, None, 0)
    own(made, keeper)
    return made


def copied_from(cls: Any, place: int) -> Any:
    """An instance with a copy of the memory at an address."""
    made = blank(cls)
    poke(address(made), peek(place, shape_of(cls).size))
    return made


def place_of_pointer(value: Any) -> int:
    """The address that a pointer, or anything that holds one, holds."""
    return int.from_bytes(peek(address(value), WORD), ORDER)


def _root(value: Any) -> Any:
    while value._b_base_ is not None:
        value = value._b_base_
    if value._objects is None and shape_of(type(value)).length:
        value._objects = {}
    return value


def kept_objects(value: Any) -> Any:
    """What is kept for a value and all that it is a part of."""
    return _root(value)._objects


def keep(target: Any, index: int, thing: Any) -> None:
    """Have a value keep a thing for its part number `index`."""
    if thing is None:
        return
    root = _root(target)
    if type(root._objects) is not dict:
        root._objects = thing
        return
    words = [f"{index:x}"]
    while target._b_base_ is not None:
        words.append(f"{target._b_index_:x}")
        target = target._b_base_
    root._objects[":".join(words)] = thing


def is_simple_subclass(cls: Any) -> bool:
    """Whether a class is derived from one of the simple types, so that it is not read as Python's own values are."""
    shape = getattr(cls, "__shape__", None)
    return shape is not None and shape.letter is not None and getattr(cls.__base__, "__shape__", None) is not None


def read(cls: Any, letter: Any, base: Any, index: int, place: int) -> Any:
    """The Python value of C data of a class at an address, part number `index` of `base`."""
    if letter is not None:
        return letter.read(place)
    return part(cls, place, base, index)


def reads_as(cls: Any) -> Any:
    """The letter by which data of a class is read as a value of Python's own; None for what is an object."""
    return shape_of(cls).reads


def assign(cls: Any, value: Any, size: int, place: int) -> Any:
    """Store a value as C data of a class at an address. Gives what has to be kept for it. Raises TypeError."""
    shape = shape_of(cls)
    if not isinstance(value, CData):
        if shape.letter is not None:
            return shape.letter.write(place, value)
        if isinstance(value, tuple):
            try:
                made = cls(*value)
            except Exception as error:
                raise RuntimeError(f"({cls.__name__}) {type(error).__name__}: {error}") from None
            return assign(cls, made, size, place)
        if value is None and shape.kind == "pointer":
            poke(place, bytes(WORD))
            return None
        raise TypeError(f"expected {cls.__name__} instance, got {type(value).__name__}")
    if isinstance(value, cls):
        poke(place, peek(address(value), size))
        return kept_objects(value)
    if shape.kind == "pointer" and kind_of(type(value)) == "array":
        if shape_of(type(value)).proto is not shape.proto:
            raise TypeError(f"incompatible types, {type(value).__name__} instance instead of {cls.__name__} instance")
        poke(place, address(value).to_bytes(WORD, ORDER))
        return kept_objects(value), value
    raise TypeError(f"incompatible types, {type(value).__name__} instance instead of {cls.__name__} instance")
